"""Makes a cluster run what the ledger says, and asks it how it is."""

from __future__ import annotations

from codegen import ModuleName, Sentence
from controller.core.configuration import Configuration
from controller.core.errors import Denied, Transient
from controller.core.ledger.state import EnvironmentState, LedgerState, Release
from controller.core.model import CheckResult, EnvironmentName, Outcome, Probe, Running
from controller.operations.platform import Platform
from controller.operations.retained import has_image
from controller.ports import Expectation


def roll_out(
    platform: Platform, configuration: Configuration, environment: EnvironmentName, release: Release
) -> Running:
    """Asks for the release's image by digest; done when the cluster is seen serving it."""
    definition = configuration.environment(environment)
    return platform.cluster.roll_out(
        environment,
        image=platform.images.reference(configuration.image_repository, release.digest),
        before_rollout=definition.before_rollout,
        release=release.id,
    )


def roll_out_again(
    platform: Platform, configuration: Configuration, environment: EnvironmentName, release: Release
) -> None:
    """
    Asks once more for an image that could not be pulled.

    Always ends in `Transient`: whether it can be pulled now is seen later, and until it is, each try waits longer.
    """
    demand_image(platform, configuration, release)
    roll_out(platform, configuration, environment, release)
    raise Transient(f"{release.id} could not be pulled for {environment}; it was asked for again")


def demand_image(platform: Platform, configuration: Configuration, release: Release) -> None:
    """
    Passes where the image can be pulled, so that a release is not blamed for an image registry that is away.

    `Denied` where it is gone; `Transient` where the image registry does not say.
    """
    if not has_image(platform, configuration, release):
        message = Sentence(
            "the image of {release} ({digest}) is not in the image registry any more",
            release=release.id,
            digest=release.digest,
        )
        raise Denied("ImageGone", message, hint=Sentence("choose another release, or build it again by a new commit"))


def run_checks(
    platform: Platform,
    configuration: Configuration,
    ledger: LedgerState,
    running: Running,
    *,
    earlier: tuple[Probe, ...],
) -> Probe | None:
    """Runs every check of an environment once against the release that it should serve; `None` where it has none."""
    definition = configuration.environment(running.environment)
    state = ledger.environments.get(running.environment, EnvironmentState(name=running.environment))
    release = ledger.releases.get(state.release) if state.release is not None else None
    if release is None:
        return None
    expected = Expectation(
        input_tree=release.input_tree,
        digest=release.digest,
        modules=frozenset(release.modules),
        unwell_before=unwell_before(earlier, release),
    )
    at = platform.clock()
    results = tuple(
        platform.prober.run(check, url=running.url, expected=expected, timeout=definition.check.timeout)
        for check in definition.checks
    )
    return Probe(
        environment=running.environment,
        release=release.id,
        at=at,
        results=results or (CheckResult("none", Outcome.ERRORED, "the environment has no checks"),),
        serving_since=running.serving_since,
    )


def unwell_before(earlier: tuple[Probe, ...], release: Release) -> frozenset[ModuleName]:
    """
    The modules that were unwell when another release last passed here.

    Sound platforms hold modules that say so for ever; only what got worse is the new release's. A failing probe is no
    measure: the predecessor of a failed release would then be excused for failing alike.
    """
    others = [probe for probe in earlier if probe.release != release.id and probe.outcome is Outcome.PASSED]
    if not others:
        return frozenset()
    return frozenset(module for result in others[-1].results for module in result.modules)
