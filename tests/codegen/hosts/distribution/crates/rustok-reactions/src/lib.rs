//! Signs of approval.

pub mod migrations;

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct ReactionsModule;

impl RusToKModule for ReactionsModule {
    fn slug(&self) -> &'static str {
        "reactions"
    }

    fn name(&self) -> &'static str {
        "Reactions"
    }

    fn description(&self) -> &'static str {
        "Short signs of approval below whatever can be looked at"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn dependencies(&self) -> &[&'static str] {
        &["outbox"]
    }
}

impl MigrationSource for ReactionsModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        migrations::migrations()
    }
}
