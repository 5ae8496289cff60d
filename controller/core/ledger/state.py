"""What the ledger says, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from codegen import ModuleName
from controller.core.model import (
    BuildId,
    CheckResult,
    Digest,
    EnvironmentName,
    Fingerprint,
    HoldId,
    Person,
    ProposalNumber,
    ReleaseId,
    Sha,
    TreeId,
)

LEDGER_FORMAT = 1


class Approval(StrEnum):
    """How a commit of the default branch came to be allowed."""

    REVIEWED = "reviewed"
    SELF_APPROVED = "self-approved"
    INVERSE = "inverse"
    """The exact inverse of a confirmed hold's change, merged by the platform's `revert.merge: auto`."""
    ADOPTED = "adopted"
    NOT_NEEDED = "not-needed"
    MISSING = "missing"


@dataclass(frozen=True)
class ReviewEvidence:
    """A review that counted: which, whose, and on which head."""

    id: int
    reviewer: Person
    head: Sha


@dataclass(frozen=True)
class CommitEvidence:
    """
    What was seen of one commit of the default branch when its release was made, kept because the forge may forget.

    `detail` says in one sentence what is missing where the approval is.
    """

    commit: Sha
    approval: Approval
    detail: str
    proposal: ProposalNumber | None = None
    head: Sha | None = None
    fingerprint: Fingerprint | None = None
    requested_by: Person | None = None
    reason: str = ""
    reviews: tuple[ReviewEvidence, ...] = ()
    merged_by: Person | None = None
    changes_modules: bool = False
    added: tuple[ModuleName, ...] = ()
    removed: tuple[ModuleName, ...] = ()
    changed: tuple[ModuleName, ...] = ()
    reverts: Sha | None = None


@dataclass(frozen=True)
class Release:
    """
    An immutable record: a commit of the default branch with the image of its input tree.

    `commits` are the first-parent commits after the release before it, with the evidence for each.
    """

    id: ReleaseId
    commit: Sha
    input_tree: TreeId
    digest: Digest
    manifest_hash: str
    modules: tuple[ModuleName, ...]
    created_at: datetime
    build: BuildId | None
    commits: tuple[CommitEvidence, ...] = ()
    reused_from: ReleaseId | None = None


class VerificationState(StrEnum):
    """What the checks of an environment's release came to."""

    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"


class Direction(StrEnum):
    """Whether an environment moved on or back. What moved back is never rolled back by itself."""

    FORWARD = "forward"
    BACK = "back"


@dataclass(frozen=True)
class Verification:
    """The verdict on a release in an environment, with the checks that were not well."""

    state: VerificationState = VerificationState.PENDING
    at: datetime | None = None
    findings: tuple[CheckResult, ...] = ()


@dataclass(frozen=True)
class EnvironmentState:
    """
    What one environment should run, and what became of it.

    `passed` are the releases that passed verification here, oldest first: the predecessor is chosen from them.
    `span` are the first-parent commits that the release brought when it was promoted: blame is judged over them.
    `returned_for` is the hold whose predecessor this environment is verifying now.
    """

    name: EnvironmentName
    release: ReleaseId | None = None
    since: datetime | None = None
    by: Person | None = None
    reason: str = ""
    direction: Direction = Direction.FORWARD
    span: tuple[Sha, ...] = ()
    verification: Verification = Verification()
    passed: tuple[ReleaseId, ...] = ()
    returned_for: HoldId | None = None


class HoldState(StrEnum):
    """
    How sure a hold is. `SUSPECTED` and `CONFIRMED` hold; `CLEARED` (the cause was elsewhere) and `LIFTED` do not.
    """

    SUSPECTED = "suspected"
    CONFIRMED = "confirmed"
    CLEARED = "cleared"
    LIFTED = "lifted"

    @property
    def holds(self) -> bool:
        """Whether releases with its commits wait."""
        return self in (HoldState.SUSPECTED, HoldState.CONFIRMED)


