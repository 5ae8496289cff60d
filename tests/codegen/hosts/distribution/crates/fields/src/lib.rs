//! Further properties of what exists already.

pub mod migrations;

use rustok_core::{MigrationSource, MigrationTrait, RusToKModule};

pub struct FieldsModule;

impl RusToKModule for FieldsModule {
    fn slug(&self) -> &'static str {
        "fields"
    }

    fn name(&self) -> &'static str {
        "Fields"
    }

    fn description(&self) -> &'static str {
        "Further properties that an operator gives to what exists already"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}

impl MigrationSource for FieldsModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        migrations::migrations()
    }
}
