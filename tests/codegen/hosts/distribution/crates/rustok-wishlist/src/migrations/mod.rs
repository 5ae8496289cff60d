mod m20260119_000001_create_wishlists;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260119_000001_create_wishlists::Migration)]
}
