use rustok_core::MigrationTrait;

pub struct Migration;

impl MigrationTrait for Migration {
    fn name(&self) -> &str {
        "m20260111_000001_create_pages"
    }
}
