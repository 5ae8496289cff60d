mod m20260120_000001_create_points;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260120_000001_create_points::Migration)]
}
