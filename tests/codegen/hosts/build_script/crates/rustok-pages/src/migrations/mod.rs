mod m20260111_000001_create_pages;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260111_000001_create_pages::Migration)]
}
