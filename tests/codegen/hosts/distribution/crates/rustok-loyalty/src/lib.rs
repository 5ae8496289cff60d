//! Points for those who come again.

pub mod migrations;

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct LoyaltyModule;

impl RusToKModule for LoyaltyModule {
    fn slug(&self) -> &'static str {
        "loyalty"
    }

    fn name(&self) -> &'static str {
        "Loyalty"
    }

    fn description(&self) -> &'static str {
        "Points for those who come again, and what they are worth"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn dependencies(&self) -> &[&'static str] {
        &["outbox"]
    }
}

impl MigrationSource for LoyaltyModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        migrations::migrations()
    }
}

/// What one visit is worth.
pub fn points() -> u32 {
    10
}
