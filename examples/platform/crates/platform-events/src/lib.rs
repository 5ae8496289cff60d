//! What happened, told to every module that listens.

use platform_core::{ModuleKind, PlatformModule};

pub struct EventsModule;

impl PlatformModule for EventsModule {
    fn slug(&self) -> &'static str {
        "events"
    }

    fn name(&self) -> &'static str {
        "Events"
    }

    fn description(&self) -> &'static str {
        env!("CARGO_PKG_DESCRIPTION")
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn kind(&self) -> ModuleKind {
        ModuleKind::Core
    }

    fn migrations(&self) -> Vec<&'static str> {
        vec!["m0001_create_outbox"]
    }
}
