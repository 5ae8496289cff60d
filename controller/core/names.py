"""Names that are derived, so that the same thing always has the same name and is found again after a crash."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from controller.core.model import BranchName, BuildId, EnvironmentName, Fingerprint, HoldId, ReleaseId, Sha

BRANCH_PREFIX = "modwright/"
SCRATCH_PREFIX = "modwright/scratch/"
# https://docs.github.com/en/account-and-profile/reference/email-addresses-reference, on Enterprise with its own host
_NOREPLY = re.compile(
    r"(?:\d{1,20}\+)?([A-Za-z0-9][A-Za-z0-9-]{0,38}(?:\[bot\])?)@users\.noreply\.[A-Za-z0-9.-]{1,100}"
)


def release_id(commit: Sha, committed_at: datetime) -> ReleaseId:
    """`rel_<YYYYMMDD>_<12 of the commit>`, by the commit's own date in UTC: no clock decides a name."""
    return ReleaseId(f"rel_{committed_at.astimezone(UTC):%Y%m%d}_{commit[:12]}")


def build_id(run: int, attempt: int) -> BuildId:
    """`bld_<run id>_<attempt>`."""
    return BuildId(f"bld_{run}_{attempt}")


def author_of(name: str, email: str) -> str:
    """
    By what a commit's author is called: the login where the forge's own address tells it, else the name in the commit.

    The ledger knows people by their logins, so that one person reads the same wherever something is told of them. Both
    are what the commit claims, and neither proves anything.
    """
    found = _NOREPLY.fullmatch(email)
    return found[1] if found is not None else name


def hold_id(environment: EnvironmentName | None, commits: Iterable[Sha], at: datetime) -> HoldId:
    """A hold is one finding: where, of which commits, at which moment."""
    seed = json.dumps([environment, sorted(commits), at.isoformat()])
    return HoldId(f"hold_{at.astimezone(UTC):%Y%m%d}_{_short(seed)}")


def freeze_id(environment: EnvironmentName | None, at: datetime) -> str:
    """`frz_<date>_<hash>`."""
    return f"frz_{at.astimezone(UTC):%Y%m%d}_{_short(json.dumps([environment, at.isoformat()]))}"


def override_id(policy: str, fingerprint: Fingerprint, head: Sha | None, login: str) -> str:
    """`ovr_<hash>`: one word of one person on one policy for one change."""
    return f"ovr_{_short(json.dumps([policy, fingerprint, head, login]))}"


def request_hash(kind: str, content: object) -> str:
    """Eight digits that stand for one request; the same request gives the same proposal."""
    return _short(json.dumps([kind, content], sort_keys=True, ensure_ascii=False), digits=8)


def proposal_branch(kind: str, subject: str, *, digits: str, ordinal: int) -> BranchName:
    """`modwright/<kind>/<subject>-<hash of the request>-<n>`; `ordinal` counts the tries at the same request."""
    return BranchName(f"{BRANCH_PREFIX}{kind}/{subject[:60]}-{digits}-{ordinal}")


def canonical_json(value: Mapping[str, object]) -> str:
    """One text for one value: sorted keys, no spaces."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _short(text: str, *, digits: int = 12) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]
