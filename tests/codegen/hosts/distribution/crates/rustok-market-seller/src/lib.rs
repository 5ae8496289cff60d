//! People who sell in somebody else's shop.

pub mod migrations;

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct MarketSellerModule;

impl RusToKModule for MarketSellerModule {
    fn slug(&self) -> &'static str {
        "market_seller"
    }

    fn name(&self) -> &'static str {
        "Market seller"
    }

    fn description(&self) -> &'static str {
        "People who sell in somebody else's shop and what they agreed to"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

impl MigrationSource for MarketSellerModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        migrations::migrations()
    }
}
