//! The module around the events; the events themselves would be a crate of their own.

use rustok_core::{MigrationSource, MigrationTrait, ModuleKind, RusToKModule};

pub struct EventsModule;

impl RusToKModule for EventsModule {
    fn slug(&self) -> &'static str {
        "events"
    }

    fn name(&self) -> &'static str {
        "Events"
    }

    fn description(&self) -> &'static str {
        "What may happen on the platform, and who is told when it does"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn kind(&self) -> ModuleKind {
        ModuleKind::Core
    }

    fn dependencies(&self) -> &[&'static str] {
        &["outbox"]
    }
}

impl MigrationSource for EventsModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }
}
