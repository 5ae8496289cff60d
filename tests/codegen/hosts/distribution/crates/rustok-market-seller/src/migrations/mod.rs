mod m20260114_000001_create_sellers;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260114_000001_create_sellers::Migration)]
}
