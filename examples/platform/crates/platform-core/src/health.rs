//! How a module says that it is well.

use std::fmt;
use std::path::{Path, PathBuf};

/// Ordered from best to worst, so that the worst of several is their maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HealthStatus {
    Healthy,
    Degraded,
    Unhealthy,
}

impl fmt::Display for HealthStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            HealthStatus::Healthy => "healthy",
            HealthStatus::Degraded => "degraded",
            HealthStatus::Unhealthy => "unhealthy",
        })
    }
}

/// What a module may look at when it judges itself.
///
/// Handed in, so that a test can ask "what would you say there?" without touching
/// the environment of the whole process.
#[derive(Clone, Debug, Default)]
pub struct HealthContext {
    state: PathBuf,
    mail_relay: Option<String>,
}

impl HealthContext {
    pub fn new(state: impl Into<PathBuf>) -> Self {
        Self {
            state: state.into(),
            mail_relay: None,
        }
    }

    /// An empty address counts as none: deployment tools like to set empty variables.
    pub fn with_mail_relay(mut self, address: Option<String>) -> Self {
        self.mail_relay = address.filter(|address| !address.is_empty());
        self
    }

    /// The folder that the processes of one environment share.
    pub fn state(&self) -> &Path {
        &self.state
    }

    pub fn mail_relay(&self) -> Option<&str> {
        self.mail_relay.as_deref()
    }

    /// Whether the service that stands behind several modules answers.
    ///
    /// It is a file here: `dependency` in the state folder, which says `down` when it does not.
    pub fn dependency_is_up(&self) -> bool {
        let said = std::fs::read_to_string(self.state.join("dependency"));
        !said.map_or(false, |text| text.trim() == "down")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_status_is_the_maximum() {
        let all = [
            HealthStatus::Degraded,
            HealthStatus::Unhealthy,
            HealthStatus::Healthy,
        ];
        assert_eq!(all.iter().max(), Some(&HealthStatus::Unhealthy));
    }

    #[test]
    fn an_empty_relay_address_is_no_relay() {
        let context = HealthContext::new("/nowhere").with_mail_relay(Some(String::new()));
        assert_eq!(context.mail_relay(), None);
    }

    #[test]
    fn a_dependency_that_nobody_mentions_is_up() {
        assert!(HealthContext::new("/nowhere").dependency_is_up());
    }
}
