mod m20260110_000001_create_articles;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260110_000001_create_articles::Migration)]
}
