//! Names stand for steps of a schema here.

pub trait MigrationTrait: Send + Sync {
    fn name(&self) -> &str;
}

pub struct ModuleMigration {
    pub module_slug: &'static str,
    pub migrations: Vec<Box<dyn MigrationTrait>>,
}
