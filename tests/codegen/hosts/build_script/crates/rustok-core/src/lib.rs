//! What a module promises to its host and what the host keeps of it.

pub mod migrations;
pub mod module;
pub mod registry;

pub use migrations::{
    MigrationDependencyDescriptor, MigrationTrait, MigratorTrait, ModuleMigration,
};
pub use module::{HealthStatus, MigrationSource, ModuleKind, RusToKModule};
pub use registry::ModuleRegistry;
