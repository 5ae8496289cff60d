//! Which modules there are is decided by the distribution.

pub use rustok_distribution::build_registry;
