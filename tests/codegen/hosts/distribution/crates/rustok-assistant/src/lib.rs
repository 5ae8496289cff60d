//! Suggestions by a language model. The type of the module is stated here alone.

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct AssistantModule;

impl RusToKModule for AssistantModule {
    fn slug(&self) -> &'static str {
        "assistant"
    }

    fn name(&self) -> &'static str {
        "Assistant"
    }

    fn description(&self) -> &'static str {
        "Suggestions by a language model, asked for by other modules"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

impl MigrationSource for AssistantModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }
}
