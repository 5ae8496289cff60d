"""
The only ways in which the ledger changes. Each is one decision and becomes one commit.

A transition takes the state as it stands, so that a decision made on an older one is refused here instead of being
written: `Conflict` means "observe again". What each may assume is checked, never taken from the caller's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from controller.core.errors import Conflict
from controller.core.ledger.state import (
    Admission,
    Direction,
    EnvironmentState,
    Freeze,
    Hold,
    HoldState,
    KeyedRequest,
    LedgerState,
    Override,
    Release,
    Verification,
    VerificationState,
)
from controller.core.model import CheckResult, EnvironmentName, HoldId, Person, ReleaseId, Sha

REQUESTS_KEPT_FOR = timedelta(hours=24)
MOST_REQUESTS = 500
"""How many requests of one person are kept: who asks more often within a day loses their own oldest."""


@dataclass(frozen=True)
class Author:
    """Who decided, when and why: what every transition carries into the audit log."""

    by: Person
    at: datetime
    reason: str


def add_release(state: LedgerState, release: Release) -> LedgerState:
    """Records a release. The same release again changes nothing."""
    if release.id in state.releases:
        return state
    return replace(state, releases={**state.releases, release.id: release})


def promote(
    state: LedgerState, name: EnvironmentName, release: ReleaseId, *, span: tuple[Sha, ...], author: Author
) -> LedgerState:
    """Moves an environment on to a release; its verification begins anew."""
    _release_known(state, release)
    return _with_environment(
        state,
        _moved(_environment(state, name), release, author, direction=Direction.FORWARD, span=span),
    )


def record_verification(
    state: LedgerState,
    name: EnvironmentName,
    release: ReleaseId,
    *,
    verdict: VerificationState,
    findings: tuple[CheckResult, ...],
    at: datetime,
) -> LedgerState:
    """Writes what the checks of the environment's release came to. `Conflict` when it has another release by now."""
    environment = _on_release(state, name, release)
    passed = environment.passed
    if verdict is VerificationState.PASSED:
        passed = (*(earlier for earlier in passed if earlier != release), release)
    return _with_environment(
        state,
        replace(environment, verification=Verification(state=verdict, at=at, findings=findings), passed=passed),
    )


def roll_back(
    state: LedgerState,
    name: EnvironmentName,
    *,
    leaving: ReleaseId,
    to: ReleaseId,
    hold: Hold,
    author: Author,
) -> LedgerState:
    """
    Returns an environment to an older release and puts the hold, in one commit.

    The hold stands with the move, so that no pass in between can promote again what was just taken back.
    """
    environment = _on_release(state, name, leaving)
    _release_known(state, to)
    moved = _moved(environment, to, author, direction=Direction.BACK, span=())
    # A release that was left is no predecessor for what comes next, whatever it passed before.
    moved = replace(moved, passed=tuple(r for r in moved.passed if r != leaving), returned_for=hold.id)
    return put_hold(_with_environment(state, moved), hold)


def put_hold(state: LedgerState, hold: Hold) -> LedgerState:
    """Puts a hold, or changes nothing where it stands."""
    if hold.id in state.holds:
        return state
    return replace(state, holds={**state.holds, hold.id: hold})


def judge_hold(
    state: LedgerState,
    hold: HoldId,
    verdict: HoldState,
    *,
    judgement: str,
    at: datetime,
) -> LedgerState:
    """Confirms or clears a suspected hold, or lifts a standing one. `Conflict` where it was judged meanwhile."""
    standing = state.holds.get(hold)
    if standing is None or not standing.state.holds:
        raise Conflict(f"the hold {hold} does not stand any more")
    judged = replace(standing, state=verdict, judged_at=at, judgement=judgement)
    environments = {
        name: replace(environment, returned_for=None) if environment.returned_for == hold else environment
        for name, environment in state.environments.items()
    }
    return replace(state, holds={**state.holds, hold: judged}, environments=environments)


def freeze(state: LedgerState, new: Freeze) -> LedgerState:
    """Stops forward promotion. Rolling back always may."""
    return replace(state, freezes={**state.freezes, new.id: new})


def lift_freeze(state: LedgerState, freeze_id: str, *, author: Author) -> LedgerState:
    """Lets promotions go on. `Conflict` where it was lifted or has ended meanwhile."""
    standing = state.freezes.get(freeze_id)
    if standing is None or not standing.stands(author.at):
        raise Conflict(f"the freeze {freeze_id} does not stand any more")
    lifted = replace(standing, lifted_at=author.at, lifted_by=author.by)
    return replace(state, freezes={**state.freezes, freeze_id: lifted})


def admit(state: LedgerState, admission: Admission) -> LedgerState:
    """Keeps somebody's word for a commit without a valid approval."""
    return replace(state, admissions={**state.admissions, admission.commit: admission})


def override(state: LedgerState, word: Override) -> LedgerState:
    """Keeps somebody's word against a policy. The same again changes nothing."""
    if word.id in state.overrides:
        return state
    return replace(state, overrides={**state.overrides, word.id: word})


def keep_request(state: LedgerState, request: KeyedRequest) -> LedgerState:
    """Reserves a request or keeps its answer, and drops what is older than a day."""
    kept = {id_: r for id_, r in state.requests.items() if is_kept(r, request.at)} | {request.id: request}
    own = sorted((r for r in kept.values() if r.login == request.login), key=lambda r: r.at, reverse=True)
    for surplus in own[MOST_REQUESTS:]:
        del kept[surplus.id]
    return replace(state, requests=kept)


def is_kept(request: KeyedRequest, now: datetime) -> bool:
    """Whether a request still counts: what is too old does not, also where nothing has dropped it yet."""
    return now - request.at < REQUESTS_KEPT_FOR


def _moved(
    environment: EnvironmentState,
    release: ReleaseId,
    author: Author,
    *,
    direction: Direction,
    span: tuple[Sha, ...],
) -> EnvironmentState:
    return replace(
        environment,
        release=release,
        since=author.at,
        by=author.by,
        reason=author.reason,
        direction=direction,
        span=span,
        verification=Verification(),
        returned_for=None,
    )


def _environment(state: LedgerState, name: EnvironmentName) -> EnvironmentState:
    return state.environments.get(name, EnvironmentState(name=name))


def _on_release(state: LedgerState, name: EnvironmentName, release: ReleaseId) -> EnvironmentState:
    environment = _environment(state, name)
    if environment.release != release:
        raise Conflict(f"{name} is on {environment.release} by now, not on {release}")
    return environment


def _release_known(state: LedgerState, release: ReleaseId) -> None:
    if release not in state.releases:
        raise Conflict(f"the ledger has no release {release}")


def _with_environment(state: LedgerState, environment: EnvironmentState) -> LedgerState:
    environments: Mapping[EnvironmentName, EnvironmentState] = {**state.environments, environment.name: environment}
    return replace(state, environments=environments)
