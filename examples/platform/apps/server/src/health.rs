//! The health routes: who this server is, whether it is well, and which modules it has.

use crate::http::Answer;
use crate::json;
use crate::settings::Settings;
use platform_core::{HealthStatus, ModuleRegistry, PlatformModule};
use std::time::Instant;

pub struct Reporter {
    settings: Settings,
    registry: ModuleRegistry,
}

/// One line of the readiness report.
struct Check {
    name: String,
    kind: &'static str,
    criticality: &'static str,
    status: HealthStatus,
    latency_ms: u128,
    reason: Option<String>,
}

impl Reporter {
    pub fn new(settings: Settings, registry: ModuleRegistry) -> Self {
        Self { settings, registry }
    }

    pub fn answer(&self, path: &str) -> Answer {
        match path {
            "/health" | "/health/" => Answer::ok(self.identity()),
            "/health/live" => Answer::ok(json::object(&[("status", json::string("ok"))])),
            "/health/ready" => self.readiness(),
            "/health/modules" => Answer::ok(self.modules()),
            _ => Answer::not_found(),
        }
    }

    /// Says which build answers, so that a check can tell it from the one before it.
    fn identity(&self) -> String {
        json::object(&[
            ("status", json::string("ok")),
            ("app", json::string("platform")),
            ("version", json::string(env!("CARGO_PKG_VERSION"))),
            ("environment", json::string(&self.settings.environment)),
            ("tree", json::string(&self.settings.input_tree)),
            ("digest", json::string(&self.settings.image_digest)),
        ])
    }

    /// Always 200: that a module is unwell does not make the answer wrong.
    fn modules(&self) -> String {
        let context = self.settings.health_context();
        let entry = |module: &dyn PlatformModule, status: HealthStatus| {
            json::object(&[
                ("slug", json::string(module.slug())),
                ("name", json::string(module.name())),
                ("status", json::string(&status.to_string())),
            ])
        };
        let judged: Vec<_> = self
            .registry
            .list()
            .into_iter()
            .map(|module| (module, module.health(&context)))
            .collect();
        let all_well = judged
            .iter()
            .all(|(_, status)| *status == HealthStatus::Healthy);
        let entries: Vec<String> = judged
            .iter()
            .map(|(module, status)| entry(*module, *status))
            .collect();
        let status = if all_well { "ok" } else { "degraded" };
        json::object(&[
            ("status", json::string(status)),
            ("modules", json::list(&entries)),
        ])
    }

    /// 503 only when something is down that nothing here works without.
    fn readiness(&self) -> Answer {
        let checks = vec![self.state_check()];
        let modules = self.module_checks();
        let status = overall(checks.iter().chain(&modules));
        let reasons: Vec<String> = checks
            .iter()
            .chain(&modules)
            .filter_map(|check| check.reason.as_deref().map(json::string))
            .collect();
        let body = json::object(&[
            ("status", json::string(status)),
            (
                "checks",
                json::list(&checks.iter().map(Check::to_json).collect::<Vec<_>>()),
            ),
            (
                "modules",
                json::list(&modules.iter().map(Check::to_json).collect::<Vec<_>>()),
            ),
            ("degraded_reasons", json::list(&reasons)),
        ]);
        match status {
            "unhealthy" => Answer::unavailable(body),
            _ => Answer::ok(body),
        }
    }

    /// The state folder is the platform's database: without it nothing can be kept.
    fn state_check(&self) -> Check {
        let begin = Instant::now();
        let failure = std::fs::read_dir(&self.settings.state).err();
        Check {
            name: "state".to_string(),
            kind: "dependency",
            criticality: "critical",
            status: match failure {
                None => HealthStatus::Healthy,
                Some(_) => HealthStatus::Unhealthy,
            },
            latency_ms: begin.elapsed().as_millis(),
            reason: failure.map(|error| format!("state folder: {}", error)),
        }
    }

    fn module_checks(&self) -> Vec<Check> {
        let context = self.settings.health_context();
        let check = |module: &dyn PlatformModule| {
            let begin = Instant::now();
            let status = module.health(&context);
            let is_well = status == HealthStatus::Healthy;
            Check {
                name: format!("module:{}", module.slug()),
                kind: "module",
                criticality: "non_critical",
                status,
                latency_ms: begin.elapsed().as_millis(),
                reason: (!is_well).then(|| format!("module {} is {}", module.slug(), status)),
            }
        };
        self.registry.list().into_iter().map(check).collect()
    }
}

impl Check {
    fn to_json(&self) -> String {
        let reason = self.reason.as_deref();
        json::object(&[
            ("name", json::string(&self.name)),
            ("kind", json::string(self.kind)),
            ("criticality", json::string(self.criticality)),
            ("status", json::string(&self.status.to_string())),
            ("latency_ms", self.latency_ms.to_string()),
            ("reason", reason.map_or("null".to_string(), json::string)),
        ])
    }
}

/// The worst counts: a failed critical check is `unhealthy`, any other failure `degraded`.
fn overall<'a>(checks: impl Iterator<Item = &'a Check>) -> &'static str {
    let rank = |check: &Check| match (check.status, check.criticality) {
        (HealthStatus::Healthy, _) => 0,
        (HealthStatus::Unhealthy, "critical") => 2,
        _ => 1,
    };
    ["ok", "degraded", "unhealthy"][checks.map(rank).max().unwrap_or(0)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(status: HealthStatus, criticality: &'static str) -> Check {
        Check {
            name: "x".to_string(),
            kind: "module",
            criticality,
            status,
            latency_ms: 0,
            reason: None,
        }
    }

    #[test]
    fn only_a_failed_critical_check_is_unhealthy() {
        let fine = check(HealthStatus::Healthy, "critical");
        let lame = check(HealthStatus::Unhealthy, "non_critical");
        let dead = check(HealthStatus::Unhealthy, "critical");
        assert_eq!(overall([&fine].into_iter()), "ok");
        assert_eq!(overall([&fine, &lame].into_iter()), "degraded");
        assert_eq!(overall([&lame, &dead].into_iter()), "unhealthy");
    }
}
