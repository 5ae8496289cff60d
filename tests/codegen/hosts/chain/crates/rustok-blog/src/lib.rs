//! Posts in the order of their days.

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct BlogModule;

impl MigrationSource for BlogModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        Vec::new()
    }
}

impl RusToKModule for BlogModule {
    fn slug(&self) -> &'static str {
        "blog"
    }

    fn name(&self) -> &'static str {
        "Blog"
    }

    fn description(&self) -> &'static str {
        "Posts in the order of their days"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}
