//! Suggestions by a language model. The type of the module is stated here alone.

pub struct AssistantModule;

impl rustok_core::RusToKModule for AssistantModule {
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

impl rustok_core::MigrationSource for AssistantModule {
    fn migrations(&self) -> Vec<Box<dyn rustok_core::MigrationTrait>> {
        Vec::new()
    }
}