@dataclass(frozen=True)
class Hold:
    """
    Names the commits at fault and the checks that failed. A release that contains one without its revert is held.

    `environment` is where it was found; `None` for one that a person put on a commit.
    """

    id: HoldId
    state: HoldState
    commits: tuple[Sha, ...]
    release: ReleaseId | None
    environment: EnvironmentName | None
    findings: tuple[CheckResult, ...]
    by: Person
    reason: str
    at: datetime
    judged_at: datetime | None = None
    judgement: str = ""
    wants_revert: bool = True
    """Whether the change is to be taken out; a person may also only want its releases to wait."""


@dataclass(frozen=True)
class Freeze:
    """
    No forward promotion, of one environment or of all (`environment` is `None`), until its end or until somebody lifts it.

    `until` is `None` where only a person ends it. `stop` is the global stop: nothing at all moves forward. It is of no
    one environment. Documents written before there were these two mean `None` and `False`.
    """

    id: str
    environment: EnvironmentName | None
    by: Person
    reason: str
    at: datetime
    lifted_at: datetime | None = None
    lifted_by: Person | None = None
    until: datetime | None = None
    stop: bool = False

    def stands(self, now: datetime) -> bool:
        """Whether it freezes at that moment: neither lifted nor past its end."""
        return self.lifted_at is None and (self.until is None or now < self.until)


@dataclass(frozen=True)
class Admission:
    """Somebody's word that a commit without a valid approval may be promoted."""

    commit: Sha
    by: Person
    reason: str
    at: datetime


@dataclass(frozen=True)
class Override:
    """
    Somebody's word that a policy's denial does not stand for one change.

    `head` is `None` where the fingerprint tells all that the change does; else the word is for that commit alone.
    """

    id: str
    policy: str
    fingerprint: Fingerprint
    head: Sha | None
    by: Person
    reason: str
    at: datetime


class RequestState(StrEnum):
    """Whether only the effect of a request is known, or its answer too."""

    RESERVED = "reserved"
    ANSWERED = "answered"


@dataclass(frozen=True)
class KeyedRequest:
    """
    One request that came with an Idempotency-Key, so that its repeat has no second effect.

    `id` is a hash of the caller's login and the key, `digest` stands for what was asked, `answer` is JSON, kept as the
    text that it was so that a repeat says the same.
    """

    id: str
    login: str
    digest: str
    at: datetime
    state: RequestState = RequestState.RESERVED
    answer: str = ""


@dataclass(frozen=True)
class LedgerState:
    """The whole desired state at one commit of the ledger."""

    environments: Mapping[EnvironmentName, EnvironmentState] = field(default_factory=dict)
    releases: Mapping[ReleaseId, Release] = field(default_factory=dict)
    holds: Mapping[HoldId, Hold] = field(default_factory=dict)
    freezes: Mapping[str, Freeze] = field(default_factory=dict)
    admissions: Mapping[Sha, Admission] = field(default_factory=dict)
    overrides: Mapping[str, Override] = field(default_factory=dict)
    requests: Mapping[str, KeyedRequest] = field(default_factory=dict)
    signers: tuple[str, ...] = ()

    @cached_property
    def by_commit(self) -> Mapping[Sha, Release]:
        """The releases by the commit that each was made of, found once: lists ask it for each of their rows."""
        found: dict[Sha, Release] = {}
        for release in self.releases.values():
            found.setdefault(release.commit, release)
        return found

    def release_of(self, commit: Sha) -> Release | None:
        """The release made of that commit, where there is one."""
        return self.by_commit.get(commit)

    def image_of(self, input_tree: TreeId) -> Release | None:
        """A release that already has an image of that input tree, the oldest: nothing is built twice."""
        matching = [release for release in self.releases.values() if release.input_tree == input_tree]
        return min(matching, key=lambda release: release.created_at, default=None)

    def is_frozen_for_good(self, environment: EnvironmentName) -> bool:
        """Whether a freeze without an end stops promotions of that environment: only a person lets them go on."""
        standing = (freeze for freeze in self.freezes.values() if freeze.lifted_at is None and freeze.until is None)
        return any(freeze.environment in (None, environment) for freeze in standing)

    @property
    def standing_holds(self) -> tuple[Hold, ...]:
        """The holds that make releases wait."""
        return tuple(hold for hold in self.holds.values() if hold.state.holds)
