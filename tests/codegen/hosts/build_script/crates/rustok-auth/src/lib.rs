//! Who somebody is, and how that is proved.

pub mod migrations;

use rustok_core::{MigrationSource, MigrationTrait, ModuleKind, RusToKModule};

pub struct AuthModule;

impl RusToKModule for AuthModule {
    fn slug(&self) -> &'static str {
        "auth"
    }

    fn name(&self) -> &'static str {
        "Auth"
    }

    fn description(&self) -> &'static str {
        "Accounts, their credentials and the tokens they are given"
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn kind(&self) -> ModuleKind {
        ModuleKind::Core
    }
}

impl MigrationSource for AuthModule {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>> {
        migrations::migrations()
    }
}
