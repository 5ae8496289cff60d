"""The platform as figures: from the last pass and the last reading, without asking anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from controller.core.ledger.state import EnvironmentState, HoldState
from controller.core.model import Known, ProposalState, Running, Unknown
from controller.core.snapshot import Snapshot
from controller.reconcile.loop import Loop
from controller.reconcile.observe import Observation
from controller.showing.health import VERSION
from controller.showing.hub import Hub

_Row = tuple[tuple[str, ...], float]


def figures(loop: Loop, hub: Hub, seen: Observation | None) -> Iterator[Metric]:
    """Every gauge. What is not known yet has no sample: nothing is told as zero that nobody counted."""
    yield _gauge("build_info", "The version that runs.", ("version",), [((VERSION,), 1)])
    yield _gauge("event_streams", "Open streams of events.", (), [((), hub.listening)])
    yield from _loop(loop)
    yield from _budget(loop)
    if seen is not None:
        yield from _ledger(seen, loop)
        yield from _outside(seen.snapshot)


def _gauge(name: str, text: str, labels: tuple[str, ...], rows: Iterable[_Row]) -> Metric:
    made = GaugeMetricFamily(f"modwright_{name}", text, labels=labels)
    for values, figure in rows:
        made.add_metric(values, figure)
    return made


def _loop(loop: Loop) -> Iterator[Metric]:
    at = loop.last_at
    rows: list[_Row] = [((), at.timestamp())] if at is not None else []
    yield _gauge("last_pass_timestamp_seconds", "When the last pass ended.", (), rows)
    failures = list(loop.memory.failures.items())
    yield _gauge("retrying", "What is backed off from.", (), [((), len(failures))])
    most = max((failure.times for _, failure in failures), default=0)
    yield _gauge("retry_attempts", "How often the most stubborn of it was tried.", (), [((), most)])
    last = loop.memory.last
    reasons = Counter(condition.reason for condition in last.conditions) if last is not None else {}
    yield _gauge("conditions", "What waits, by reason.", ("reason",), [((k,), n) for k, n in sorted(reasons.items())])


def _budget(loop: Loop) -> Iterator[Metric]:
    budget = loop.platform.forge.budget()
    labels = ("resource",)
    rows: list[_Row] = [((one.resource,), one.remaining) for one in budget]
    yield _gauge("forge_calls_remaining", "Calls that the forge still answers until its reset.", labels, rows)
    rows = [((one.resource,), one.limit - one.remaining) for one in budget]
    yield _gauge("forge_calls_used", "Calls that were made since its reset.", labels, rows)
    rows = [((one.resource,), one.resets_at.timestamp()) for one in budget]
    yield _gauge("forge_calls_reset_timestamp_seconds", "When it resets.", labels, rows)


def _ledger(seen: Observation, loop: Loop) -> Iterator[Metric]:
    state, now = seen.view.state, loop.platform.clock()
    holds = Counter(hold.state for hold in state.standing_holds)
    standing = (HoldState.SUSPECTED, HoldState.CONFIRMED)
    yield _gauge("holds", "Holds that stand.", ("state",), [((s.value,), holds[s]) for s in standing])
    frozen = sum(freeze.stands(now) for freeze in state.freezes.values())
    yield _gauge("freezes", "Freezes that stand.", (), [((), frozen)])
    yield _gauge("releases", "Releases in the ledger.", (), [((), len(state.releases))])
    rejected = len(seen.view.ledger.rejected)
    yield _gauge("ledger_unaccepted_commits", "Commits on the ledger that do not count.", (), [((), rejected)])


def _outside(snapshot: Snapshot) -> Iterator[Metric]:
    yield from _environments(snapshot)
    if isinstance(snapshot.proposals, Known):
        opened = sum(proposal.forge.state is ProposalState.OPEN for proposal in snapshot.proposals.value)
        yield _gauge("open_proposals", "Open pull requests.", (), [((), opened)])
    if isinstance(snapshot.builds, Known):
        running = sum(not build.status.has_ended for build in snapshot.builds.value)
        yield _gauge("builds_running", "Builds that have not ended.", (), [((), running)])
    parts = {
        "proposals": snapshot.proposals,
        "builds": snapshot.builds,
        "environments": snapshot.running,
        "commands": snapshot.commands,
        "recorded_builds": snapshot.recorded_builds,
    }
    rows: list[_Row] = [((name,), isinstance(part, Unknown)) for name, part in parts.items()]
    yield _gauge("unknown", "Whether that part could not be read at the last look.", ("part",), rows)


def _environments(snapshot: Snapshot) -> Iterator[Metric]:
    """One series an environment: its labels say what it is on, and the one before goes with its release."""
    running = snapshot.running.value if isinstance(snapshot.running, Known) else {}
    rows: list[_Row] = []
    since: list[_Row] = []
    for definition in snapshot.configuration.environments:
        state = snapshot.ledger.environments.get(definition.name, EnvironmentState(name=definition.name))
        seen: Running | None = running.get(definition.name)
        phase = seen.phase.value if seen is not None else "unknown"
        labels = (definition.name, state.release or "", state.verification.state.value, phase, state.direction.value)
        rows.append((labels, 1))
        if state.since is not None:
            since.append(((definition.name,), state.since.timestamp()))
    names = ("environment", "release", "verification", "phase", "direction")
    yield _gauge("environment_info", "What an environment should run, and how that goes.", names, rows)
    yield _gauge("environment_since_timestamp_seconds", "When that was decided.", ("environment",), since)
