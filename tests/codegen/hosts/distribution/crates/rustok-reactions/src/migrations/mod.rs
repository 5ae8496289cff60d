mod m20260116_000001_create_reactions;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260116_000001_create_reactions::Migration)]
}
