//! Things for sale.

pub mod migrations;

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct ShopModule;

impl RusToKModule for ShopModule {
    fn slug(&self) -> &'static str {
        "shop"
    }

    fn name(&self) -> &'static str {
        "Shop"
    }

    fn description(&self) -> &'static str {
        "Things that are for sale, with their prices and their stock"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn dependencies(&self) -> &[&'static str] {
        &["content"]
    }
}

impl MigrationSource for ShopModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        migrations::migrations()
    }
}
