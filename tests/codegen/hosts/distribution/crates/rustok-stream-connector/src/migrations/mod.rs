mod m20260117_000001_create_stream_settings;

use rustok_core::MigrationTrait;

pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![Box::new(m20260117_000001_create_stream_settings::Migration)]
}
