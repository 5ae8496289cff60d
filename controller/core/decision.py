"""
What one pass of the controller will do: a closed list of intents, the conditions that people see, and when to look again.

An intent names its target. At most one write per target is carried out in a pass: after it the world has changed, so the
pass ends for that target and the next one looks again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from controller.core.ledger.state import Hold, HoldState, Release, VerificationState
from controller.core.model import (
    Build,
    BuildId,
    CheckResult,
    Command,
    EnvironmentName,
    GateReport,
    HoldId,
    ProposalNumber,
    ReleaseId,
    Sha,
    TreeId,
)

LEDGER = "ledger"
MAIN = "main"


@dataclass(frozen=True)
class DispatchBuild:
    """Have the image of an input tree built; `proposal` is whose candidate it is, `None` for a merged commit."""

    commit: Sha
    input_tree: TreeId
    proposal: ProposalNumber | None = None

    @property
    def target(self) -> str:
        """One dispatch for one tree."""
        return f"build/{self.input_tree}"


@dataclass(frozen=True)
class CancelBuild:
    """Stop a run whose head is superseded."""

    build: BuildId

    @property
    def target(self) -> str:
        """The run."""
        return f"run/{self.build}"


@dataclass(frozen=True)
class RecordBuild:
    """Keep an ended run's record and log, which outlive the forge's retention; `release` is what uses its image."""

    build: Build
    release: ReleaseId | None = None

    @property
    def target(self) -> str:
        """All records stand on one branch."""
        return "builds"


@dataclass(frozen=True)
class CreateRelease:
    """Make a merged commit with an image a release."""

    release: Release

    @property
    def target(self) -> str:
        """The ledger's branch."""
        return LEDGER


@dataclass(frozen=True)
class SetGate:
    """Say on a proposal's head what the gate found."""

    number: ProposalNumber
    report: GateReport

    @property
    def target(self) -> str:
        """The proposal."""
        return f"proposal/{self.number}"


@dataclass(frozen=True)
class MergeProposal:
    """Merge an approved proposal whose head is `head`."""

    number: ProposalNumber
    head: Sha

    @property
    def target(self) -> str:
        """The default branch: one merge, then look again."""
        return MAIN


@dataclass(frozen=True)
class RefreshProposal:
    """Apply the proposal's change anew on the newest base."""

    number: ProposalNumber
    head: Sha

    @property
    def target(self) -> str:
        """One refresh in flight for the whole repository: no storms."""
        return "refresh"


@dataclass(frozen=True)
class CloseProposal:
    """Close a proposal of the bot that has nothing left to do."""

    number: ProposalNumber
    reason: str

    @property
    def target(self) -> str:
        """The proposal."""
        return f"proposal/{self.number}"


@dataclass(frozen=True)
class OpenRevert:
    """Open the proposal that takes out the change of a confirmed hold."""

    hold: HoldId
    commit: Sha

    @property
    def target(self) -> str:
        """The commit that is undone."""
        return f"revert/{self.commit}"


@dataclass(frozen=True)
class OpenRepair:
    """Open the proposal that makes the generated files of the default branch what its manifest gives."""

    commit: Sha

    @property
    def target(self) -> str:
        """The default branch."""
        return "repair"


@dataclass(frozen=True)
class ObeyCommand:
    """Do what a comment asks for, or say why not."""

    command: Command

    @property
    def target(self) -> str:
        """The comment."""
        return f"command/{self.command.comment}"


@dataclass(frozen=True)
class Promote:
    """Move an environment on to a release."""

    environment: EnvironmentName
    release: ReleaseId
    reason: str

    @property
    def target(self) -> str:
        """The ledger's branch."""
        return LEDGER


@dataclass(frozen=True)
class RollOut:
    """Make the cluster run what the ledger says."""

    environment: EnvironmentName
    release: ReleaseId

    @property
    def target(self) -> str:
        """The environment."""
        return f"environment/{self.environment}"


@dataclass(frozen=True)
class RunChecks:
    """Ask an environment how it is. Reads only: what was seen comes back in the next snapshot."""

    environment: EnvironmentName
    release: ReleaseId

    @property
    def target(self) -> str:
        """The environment's checks."""
        return f"checks/{self.environment}"


