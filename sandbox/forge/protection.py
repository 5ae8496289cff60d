"""What the rules of a branch allow: values in, a sentence or None out.

The sentences are GitHub's, because people and programs recognise them (`GH006`, "Required status check …").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.configuration import ProtectionSettings, RequiredCheck
from sandbox.forge.git_repository import ZERO, Move
from sandbox.forge.store import Document

# Skipped and neutral count as success, as on GitHub; who wants more must ask for `success` itself.
_PASSED = {"success", "skipped", "neutral"}


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Why a ref update is refused (None: it is not), and whether it may only go forward."""

    denied: str | None = None
    forward_only: bool = False


def judge_move(
    rules: ProtectionSettings | None, move: Move, *, pusher: str, admin: bool, missing: str | None
) -> Verdict:
    """Whether a push or a call of the API may move this ref. `missing` is the sentence about checks, if any lacks."""
    if rules is None or (admin and not rules.enforce_admins):
        return Verdict()
    if move.after == ZERO:
        return Verdict(denied="Cannot delete this protected branch" if rules.block_deletion else None)
    if rules.push_only and pusher not in rules.push_only:
        return Verdict(denied="You're not authorized to push to this branch.")
    if move.before == ZERO:
        return Verdict()
    if rules.require_pull_request:
        return Verdict(denied="Changes must be made through a pull request.")
    if missing is not None:
        return Verdict(denied=missing)
    return Verdict(forward_only=rules.block_force)


def missing_check(
    required: Iterable[RequiredCheck], check_runs: Iterable[Document], statuses: Iterable[Document]
) -> str | None:
    """The sentence about the first required checks that have not passed, or None. Newest result of a name counts."""
    runs, states = list(check_runs), list(statuses)
    lacking = [check for check in required if not _passed(check, runs, states)]
    if not lacking:
        return None
    if len(lacking) > 1:
        return f"{len(lacking)} of {len(list(required))} required status checks are expected."
    state = "failing" if _known(lacking[0], runs, states) else "expected"
    return f'Required status check "{lacking[0].context}" is {state}.'


def _newest(check: RequiredCheck, runs: list[Document]) -> Document | None:
    """The check run that counts for a requirement; one by another App than the required one is as good as none."""
    fitting = [run for run in runs if run["name"] == check.context and check.app_id in (None, run["app"])]
    return fitting[-1] if fitting else None


def _known(check: RequiredCheck, runs: list[Document], statuses: list[Document]) -> bool:
    run = _newest(check, runs)
    return (run is not None and run["status"] == "completed") or any(s["context"] == check.context for s in statuses)


def _passed(check: RequiredCheck, runs: list[Document], statuses: list[Document]) -> bool:
    run = _newest(check, runs)
    results = [] if run is None else [run["conclusion"]]
    if check.app_id is None:
        results += [status["state"] for status in statuses if status["context"] == check.context][-1:]
    return bool(results) and all(result in _PASSED for result in results)


def missing_review(rules: ProtectionSettings, opinions: Iterable[str]) -> str | None:
    """The sentence about reviews, or None. `opinions` is the last one of each reviewer with write access."""
    states = list(opinions)
    if not rules.required_approvals:
        return None
    if "CHANGES_REQUESTED" in states:
        return "Changes have been requested on this pull request."
    if states.count("APPROVED") >= rules.required_approvals:
        return None
    return f"At least {rules.required_approvals} approving review is required by reviewers with write access."
