"""What a return of an environment takes away, and where it may return to: shown before anybody is asked for a reason."""

from __future__ import annotations

from dataclasses import dataclass

from codegen import ManifestError, ModuleEntry, ModuleName, Refused, Repository
from controller.core.errors import Terminal, Transient
from controller.core.ledger.state import CommitEvidence, EnvironmentState, Hold, LedgerState, Release
from controller.core.model import EnvironmentName, Known, MainCommit, Person, ProposalNumber, ReleaseId, Sha, Unknown
from controller.core.sentences import reason_told
from controller.core.spans import contains_unreverted, predecessor
from controller.core.trailers import ChangeTrailers
from controller.operations.platform import Platform
from controller.operations.retained import has_image
from controller.operations.roll_back import plan_return
from controller.operations.view import View, demand_environment
from controller.showing.held import HeldReleases
from controller.showing.releases import Difference, difference

MOST_CANDIDATES = 50


@dataclass(frozen=True)
class PutOnHold:
    """
    A change that the return puts on hold: its releases wait until it is reverted or the hold is lifted.

    `elsewhere` are the other environments that run it and keep it: they stop where they are.
    """

    commit: Sha
    subject: str
    modules: tuple[ModuleName, ...]
    proposal: ProposalNumber | None
    requested_by: Person | None
    reason: str
    elsewhere: tuple[EnvironmentName, ...]


@dataclass(frozen=True)
class BlastRadius:
    """
    Everything that a return comes to. `difference` goes from what runs to where it returns.

    `migrations` are the modules that go and whose migrations ran: what they did to the database stays. `has_image` is
    whether the image can still be pulled. Each is `Unknown` where it could not be found out.
    """

    environment: EnvironmentName
    leaving: Release
    to: Release
    is_predecessor: bool
    difference: Difference
    held: tuple[PutOnHold, ...]
    migrations: Known[tuple[ModuleName, ...]] | Unknown
    also_there: tuple[EnvironmentName, ...]
    has_image: Known[bool] | Unknown
    standing: Hold | None
    """A hold on the release that it returns to: a person may, and should know."""


@dataclass(frozen=True)
class Candidate:
    """
    A release that an environment may return to. `refused` is the reason why not, `None` where it may; `hold` and
    `passed_here` are what a person should know of it.
    """

    release: Release
    is_predecessor: bool
    refused: str | None
    hold: Hold | None
    passed_here: bool


def blast_radius(
    platform: Platform, view: View, environment: EnvironmentName, *, to: ReleaseId | None = None
) -> BlastRadius:
    """
    What the return would come to; `Denied` as the return itself.

    Reads git and asks the image registry once; the loop's lock is to be held.
    """
    planned = plan_return(view, environment, to=to)
    found = difference(platform, view, planned.leaving, planned.to)
    before = _predecessor(view, environment, planned.leaving)
    evidence = evidence_of(view.state)
    return BlastRadius(
        environment=environment,
        leaving=planned.leaving,
        to=planned.to,
        is_predecessor=before is not None and before.id == planned.to.id,
        difference=found,
        held=tuple(_put_on_hold(sha, view, environment, evidence.get(sha)) for sha in planned.held),
        migrations=_migrations(platform, view, planned.leaving, found.removed),
        also_there=_running(view.state, planned.leaving.id, without=environment),
        has_image=_has_image(platform, view, planned.to),
        standing=HeldReleases(view.main, view.state).hold_of(planned.to),
    )


def candidates(view: View, environment: EnvironmentName, *, limit: int = MOST_CANDIDATES) -> tuple[Candidate, ...]:
    """The older releases, the newest first, and what runs now as the first. None where nothing runs."""
    demand_environment(view, environment)
    state = view.state.environments.get(environment, EnvironmentState(name=environment))
    current = view.state.releases.get(state.release) if state.release is not None else None
    if current is None:
        return ()
    before, held = _predecessor(view, environment, current), HeldReleases(view.main, view.state)
    passed = frozenset(state.passed)
    return tuple(
        Candidate(
            release=release,
            is_predecessor=before is not None and release.id == before.id,
            refused=_refused(release, current, view),
            hold=held.hold_of(release),
            passed_here=release.id in passed,
        )
        for release in _up_to(current, view)[:limit]
    )


def evidence_of(ledger: LedgerState) -> dict[Sha, CommitEvidence]:
    """What the releases keep of each commit."""
    return {evidence.commit: evidence for release in ledger.releases.values() for evidence in release.commits}


def _up_to(current: Release, view: View) -> list[Release]:
    """What runs and everything older; releases whose commit left the default branch come last."""
    index = view.main.index
    here = index.get(current.commit, len(index))
    older = [release for release in view.state.releases.values() if index.get(release.commit, -1) <= here]
    return sorted(older, key=lambda release: (index.get(release.commit, -1), release.created_at), reverse=True)


def _refused(release: Release, current: Release, view: View) -> str | None:
    """The reason with which the return itself would be refused."""
    if release.id == current.id:
        return "NoSuchRelease"
    return None if view.main.contains(current.commit, release.commit) else "NotOlder"


def _predecessor(view: View, environment: EnvironmentName, current: Release) -> Release | None:
    state = view.state.environments.get(environment, EnvironmentState(name=environment))
    return predecessor(view.main, view.state, passed=state.passed, current=current)


def _put_on_hold(sha: Sha, view: View, environment: EnvironmentName, evidence: CommitEvidence | None) -> PutOnHold:
    commit = view.main.get(sha)
    trailers = ChangeTrailers.read(commit.trailers) if commit is not None else None
    requested_by = evidence.requested_by if evidence is not None else None
    reason = (evidence.reason if evidence is not None else "") or (trailers.reason if trailers is not None else "")
    return PutOnHold(
        commit=sha,
        subject=commit.subject if commit is not None else "",
        modules=tuple(sorted(commit.delta.modules)) if commit is not None else (),
        proposal=evidence.proposal if evidence is not None else None,
        requested_by=requested_by or (trailers.requested_by if trailers is not None else None),
        reason=reason_told(reason, view.state.holds),
        elsewhere=_having(view, commit, without=environment),
    )


def _having(view: View, commit: MainCommit | None, *, without: EnvironmentName) -> tuple[EnvironmentName, ...]:
    if commit is None:
        return ()
    found = ((name, view.state.releases.get(release)) for name, release in _released(view.state))
    return tuple(
        name
        for name, release in found
        if name != without and release is not None and contains_unreverted(view.main, release, commit.sha)
    )


def _released(ledger: LedgerState) -> list[tuple[EnvironmentName, ReleaseId]]:
    return [(state.name, state.release) for state in ledger.environments.values() if state.release is not None]


def _running(ledger: LedgerState, release: ReleaseId, *, without: EnvironmentName) -> tuple[EnvironmentName, ...]:
    return tuple(name for name, runs in _released(ledger) if name != without and runs == release)


def _migrations(
    platform: Platform, view: View, leaving: Release, removed: tuple[ModuleEntry, ...]
) -> Known[tuple[ModuleName, ...]] | Unknown:
    if not removed:
        return Known(())
    try:
        repository = Repository(platform.mirror.files(leaving.commit), view.configuration.host)
        manifest, reader = repository.manifest, repository.reader
        return Known(tuple(entry.slug for entry in removed if reader.shape(entry, manifest).migrations))
    except (ManifestError, Refused, Terminal) as error:
        return Unknown(str(error))


def _has_image(platform: Platform, view: View, release: Release) -> Known[bool] | Unknown:
    try:
        return Known(has_image(platform, view.configuration, release))
    except Transient as error:
        return Unknown(error.message)
