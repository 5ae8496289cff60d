use crate::migrations::MigrationTrait;

pub trait MigrationSource: Send + Sync {
    fn migrations(&self) -> Vec<Box<dyn MigrationTrait>>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HealthStatus {
    Healthy,
    Degraded,
    Unhealthy,
}

/// One module. The calls that wait for something are plain functions here, since nothing waits.
pub trait RusToKModule: Send + Sync + MigrationSource {
    fn slug(&self) -> &'static str;

    fn name(&self) -> &'static str;

    fn description(&self) -> &'static str;

    fn version(&self) -> &'static str;

    fn dependencies(&self) -> &[&'static str] {
        &[]
    }

    fn health(&self) -> HealthStatus {
        HealthStatus::Healthy
    }
}
