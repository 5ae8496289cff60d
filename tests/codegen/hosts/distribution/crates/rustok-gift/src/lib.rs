//! Something bought for somebody else.

pub mod migrations;

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct GiftModule;

impl RusToKModule for GiftModule {
    fn slug(&self) -> &'static str {
        "gift"
    }

    fn name(&self) -> &'static str {
        "Gift"
    }

    fn description(&self) -> &'static str {
        "Something bought for somebody else, wrapped and with a card"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn dependencies(&self) -> &[&'static str] {
        &["outbox"]
    }
}

impl MigrationSource for GiftModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        migrations::migrations()
    }
}

/// The paper that every gift is wrapped in.
pub fn paper() -> &'static str {
    "plain"
}
