//! Finds things; leans on a service that several modules share.

use platform_core::{HealthContext, HealthStatus, PlatformModule};

pub struct SearchModule;

impl PlatformModule for SearchModule {
    fn slug(&self) -> &'static str {
        "search"
    }

    fn name(&self) -> &'static str {
        "Search"
    }

    fn description(&self) -> &'static str {
        env!("CARGO_PKG_DESCRIPTION")
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn migrations(&self) -> Vec<&'static str> {
        vec!["m0001_create_search_index"]
    }

    /// Without the shared service there is nothing to search in.
    fn health(&self, context: &HealthContext) -> HealthStatus {
        if context.dependency_is_up() {
            HealthStatus::Healthy
        } else {
            HealthStatus::Unhealthy
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_is_well_while_nobody_says_that_the_service_is_down() {
        let context = HealthContext::new("/nowhere");
        assert_eq!(SearchModule.health(&context), HealthStatus::Healthy);
    }
}
