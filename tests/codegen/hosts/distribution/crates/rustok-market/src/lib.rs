//! One shop of many sellers.

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct MarketModule;

impl RusToKModule for MarketModule {
    fn slug(&self) -> &'static str {
        "market"
    }

    fn name(&self) -> &'static str {
        "Market"
    }

    fn description(&self) -> &'static str {
        "One shop of many sellers, with a basket across all of them"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn dependencies(&self) -> &[&'static str] {
        &["market_seller", "shop"]
    }
}

impl MigrationSource for MarketModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }
}
