mod generated;

pub use generated::build_registry;
