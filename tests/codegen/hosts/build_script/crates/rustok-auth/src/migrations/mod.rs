mod m20260101_000001_create_accounts;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260101_000001_create_accounts::Migration)]
}
