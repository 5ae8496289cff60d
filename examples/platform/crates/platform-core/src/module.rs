//! What every module implements, as a unit struct at the root of its crate.

use crate::{HealthContext, HealthStatus};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleKind {
    Core,
    Optional,
}

pub trait PlatformModule: Send + Sync {
    fn slug(&self) -> &'static str;
    fn name(&self) -> &'static str;
    fn description(&self) -> &'static str;
    fn version(&self) -> &'static str;

    fn kind(&self) -> ModuleKind {
        ModuleKind::Optional
    }

    /// Slugs of the modules that must be there too, as the manifest's `depends_on` has them.
    fn dependencies(&self) -> &[&'static str] {
        &[]
    }

    /// Names of the module's migrations, oldest first.
    fn migrations(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Asked at every probe, so it must be quick and must not change anything.
    fn health(&self, _context: &HealthContext) -> HealthStatus {
        HealthStatus::Healthy
    }
}
