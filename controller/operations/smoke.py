"""A person asks how an environment is, now."""

from __future__ import annotations

from codegen import Sentence
from controller.core.errors import Denied, Transient
from controller.core.model import EnvironmentName, Probe
from controller.operations.platform import Platform
from controller.operations.rollout import run_checks
from controller.operations.view import View, demand_environment


def smoke(platform: Platform, view: View, environment: EnvironmentName, *, earlier: tuple[Probe, ...]) -> Probe:
    """Runs every check of the environment once. It decides nothing: the loop's own probes do."""
    demand_environment(view, environment)
    running = platform.cluster.observe().get(environment)
    if running is None:
        raise Transient(f"the cluster does not tell of {environment}")
    probe = run_checks(platform, view.configuration, view.state, running, earlier=earlier)
    if probe is None:
        raise Denied(
            "NothingRuns",
            Sentence("{environment} has no release", environment=environment),
            hint="modwright promote --adopt …",
        )
    return probe
