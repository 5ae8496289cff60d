"""
JSON of the forge into values of the model. Pure: no request is made here.

A field that the API promises and that is missing raises (`KeyError`, `TypeError`, `ValueError`); the reader turns that
into `Transient`. Nothing is guessed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from controller.adapters.github.names import ZERO
from controller.core.model import (
    BranchName,
    ForgeProposal,
    GateReport,
    GateStatus,
    Person,
    ProposalNumber,
    ProposalState,
    Push,
    Review,
    ReviewState,
    Sha,
    UserId,
)

GHOST = Person(login="ghost")
"""Who stands where an account was deleted."""


def person(data: Any) -> Person:
    """A user; `None` is an account that was deleted."""
    if data is None:
        return GHOST
    return Person(login=str(data["login"]), id=UserId(int(data["id"])), is_bot=data.get("type") == "Bot")


def logins(data: Any) -> tuple[str, ...]:
    """A page of users, as their logins."""
    return tuple(str(item["login"]) for item in data)


def moment(text: Any) -> datetime | None:
    """An ISO time; the API always writes `Z`."""
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"a time without zone: {text}")
    return found


def certain_moment(text: Any) -> datetime:
    """An ISO time that must be there."""
    found = moment(text)
    if found is None:
        raise ValueError("a time is missing")
    return found


def commit(text: Any) -> Sha:
    """A commit id."""
    found = str(text)
    if len(found) != 40 or set(found) - set("0123456789abcdef"):
        raise ValueError(f"not a commit id: {found[:60]}")
    return Sha(found)


def positive(value: Any) -> int:
    """An id or number. An object without one is what PyGithub makes of a redirect, so it is never taken as success."""
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise ValueError(f"not a number above 0: {value!r}")
    return value


def branches(data: Any) -> tuple[tuple[BranchName, Sha], ...]:
    """A page of branches with their heads."""
    return tuple((BranchName(str(item["name"])), commit(item["commit"]["sha"])) for item in data)


def proposal(data: Any) -> ForgeProposal:
    """A pull request. A list's items do not say who merged."""
    merged = data.get("merged_at") is not None
    source = data["head"].get("repo")
    return ForgeProposal(
        number=ProposalNumber(positive(data["number"])),
        title=str(data["title"]),
        body=str(data.get("body") or ""),
        branch=BranchName(str(data["head"]["ref"])),
        head=commit(data["head"]["sha"]),
        base_branch=BranchName(str(data["base"]["ref"])),
        author=person(data["user"]),
        state=_proposal_state(data["state"], merged=merged),
        from_fork=source is None or source["full_name"] != data["base"]["repo"]["full_name"],
        merged_commit=commit(data["merge_commit_sha"]) if merged and data.get("merge_commit_sha") else None,
        merged_by=person(data["merged_by"]) if merged and data.get("merged_by") else None,
        closed_at=moment(data.get("closed_at")),
    )


def proposals(data: Any) -> tuple[ForgeProposal, ...]:
    """A page of pull requests."""
    return tuple(proposal(item) for item in data)


def reviews(data: Any) -> tuple[Review, ...]:
    """A page of reviews. One that is still being written (`PENDING`) is not said yet."""
    return tuple(_review(item) for item in data if item["state"] != "PENDING")


def pushes(data: Any) -> tuple[tuple[int, Push], ...]:
    """A page of a branch's activity with the numbers that order it; its deletion moved it to nowhere."""
    return tuple(
        (positive(item["id"]), Push(after=commit(item["after"]), actor=person(item["actor"])))
        for item in data
        if item["after"] != ZERO
    )


def gate_report(data: Any) -> GateReport:
    """A check run. Only `success` passes: `skipped` and `neutral` would satisfy the forge, and say nothing."""
    output = data.get("output") or {}
    return GateReport(
        head=commit(data["head_sha"]),
        status=_gate_status(data["status"], data.get("conclusion")),
        title=str(output.get("title") or ""),
        summary=str(output.get("summary") or ""),
        id=positive(data["id"]),
    )


def _proposal_state(state: str, *, merged: bool) -> ProposalState:
    if merged:
        return ProposalState.MERGED
    return ProposalState(state)


def _review(data: Any) -> Review:
    return Review(
        id=positive(data["id"]),
        reviewer=person(data["user"]),
        state=ReviewState(str(data["state"]).lower()),
        commit=Sha(data.get("commit_id") or ZERO),  # without a commit it counts for no head
        submitted_at=certain_moment(data["submitted_at"]),
    )


def _gate_status(status: str, conclusion: str | None) -> GateStatus:
    if status != "completed":
        return GateStatus.WAITING
    return GateStatus.PASSED if conclusion == "success" else GateStatus.FAILED
