"""A person undoes a change: a hold on it at once, environments back where it is new, and its revert proposed."""

from __future__ import annotations

from dataclasses import dataclass

from codegen import Sentence
from controller.core.errors import Denied
from controller.core.holds import on_a_persons_word
from controller.core.ledger import transitions
from controller.core.ledger.state import Hold, LedgerState
from controller.core.messages import ledger_message
from controller.core.model import EnvironmentName, HoldId, MainCommit, Person, ProposalNumber, ReleaseId, Sha
from controller.core.requests import Request
from controller.core.sentences import undone_by
from controller.core.snapshot import MainLine
from controller.core.spans import is_in_force, predecessor, undoing
from controller.operations.ledger import LedgerView, write_ledger
from controller.operations.platform import Platform
from controller.operations.propose import Opened, propose
from controller.operations.view import View


@dataclass(frozen=True)
class Reverted:
    """What was decided, and the proposal that takes the change out of the default branch."""

    commit: Sha
    hold: HoldId | None
    returned: tuple[EnvironmentName, ...]
    opened: Opened
    ledger: LedgerView


def find_change(platform: Platform, main: MainLine, wanted: str) -> MainCommit:
    """
    The merged change that a person names: by proposal number, commit (or its beginning), or a module's name, which
    means the change in force that brought it. `Denied` where there is none or more than one.
    """
    found = [commit for commit in main.commits if commit.changes_modules and _is_named(platform, commit, wanted)]
    in_force = [commit for commit in found if is_in_force(main, commit.sha)]
    if len(in_force) == 1 or (in_force and not _is_sha(wanted)):
        return in_force[-1]
    if found:
        by = undoing(main, found[-1].sha)
        message = Sentence(
            "{wanted} was undone already by {what}",
            wanted=wanted,
            what=by.sha[:12] if by else Sentence("a later change"),
        )
        raise Denied("AlreadyUndone", message)
    hint = Sentence("name a merged proposal, a commit of the default branch or an installed module")
    raise Denied("NoSuchChange", Sentence("{wanted} names no merged change", wanted=wanted), hint=hint)


def revert(platform: Platform, view: View, commit: MainCommit, *, by: Person, reason: str) -> Reverted:
    """
    Holds the change and returns every environment whose promoted span has it, in one ledger commit; then proposes.

    A hold that stands for the same change already is kept: undoing twice is undoing once.
    """
    standing = _standing(view.state, commit.sha)
    decided = _decide(platform, view, commit.sha, by=by, reason=reason) if standing is None else None
    ledger, hold, returned = decided or (view.ledger, standing, ())
    opened = open_revert(platform, view.main, commit, by=by, reason=reason, hold=hold.id if hold else None)
    return Reverted(commit.sha, hold.id if hold else None, returned, opened, ledger)


def open_revert(
    platform: Platform, main: MainLine, commit: MainCommit, *, by: Person, reason: str, hold: HoldId | None
) -> Opened:
    """Opens the proposal with the inverse change on today's manifest."""
    request = Request(kind="revert", requested_by=by, reason=reason, reverts=commit.sha, hold=hold)
    return propose(platform, request, base=main.head.sha, undone=commit)


def _decide(
    platform: Platform, view: View, commit: Sha, *, by: Person, reason: str
) -> tuple[LedgerView, Hold, tuple[EnvironmentName, ...]]:
    at = platform.clock()
    judgement = undone_by(by.login, commit)
    hold = on_a_persons_word((commit,), by=by, reason=reason, at=at, judgement=judgement)
    moves = _moves(view, hold)
    author = transitions.Author(by=by, at=at, reason=reason)

    def transition(state: LedgerState) -> LedgerState:
        for name, (leaving, to) in moves.items():
            state = transitions.roll_back(state, name, leaving=leaving, to=to, hold=hold, author=author)
        return transitions.put_hold(state, hold)

    names = tuple(moves)
    message = ledger_message(
        "revert",
        environment=", ".join(names) or None,
        hold=hold.id,
        by=by,
        reason=reason,
        detail=commit,
    )
    return write_ledger(platform, view.ledger, transition, message=message), hold, names


def _moves(view: View, hold: Hold) -> dict[EnvironmentName, tuple[ReleaseId, ReleaseId]]:
    """For each environment whose promoted span has the change: what it leaves and where it returns to."""
    moves: dict[EnvironmentName, tuple[ReleaseId, ReleaseId]] = {}
    for name, state in view.state.environments.items():
        current = view.state.releases.get(state.release) if state.release is not None else None
        if current is None or not set(hold.commits) & set(state.span):
            continue
        target = predecessor(view.main, view.state, passed=state.passed, current=current)
        if target is not None:
            moves[name] = (current.id, target.id)
    return moves


def _standing(state: LedgerState, commit: Sha) -> Hold | None:
    holds = (hold for hold in state.standing_holds if hold.commits == (commit,) and hold.wants_revert)
    return next(holds, None)


def _is_named(platform: Platform, commit: MainCommit, wanted: str) -> bool:
    if _is_sha(wanted):
        return commit.sha.startswith(wanted)
    number = wanted.removeprefix("#")
    if number.isdecimal():
        return _number_of(platform, commit) == int(number)
    return any(entry.slug == wanted for entry in commit.delta.added)


def _number_of(platform: Platform, commit: MainCommit) -> ProposalNumber | None:
    proposals = (p for p in platform.forge.proposals() if p.merged_commit == commit.sha)
    return next((proposal.number for proposal in proposals), None)


def _is_sha(text: str) -> bool:
    return len(text) >= 7 and all(c in "0123456789abcdef" for c in text) and not text.isdecimal()
