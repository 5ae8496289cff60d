//! All steps of the schema in one order, whichever modules a build holds.

pub use rustok_core::{MigrationTrait, MigratorTrait};

mod m20251201_000001_create_tenants;

pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all: Vec<Box<dyn MigrationTrait>> =
            vec![Box::new(m20251201_000001_create_tenants::Migration)];

        // What the modules bring along.
        all.extend(rustok_auth::migrations::migrations());
        all.extend(rustok_content::migrations::migrations());
        all.extend(rustok_pages::migrations::migrations());

        all.sort_by(|first, second| first.name().cmp(second.name()));
        all
    }
}
