//! Whose data a request is about; the host asks it although it is no installed module.

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct TenantModule;

impl RusToKModule for TenantModule {
    fn slug(&self) -> &'static str {
        "tenant"
    }

    fn name(&self) -> &'static str {
        "Tenant"
    }

    fn description(&self) -> &'static str {
        "Whose data a request is about"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

impl MigrationSource for TenantModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }
}

/// Whose data it is where nobody says so.
pub fn nobody() -> &'static str {
    "default"
}
