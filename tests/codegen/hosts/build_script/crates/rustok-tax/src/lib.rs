//! What a state adds to a price.

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct TaxModule;

impl RusToKModule for TaxModule {
    fn slug(&self) -> &'static str {
        "tax"
    }

    fn name(&self) -> &'static str {
        "Tax"
    }

    fn description(&self) -> &'static str {
        "What a state adds to a price, by country and kind of thing"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

impl MigrationSource for TaxModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }
}
