mod m20260113_000001_create_offers;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260113_000001_create_offers::Migration)]
}