@dataclass(frozen=True)
class RecordVerification:
    """Write the verdict on an environment's release."""

    environment: EnvironmentName
    release: ReleaseId
    verdict: VerificationState
    findings: tuple[CheckResult, ...] = ()

    @property
    def target(self) -> str:
        """The ledger's branch."""
        return LEDGER


@dataclass(frozen=True)
class RollBack:
    """Return an environment to its predecessor, with the hold in the same commit."""

    environment: EnvironmentName
    leaving: ReleaseId
    to: ReleaseId
    hold: Hold

    @property
    def target(self) -> str:
        """The ledger's branch."""
        return LEDGER


@dataclass(frozen=True)
class JudgeHold:
    """Confirm a suspected hold, or clear it because its predecessor fails as well."""

    hold: HoldId
    verdict: Literal[HoldState.CONFIRMED, HoldState.CLEARED, HoldState.LIFTED]
    judgement: str

    @property
    def target(self) -> str:
        """The ledger's branch."""
        return LEDGER


@dataclass(frozen=True)
class FreezeEnvironment:
    """Stop promotions of an environment until a person lifts it."""

    environment: EnvironmentName
    reason: str

    @property
    def target(self) -> str:
        """The ledger's branch."""
        return LEDGER


@dataclass(frozen=True)
class CallPerson:
    """Say on a proposal that a person is needed. `marker` makes it once for one cause."""

    number: ProposalNumber
    marker: str
    message: str

    @property
    def target(self) -> str:
        """The words on the proposal, apart from its gate."""
        return f"comment/{self.number}"


@dataclass(frozen=True)
class Announce:
    """Show a promotion's state on the forge's deployment page."""

    environment: EnvironmentName
    release: ReleaseId
    state: Literal["in_progress", "success", "failure", "inactive"]
    description: str
    marker: str

    @property
    def target(self) -> str:
        """The deployment."""
        return f"deployment/{self.environment}"


Intent = (
    DispatchBuild
    | CancelBuild
    | RecordBuild
    | CreateRelease
    | SetGate
    | MergeProposal
    | RefreshProposal
    | CloseProposal
    | OpenRevert
    | OpenRepair
    | ObeyCommand
    | Promote
    | RollOut
    | RunChecks
    | RecordVerification
    | RollBack
    | JudgeHold
    | FreezeEnvironment
    | CallPerson
    | Announce
)


@dataclass(frozen=True)
class Condition:
    """Why something waits or stands still, for people: `reason` in CamelCase, `about` an environment or proposal."""

    reason: str
    about: str
    message: str
    needs_person: bool = False


@dataclass(frozen=True)
class Findings:
    """What one rule came to."""

    intents: tuple[Intent, ...] = ()
    conditions: tuple[Condition, ...] = ()
    wake_after: timedelta | None = None

    def __add__(self, other: Findings) -> Findings:
        """Both; the earlier waking counts."""
        wakes = [wake for wake in (self.wake_after, other.wake_after) if wake is not None]
        return Findings(
            intents=self.intents + other.intents,
            conditions=self.conditions + other.conditions,
            wake_after=min(wakes, default=None),
        )

    @staticmethod
    def all(parts: Iterable[Findings]) -> Findings:
        """What several rules came to."""
        total = Findings()
        for part in parts:
            total = total + part
        return total


@dataclass(frozen=True)
class Decision:
    """One pass's decision: the first intent for each target, in the order in which they are carried out."""

    at: datetime
    intents: tuple[Intent, ...] = ()
    conditions: tuple[Condition, ...] = ()
    wake_after: timedelta | None = None
    postponed: tuple[Intent, ...] = field(default=())

    @staticmethod
    def of(findings: Findings, *, at: datetime) -> Decision:
        """Keeps the first intent of each target; the others wait for the pass that sees what the first has done."""
        chosen: dict[str, Intent] = {}
        postponed: list[Intent] = []
        busy = any(not isinstance(intent, QUIET) for intent in findings.intents)
        for intent in findings.intents:
            if intent.target in chosen or (busy and isinstance(intent, QUIET)):
                postponed.append(intent)
            else:
                chosen[intent.target] = intent
        return Decision(
            at=at,
            intents=tuple(chosen.values()),
            conditions=findings.conditions,
            wake_after=findings.wake_after,
            postponed=tuple(postponed),
        )


NOTHING = Findings()
QUIET = (Announce, RecordBuild, CallPerson)
"""What only tells: carried out when nothing else is to do, so that no word to people delays a rollback."""
