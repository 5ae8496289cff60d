//! Asks customers by mail what they think.

use platform_core::{HealthContext, HealthStatus, PlatformModule};

pub struct ReviewsModule;

impl PlatformModule for ReviewsModule {
    fn slug(&self) -> &'static str {
        "reviews"
    }

    fn name(&self) -> &'static str {
        "Reviews"
    }

    fn description(&self) -> &'static str {
        env!("CARGO_PKG_DESCRIPTION")
    }

    fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }

    fn migrations(&self) -> Vec<&'static str> {
        vec!["m0001_create_reviews"]
    }

    /// Invitations that nobody can send are the whole module: no relay, no reviews.
    fn health(&self, context: &HealthContext) -> HealthStatus {
        match context.mail_relay() {
            Some(_) => HealthStatus::Healthy,
            None => HealthStatus::Unhealthy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reviews_need_a_mail_relay() {
        let without = HealthContext::new("/nowhere");
        let with = without.clone().with_mail_relay(Some("mail:25".to_string()));
        assert_eq!(ReviewsModule.health(&without), HealthStatus::Unhealthy);
        assert_eq!(ReviewsModule.health(&with), HealthStatus::Healthy);
    }
}
