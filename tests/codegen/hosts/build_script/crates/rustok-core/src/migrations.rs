//! Names stand for steps of a schema here: the order of them is what a host has to get right.

pub trait MigrationTrait: Send + Sync {
    fn name(&self) -> &str;
}

pub trait MigratorTrait: Send {
    fn migrations() -> Vec<Box<dyn MigrationTrait>>;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationDependencyDescriptor {
    pub migration: &'static str,
    pub after: Vec<&'static str>,
}

pub struct ModuleMigration {
    pub module_slug: &'static str,
    pub migrations: Vec<Box<dyn MigrationTrait>>,
}
