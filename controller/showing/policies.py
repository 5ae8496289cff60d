"""The policies that forbid an open change, and whether somebody's word against them would count."""

from __future__ import annotations

from dataclasses import dataclass

from controller.core.model import Person, Proposal, ProposalState
from controller.core.overrides import is_own
from controller.core.policy import Verdict
from controller.core.rules.gate import judge, judged
from controller.core.snapshot import Snapshot


@dataclass(frozen=True)
class Forbidden:
    """
    What forbids a change. `is_own` says that who looks asked for it, so that their word does not count; where the
    platform `is_solo` it does.
    """

    denied: tuple[Verdict, ...] = ()
    is_own: bool = False
    is_solo: bool = False

    @property
    def counts(self) -> bool:
        """Whether a word of who looks would count for it."""
        return self.is_solo or not self.is_own


def forbidden(proposal: Proposal, snapshot: Snapshot, *, by: Person) -> Forbidden:
    """The denials that stand against an open proposal; none against one that is merged, closed or not read yet."""
    change = judged(proposal, snapshot.configuration, snapshot.bot)
    if proposal.forge.state is not ProposalState.OPEN or change is None:
        return Forbidden()
    denied = tuple(verdict for verdict in judge(proposal, snapshot).verdicts if verdict.effect == "deny")
    return Forbidden(denied, is_own=is_own(by, change.requested_by), is_solo=change.is_solo)
