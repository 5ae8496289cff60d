//! The contract between the server and its modules.

mod health;
mod module;
mod registry;

pub use health::{HealthContext, HealthStatus};
pub use module::{ModuleKind, PlatformModule};
pub use registry::{ModuleMigration, ModuleRegistry};
