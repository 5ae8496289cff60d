mod m20260112_000001_create_threads;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260112_000001_create_threads::Migration)]
}
