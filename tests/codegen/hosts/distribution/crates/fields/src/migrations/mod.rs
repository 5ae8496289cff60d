mod m20260115_000001_create_fields;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260115_000001_create_fields::Migration)]
}
