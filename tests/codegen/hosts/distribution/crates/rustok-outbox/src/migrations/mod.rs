mod m20260102_000001_create_outbox;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260102_000001_create_outbox::Migration)]
}
