//! Messages that must not be lost.

pub mod migrations;

use rustok_core::{MigrationSource, MigrationTrait, ModuleKind, RusToKModule};

pub struct OutboxModule;

impl RusToKModule for OutboxModule {
    fn slug(&self) -> &'static str {
        "outbox"
    }

    fn name(&self) -> &'static str {
        "Outbox"
    }

    fn description(&self) -> &'static str {
        "Messages kept in the database until somebody has received them"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn kind(&self) -> ModuleKind {
        ModuleKind::Core
    }
}

impl MigrationSource for OutboxModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        migrations::migrations()
    }
}
