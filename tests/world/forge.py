"""The port `Forge` in memory, over a real bare repository."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from controller.core.errors import Conflict, Terminal, Transient
from controller.core.model import (
    Annotation,
    BranchName,
    Build,
    BuildId,
    BuildStage,
    BuildStatus,
    BuildStep,
    Command,
    Digest,
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
    TreeId,
    UserId,
)
from controller.core.names import build_id
from controller.ports import CallBudget, CommitOnBranch, DeploymentNote, NewProposal
from tests.world.clock import SteppedClock
from tests.world.origin import Origin

BOT = Person("modwright[bot]", UserId(700007), is_bot=True)
PEOPLE = {
    name: Person(name, UserId(number))
    for name, number in (("alice", 1001), ("bob", 1002), ("carol", 1003), ("dave", 1004))
}


@dataclass
class WorldForge:
    """What the forge holds. `is_away` makes every call fail as an unreachable one does."""

    origin: Origin
    clock: SteppedClock
    by_number: dict[ProposalNumber, ForgeProposal] = field(default_factory=dict)
    reviews_of: dict[ProposalNumber, list[Review]] = field(default_factory=dict)
    activity: dict[BranchName, list[Push]] = field(default_factory=dict)
    gates: dict[Sha, list[GateReport]] = field(default_factory=dict)
    runs: list[Build] = field(default_factory=list)
    comments: list[tuple[ProposalNumber, str, str]] = field(default_factory=list)
    asked: list[Command] = field(default_factory=list)
    notes: list[DeploymentNote] = field(default_factory=list)
    budgets: tuple[CallBudget, ...] = ()
    is_away: bool = False
    asked_for_people: int = 0
    teams: dict[str, frozenset[str]] = field(default_factory=dict)
    asked_for_teams: int = 0
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    numbers_of_comments: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    check_runs: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def bot(self) -> Person:
        return BOT

    def heads(self) -> Mapping[BranchName, Sha]:
        self._reach()
        return self.origin.heads()

    def proposals(self) -> tuple[ForgeProposal, ...]:
        self._reach()
        return tuple(reversed(self.by_number.values()))

    def reviews(self, number: ProposalNumber) -> tuple[Review, ...]:
        self._reach()
        return tuple(self.reviews_of.get(number, ()))

    def pushes(self, branch: BranchName) -> tuple[Push, ...]:
        self._reach()
        return tuple(self.activity.get(branch, ()))

    def gate(self, head: Sha) -> GateReport | None:
        self._reach()
        return self.gates[head][-1] if self.gates.get(head) else None

    def builds(self) -> tuple[Build, ...]:
        self._reach()
        return tuple(reversed(self.runs))

    def commands(self) -> tuple[Command, ...]:
        self._reach()
        answered = "\n".join(marker for _, _, marker in self.comments)
        return tuple(c for c in self.asked if f"modwright:command:{c.comment} " not in answered)

    def build_log(self, build: BuildId, *, offset: int = 0) -> bytes:
        self._reach()
        if all(run.id != build for run in self.runs):
            raise Terminal("NotFound", f"there is no run {build}")
        return f"compiling {build}\n".encode()[offset:]

    def build_stages(self, build: BuildId) -> tuple[BuildStage, ...]:
        """One job that compiles and one that makes the image, each with one step."""
        self._reach()
        run = next((run for run in self.runs if run.id == build), None)
        return (_stage("build", "Compile", run), _stage("publish", "Assemble and push", run)) if run is not None else ()

    def budget(self) -> tuple[CallBudget, ...]:
        return self.budgets

    def person(self, login: str) -> Person:
        self.asked_for_people += 1
        self._reach()
        if login not in PEOPLE:
            raise Terminal("NotFound", f"nobody is called {login}")
        return PEOPLE[login]

    def members_of(self, team: str) -> frozenset[str]:
        self.asked_for_teams += 1
        self._reach()
        if team not in self.teams:
            raise Terminal("NotFound", f"there is no team {team}")
        return self.teams[team]

    def proposal_of(self, commit: Sha) -> ForgeProposal | None:
        self._reach()
        return next((p for p in self.by_number.values() if p.merged_commit == commit), None)

    def open_proposal(self, proposal: NewProposal) -> ForgeProposal:
        self._reach()
        head = self._committed(proposal)
        own = (p for p in self.by_number.values() if p.branch == proposal.branch and not p.from_fork)
        opened = next((p for p in own if p.state is ProposalState.OPEN), None) or self.open_by(
            BOT, proposal.branch, head, title=proposal.title, body=proposal.body
        )
        if proposal.gate is not None:
            self.write_gate(replace(proposal.gate, head=head))
        return opened

    def _committed(self, proposal: NewProposal) -> Sha:
        head = self.origin.heads().get(proposal.branch)
        if head is not None and self.origin.message(head).strip() == proposal.commit.message.strip():
            return head
        if head is not None and not self.origin.is_before(head, proposal.base):
            raise Conflict("the branch holds somebody else's commit")
        made = self._commit(proposal.base, proposal.commit)
        self.push(proposal.branch, made, BOT)
        return made

    def open_by(self, who: Person, branch: BranchName, head: Sha, *, title: str, body: str = "") -> ForgeProposal:
        """What opening a pull request does, whoever does it."""
        number = ProposalNumber(next(self.numbers))
        self.origin.keep(number, head)
        opened = ForgeProposal(
            number=number,
            title=title,
            body=body,
            branch=branch,
            head=head,
            base_branch=BranchName("main"),
            author=who,
            state=ProposalState.OPEN,
        )
        self.by_number[number] = opened
        return opened

    def push(self, branch: BranchName, head: Sha, who: Person) -> None:
        """What a push does: the branch moves, the activity log says who moved it, an open proposal follows."""
        self.origin.move(branch, head)
        self.activity.setdefault(branch, []).append(Push(head, who))
        for number, proposal in self.by_number.items():
            if proposal.branch == branch and not proposal.from_fork and proposal.state is ProposalState.OPEN:
                self.by_number[number] = replace(proposal, head=head)
                self.origin.keep(number, head)

    def refresh_proposal(self, proposal: ForgeProposal, *, base: Sha, commit: CommitOnBranch, body: str) -> Sha:
        self._reach()
        head = self.origin.heads().get(proposal.branch)
        if head is None or (head != proposal.head and not self._is(head, base=base, commit=commit)):
            raise Conflict("the branch moved")
        if head == proposal.head:
            head = self._commit(base, commit)
            self.push(proposal.branch, head, BOT)
        self.by_number[proposal.number] = replace(self.by_number[proposal.number], body=body)
        return head

    def merge_proposal(self, proposal: ForgeProposal, *, title: str, message: str) -> Sha:
        self._reach()
        now = self.by_number[proposal.number]
        if now.merged_commit is not None:
            return now.merged_commit
        gate = self.gate(now.head)
        if now.head != proposal.head or now.state is ProposalState.CLOSED:
            raise Conflict("the head moved")
        if gate is None or gate.status is not GateStatus.PASSED:
            raise Terminal("BranchProtected", "the required check has not passed")
        return self.merge_as(BOT, now, title=title, message=message)

    def merge_as(self, who: Person, proposal: ForgeProposal, *, title: str, message: str) -> Sha:
        """What the merge button does. The bot's own way through protection is `merge_proposal`."""
        main = self.origin.heads()[BranchName("main")]
        tree = self.origin.merged(main, proposal.head)
        if tree is None:
            raise Conflict("the texts conflict")
        time = int(self.clock().timestamp())
        text = f"{title}\n\n{message}" if message else title
        commit = self.origin.commit({}, parent=main, message=text, author=proposal.author.login, time=time, tree=tree)
        self.origin.move("main", commit)
        merged = replace(
            proposal, state=ProposalState.MERGED, merged_commit=commit, merged_by=who, closed_at=self.clock()
        )
        self.by_number[proposal.number] = merged
        return commit

    def close_proposal(self, proposal: ForgeProposal, *, comment: str) -> None:
        self._reach()
        now = self.by_number[proposal.number]
        if now.state is ProposalState.OPEN:
            self.comments.append((proposal.number, comment, ""))
            self.by_number[proposal.number] = replace(now, state=ProposalState.CLOSED, closed_at=self.clock())
        if self.origin.heads().get(proposal.branch) == proposal.head:
            self.origin.delete(proposal.branch)

    def write_gate(self, report: GateReport) -> GateReport:
        """One that has ended is not opened again: another is made, and the newest counts."""
        self._reach()
        kept = self.gates.setdefault(report.head, [])
        known = kept[-1] if kept else None
        if known is not None and known.says_the_same(report):
            return known
        if known is not None and (known.status is GateStatus.WAITING or report.status is not GateStatus.WAITING):
            kept.pop()
        numbered = replace(report, id=next(self.check_runs))
        kept.append(numbered)
        return numbered

    def comment(self, number: ProposalNumber, body: str, *, marker: str) -> None:
        self._reach()
        if not any(at == number and said == marker for at, _, said in self.comments):
            self.comments.append((number, body, marker))

    def say(self, number: int, body: str, who: str) -> int:
        """What a person's comment does; its number."""
        written = 1000 + next(self.numbers_of_comments)
        verb, _, reason = body.partition("\n")[0].removeprefix("/modwright").strip().partition(" ")
        if body.startswith("/modwright") and verb == "revert":
            self.asked.append(Command(written, ProposalNumber(number), PEOPLE[who], "revert", reason, self.clock()))
        return written

    def dispatch_build(self, *, commit: Sha, input_tree: TreeId) -> Build:
        self._reach()
        for run in self.runs:
            if run.input_tree == input_tree and not run.status.has_ended:
                return run
        number = len(self.runs) + 1
        run = Build(
            id=build_id(number, 1),
            run=number,
            attempt=1,
            input_tree=input_tree,
            commit=commit,
            status=BuildStatus.QUEUED,
            url=f"https://forge.invalid/runs/{number}",
            created_at=self.clock(),
        )
        self.runs.append(run)
        return run

    def cancel_build(self, build: BuildId) -> None:
        self._reach()
        self.runs = [
            replace(run, status=BuildStatus.CANCELLED) if run.id == build and not run.status.has_ended else run
            for run in self.runs
        ]

    def finish(self, build: BuildId, *, digest: Digest | None, errors: tuple[Annotation, ...] = ()) -> None:
        """What a runner does in the end."""
        status = BuildStatus.SUCCEEDED if digest is not None else BuildStatus.FAILED
        self.runs = [
            replace(run, status=status, digest=digest, errors=errors, finished_at=self.clock())
            if run.id == build
            else run
            for run in self.runs
        ]

    def push_token(self) -> str:
        self._reach()
        return "token"

    def announce(self, note: DeploymentNote) -> None:
        self._reach()
        same = [n for n in self.notes if (n.environment, n.commit) == (note.environment, note.commit)]
        if not same or same[-1].state != note.state:
            self.notes.append(note)

    def review(self, number: int, who: str, state: ReviewState = ReviewState.APPROVED) -> None:
        """What a reviewer does."""
        key = ProposalNumber(number)
        kept = self.reviews_of.setdefault(key, [])
        review = Review(
            id=len(kept) + 100 * number,
            reviewer=PEOPLE[who],
            state=state,
            commit=self.by_number[key].head,
            submitted_at=self.clock(),
        )
        kept.append(review)

    def _is(self, head: Sha, *, base: Sha, commit: CommitOnBranch) -> bool:
        is_on_base = self.origin.parents(head) == (base,)
        return is_on_base and self.origin.message(head).strip() == commit.message.strip()

    def _commit(self, base: Sha, commit: CommitOnBranch) -> Sha:
        time = int(self.clock().timestamp())
        return self.origin.commit(commit.files, parent=base, message=commit.message, author=BOT.login, time=time)

    def _reach(self) -> None:
        if self.is_away:
            raise Transient("the forge does not answer")


def _stage(name: str, step: str, run: Build) -> BuildStage:
    """What fails fails while it compiles; the image is then not made."""
    failed = run.status is BuildStatus.FAILED and name == "publish"
    status = BuildStatus.CANCELLED if failed else run.status
    begin = None if status is BuildStatus.QUEUED else run.created_at
    made = BuildStep(name=step, status=status, started_at=begin, finished_at=run.finished_at)
    return BuildStage(name=name, status=status, started_at=begin, finished_at=run.finished_at, steps=(made,))
