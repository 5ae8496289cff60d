mod m20260118_000001_create_gifts;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260118_000001_create_gifts::Migration)]
}
