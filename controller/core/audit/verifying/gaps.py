"""What a gap is: something of the past that what is kept does not explain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from controller.core.model import EnvironmentName


class GapKind(StrEnum):
    """The kinds, by names that stay."""

    UNAPPROVED_MERGE = "unapproved-merge"
    APPROVAL_DOES_NOT_FIT = "approval-does-not-fit"
    HAND_EDITED_SOURCE = "hand-edited-source"
    DIRECT_PUSH = "direct-push"
    UNEXPLAINED_DIGEST = "unexplained-digest"
    RELEASE_DOES_NOT_FIT = "release-does-not-fit"
    RELEASE_NOT_ON_BRANCH = "release-not-on-branch"
    RELEASE_CHANGED = "release-changed"
    DECISION_CHANGED = "decision-changed"
    PROMOTION_WITHOUT_RELEASE = "promotion-without-release"
    SKIPPED_ORDER = "skipped-order"
    REVERT_MISSING = "revert-missing"
    PROMOTED_WHILE_FROZEN = "promoted-while-frozen"
    UNSIGNED_LEDGER_COMMIT = "unsigned-ledger-commit"
    LEDGER_REWRITTEN = "ledger-rewritten"
    FORGE_DISAGREES = "forge-disagrees"
    IMAGE_GONE = "image-gone"


KINDS: Mapping[GapKind, str] = {
    GapKind.UNAPPROVED_MERGE: "admit the commit with a reason (`modwright admit`), or take it out (`modwright revert`)",
    GapKind.APPROVAL_DOES_NOT_FIT: "compare the proposal with the commit on the forge; then admit or revert the commit",
    GapKind.HAND_EDITED_SOURCE: "merge the repair that the controller proposes, or revert the commit",
    GapKind.DIRECT_PUSH: "admit the commit with a reason (`modwright admit`), or take it out (`modwright revert`)",
    GapKind.UNEXPLAINED_DIGEST: "find out who made that image; roll back, and let the release's commit be built again",
    GapKind.RELEASE_DOES_NOT_FIT: "compare the release with its commit; roll environments back from it",
    GapKind.RELEASE_NOT_ON_BRANCH: "restore the default branch from a clone, or roll environments back from the release",
    GapKind.RELEASE_CHANGED: "find out who has the controller's key; restore the release as it was made",
    GapKind.DECISION_CHANGED: "find out who has the controller's key; let who decided it say again what stands",
    GapKind.PROMOTION_WITHOUT_RELEASE: "find out who has the controller's key; promote a release that is known",
    GapKind.SKIPPED_ORDER: "ask who decided it; let the release pass where it should have passed before",
    GapKind.PROMOTED_WHILE_FROZEN: "find out who has the controller's key; ask who put the freeze whether it may stay",
    GapKind.REVERT_MISSING: "merge the revert, or lift the hold with a reason",
    GapKind.UNSIGNED_LEDGER_COMMIT: "let the controller write: its next commit brings back the accepted state",
    GapKind.LEDGER_REWRITTEN: "restore the branch from a clone that has the earlier head, see the runbook LedgerRewritten",
    GapKind.FORGE_DISAGREES: "ask the forge's audit log who changed it; trust neither until it is known",
    GapKind.IMAGE_GONE: "build the release's commit again, or roll environments back from it",
}
"""What would answer a gap of each kind."""


class Standing(StrEnum):
    """How a gap stands."""

    OPEN = "open"
    ANSWERED = "answered"
    """Somebody who may has taken it upon them, or it was mended."""
    UNKNOWN = "unknown"
    """It could not be judged, which is not well."""
    PENDING = "pending"
    """It is too new to be judged, and nothing runs it."""


@dataclass(frozen=True)
class Gap:
    """
    `about` is the commit, release, hold or build that it is about, `says` one sentence of what was found, `answer` what
    would answer it, or did.
    """

    kind: GapKind
    about: str
    says: str
    answer: str
    standing: Standing = Standing.OPEN
    environment: EnvironmentName | None = None


def gap(
    kind: GapKind,
    about: str,
    says: str,
    *,
    answer: str = "",
    standing: Standing = Standing.OPEN,
    environment: EnvironmentName | None = None,
) -> Gap:
    """A gap with the usual answer of its kind where none is given."""
    return Gap(kind, about, says, answer or KINDS[kind], standing, environment)
