"""Ref updates that are checked against protection, recorded as activity and announced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.forge import check_results, clock, protection
from sandbox.forge.accounts import Identity
from sandbox.forge.announcements import announce
from sandbox.forge.git_repository import ZERO, GitRepository, Move
from sandbox.forge.protection import Verdict
from sandbox.forge.refusals import Refusal
from sandbox.forge.store import Document
from sandbox.forge.views import commits, users

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

_BRANCHES = "refs/heads/"


def verdict(forge: Forge, repository: GitRepository, move: Move, user: Document) -> Verdict:
    """What protection says to this move by this user; `move.before` must be known."""
    if not move.ref.startswith(_BRANCHES):
        return Verdict(denied="This ref is read-only") if move.ref.startswith("refs/pull/") else Verdict()
    rules = forge.protection(repository.full_name, move.ref.removeprefix(_BRANCHES))
    missing = None
    if rules is not None and rules.required_checks and move.after != ZERO:
        runs = check_results.runs_at(forge, repository.full_name, move.after)
        missing = protection.missing_check(
            rules.required_checks, runs, check_results.statuses_at(forge, repository.full_name, move.after)
        )
    admin = forge.accounts.role(user, repository.full_name) == "admin"
    return protection.judge_move(rules, move, pusher=user["login"], admin=admin, missing=missing)


def move(
    forge: Forge, repository: GitRepository, moves: list[Move], asker: Identity, *, kind: str | None = None
) -> None:
    """Move refs for an asker of the API, all or none. `kind` "pr_merge" skips protection, judged before by then.

    Raises `Refusal` where protection forbids it, and `RefMovedError` where a ref is not where the asker saw it.
    """
    known = [Move(ref=m.ref, after=m.after, before=m.before or repository.target(m.ref) or ZERO) for m in moves]
    if kind is None:
        for one in known:
            _permit(forge, repository, one, asker.user)
    done = repository.move(known)
    landed(forge, repository, done, asker.user, kind=kind)


def _permit(forge: Forge, repository: GitRepository, one: Move, user: Document) -> None:
    ruling = verdict(forge, repository, one, user)
    if ruling.denied is not None:
        raise Refusal(422, f"Protected branch update failed for {one.ref}.\n\n{ruling.denied}")
    found = repository.target(one.ref)
    if ruling.forward_only and found and not repository.contains(found, one.after):
        raise Refusal(422, "Cannot force-push to this protected branch")


def landed(
    forge: Forge, repository: GitRepository, moves: list[Move], user: Document, *, kind: str | None = None
) -> None:
    """Refs have moved, by whatever way: write it down, bring pull requests up to date, tell everyone."""
    for one in moves:
        if one.before == one.after:
            continue
        record = _activity(repository, one, user, kind)
        forge.store.add("activity", repository.full_name, record)
        forge.record(repository.full_name)["pushed_at"] = record["timestamp"]
        forge.store.save("repository", forge.record(repository.full_name))
        if one.ref.startswith(_BRANCHES):
            forge.pulls.follow(repository, one, user)
        _announce(forge, repository, one, record, user)


def _activity(repository: GitRepository, one: Move, user: Document, kind: str | None) -> Document:
    before = one.before or ZERO
    if kind is None:
        if before == ZERO:
            kind = "branch_creation"
        elif one.after == ZERO:
            kind = "branch_deletion"
        else:
            kind = "push" if repository.contains(before, one.after) else "force_push"
    return {
        "ref": one.ref,
        "before": before,
        "after": one.after,
        "activity_type": kind,
        "actor": user["id"],
        "timestamp": clock.stamp(),
    }


def _announce(forge: Forge, repository: GitRepository, one: Move, record: Document, user: Document) -> None:
    full_name = repository.full_name
    commit = None
    if one.after != ZERO and repository.resolve(one.after):
        commit = commits.simple(repository.commit(one.after))
    payload: Document = {
        "ref": one.ref,
        "before": one.before,
        "after": one.after,
        "created": one.before == ZERO,
        "deleted": one.after == ZERO,
        "forced": record["activity_type"] == "force_push",
        "base_ref": None,
        "compare": f"{forge.url}/{full_name}/compare/{(one.before or ZERO)[:12]}...{one.after[:12]}",
        "commits": [commit] if commit else [],
        "head_commit": commit,
        "pusher": {"name": user["login"], "email": user["email"]},
        "actor": users.simple(forge, user),
    }
    announce(forge, "push", full_name, payload, user)
