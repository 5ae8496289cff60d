"""
Values of the core with a default for everything, so that a test states only what differs.

A platform of two environments, `staging` and `production`; a line of commits, each of which installs one module; a
release for each; nothing in flight. Shas are the commit's number, repeated: commit 3 is `0003…`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from codegen import Delta, ModuleEntry, ModuleName
from controller.core.configuration import (
    CheckDefinition,
    CheckKind,
    CheckTiming,
    Configuration,
    EnvironmentDefinition,
)
from controller.core.fingerprint import fingerprint
from controller.core.ledger.state import (
    Approval,
    CommitEvidence,
    EnvironmentState,
    Hold,
    HoldState,
    LedgerState,
    Release,
    Verification,
    VerificationState,
)
from controller.core.model import (
    BranchName,
    Build,
    BuildId,
    BuildStatus,
    CheckResult,
    Digest,
    EnvironmentName,
    ForgeProposal,
    HoldId,
    Known,
    MainCommit,
    Outcome,
    Person,
    Probe,
    Proposal,
    ProposalFacts,
    ProposalNumber,
    ProposalState,
    Push,
    ReleaseId,
    Review,
    ReviewState,
    Role,
    RolloutPhase,
    Running,
    Sha,
    TreeId,
    UserId,
)
from controller.core.names import release_id
from controller.core.snapshot import MainLine, Snapshot
from controller.core.trailers import ChangeTrailers
from controller.core.trailers import parse as parse_trailers

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BOT = Person(login="modwright[bot]", id=UserId(1), is_bot=True)
ALICE = Person(login="alice", id=UserId(1001))
BOB = Person(login="bob", id=UserId(1002))
CAROL = Person(login="carol", id=UserId(1003))
DAVE = Person(login="dave", id=UserId(1004))
STAGING = EnvironmentName("staging")
PRODUCTION = EnvironmentName("production")
MAIN = BranchName("main")
ROLES = {"alice": Role.ADMIN, "bob": Role.ADMIN, "carol": Role.OPERATOR, "dave": Role.VIEWER}


def sha(number: int) -> Sha:
    """The commit of that number."""
    return Sha(f"{number:04d}" * 10)


def tree(number: int) -> TreeId:
    """The input tree of commit `number`."""
    return TreeId(f"{number:04x}" * 10)


def digest(number: int) -> Digest:
    """The image of that tree."""
    return Digest("sha256:" + f"{number:04x}" * 16)


def ago(seconds: float) -> datetime:
    """So long before now."""
    return NOW - timedelta(seconds=seconds)


# --- modules and commits -------------------------------------------------------------------------------------------


def entry(slug: str, *depends_on: str, **fields: Any) -> ModuleEntry:
    """A module from a path of its own."""
    known = {"crate": f"platform-{slug}", "path": f"crates/platform-{slug}"} | fields
    return ModuleEntry(slug=ModuleName(slug), depends_on=tuple(ModuleName(d) for d in depends_on), **known)


def installs(*slugs: str) -> Delta:
    """What brings these modules."""
    return Delta(added=tuple(entry(slug) for slug in slugs))


def commit(number: int, delta: Delta | None = None, **fields: Any) -> MainCommit:
    """Commit `number`, which installs `m<number>` unless a delta is given."""
    change = installs(f"m{number}") if delta is None else delta
    usual: dict[str, Any] = {
        "sha": sha(number),
        "parent": sha(number - 1) if number > 1 else None,
        "committed_at": ago(1000 - number),
        "subject": f"Install m{number}",
        "author": "modwright[bot]",
        "trailers": {},
        "input_tree": tree(number),
        "modules": (ModuleName(f"m{number}"),),
        "manifest_hash": f"hash{number}",
        "delta": change,
        "fingerprint": fingerprint(change, {}),
        "touches_composition": not change.is_empty,
    }
    return MainCommit(**(usual | fields))


def reverting(number: int, undone: MainCommit, **fields: Any) -> MainCommit:
    """Commit `number`, which takes out what another brought."""
    return commit(number, undone.delta.inverse(), reverts=undone.sha, subject=f'Revert "{undone.subject}"', **fields)


def line(*commits: MainCommit) -> MainLine:
    """The default branch with these commits, oldest first; three where none are given."""
    return MainLine.of(MAIN, commits or tuple(commit(number) for number in (1, 2, 3)), begins=True)


# --- the ledger ----------------------------------------------------------------------------------------------------


def rel(number: int) -> ReleaseId:
    """The id of commit `number`'s release."""
    return release_id(sha(number), ago(1000 - number))


def evidence(number: int, approval: Approval = Approval.REVIEWED, **fields: Any) -> CommitEvidence:
    """What was seen of commit `number`: reviewed, unless told otherwise."""
    usual: dict[str, Any] = {
        "commit": sha(number),
        "detail": "approved by bob",
        "proposal": ProposalNumber(number),
        "requested_by": ALICE,
        "reason": f"we want m{number}",
        "merged_by": BOT,
        "changes_modules": True,
        "added": (ModuleName(f"m{number}"),),
    }
    return CommitEvidence(approval=approval, **(usual | fields))


def release(number: int, **fields: Any) -> Release:
    """The release of commit `number`."""
    usual: dict[str, Any] = {
        "id": rel(number),
        "commit": sha(number),
        "input_tree": tree(number),
        "digest": digest(number),
        "manifest_hash": f"hash{number}",
        "modules": (ModuleName(f"m{number}"),),
        "created_at": ago(1000 - number),
        "build": BuildId(f"bld_{number}_1"),
        "commits": (evidence(number),),
    }
    return Release(**(usual | fields))


def state(
    name: EnvironmentName,
    number: int | None,
    verification: VerificationState = VerificationState.PASSED,
    *,
    passed: Iterable[int] = (),
    span: Iterable[int] = (),
    **fields: Any,
) -> EnvironmentState:
    """An environment on the release of commit `number`, which passed there a while ago unless told otherwise."""
    usual: dict[str, Any] = {
        "release": rel(number) if number is not None else None,
        "since": ago(60),
        "by": BOT,
        "reason": "it is the newest release",
        "span": tuple(sha(n) for n in span),
        "verification": Verification(state=verification, at=ago(50)),
        "passed": tuple(rel(n) for n in passed),
    }
    return EnvironmentState(name=name, **(usual | fields))


def ledger(
    *states: EnvironmentState, releases: Iterable[int | Release] = (1, 2, 3), holds: Iterable[Hold] = (), **fields: Any
) -> LedgerState:
    """A ledger with these environments; the releases of the first three commits unless told otherwise."""
    made = [release(r) if isinstance(r, int) else r for r in releases]
    return LedgerState(
        environments={s.name: s for s in states},
        releases={r.id: r for r in made},
        holds={h.id: h for h in holds},
        **fields,
    )


def hold(number: int, standing: HoldState = HoldState.CONFIRMED, **fields: Any) -> Hold:
    """A hold on commit `number`, found by its release in production."""
    usual: dict[str, Any] = {
        "id": HoldId(f"hold_{number}"),
        "commits": (sha(number),),
        "release": rel(number),
        "environment": PRODUCTION,
        "findings": (failed(),),
        "by": BOT,
        "reason": f"{rel(number)} failed in production",
        "at": ago(40),
        "judged_at": None if standing is HoldState.SUSPECTED else ago(30),
    }
    return Hold(state=standing, **(usual | fields))


# --- proposals and builds ------------------------------------------------------------------------------------------


def trailers(delta: Delta, *, by: Person = ALICE, reason: str = "we want it", change: str = "") -> Mapping[str, str]:
    """What the bot's commit says of that change."""
    wanted = change or "; ".join(f"install {e.slug}" for e in delta.added) or "revert " + "0" * 40
    return parse_trailers(ChangeTrailers(wanted, fingerprint(delta, {}), by, reason).encode())


def proposal(number: int = 10, delta: Delta | None = None, **fields: Any) -> Proposal:
    """
    An open proposal of the bot, asked for by alice, at head `sha(number)` with nobody's review yet.

    Fields of the pull request, of its facts and of the proposal itself are told apart by their names.
    """
    change = installs("blog") if delta is None else delta
    own: dict[str, Any] = {"pushes": (Push(sha(number), BOT),)}
    forge: dict[str, Any] = {
        "title": "Install blog",
        "body": "",
        "branch": BranchName(f"modwright/install/blog-12345678-{number}"),
        "head": sha(number),
        "base_branch": MAIN,
        "author": BOT,
        "state": ProposalState.OPEN,
    }
    facts: dict[str, Any] = {
        "merge_base": sha(3),
        "behind": False,
        "delta": change,
        "fingerprint": fingerprint(change, {}),
        "touched": ("modules.toml",),
        "outside_composition": (),
        "touches_composition": True,
        "input_tree": tree(number),
        "merged_input_tree": tree(number),
        "trailers": trailers(change),
        "fingerprints": {sha(number): fingerprint(change, {})},
    }
    for name, value in fields.items():
        target = forge if name in ForgeProposal.__dataclass_fields__ else facts
        (own if name in ("reviews", "pushes", "gate", "facts") else target)[name] = value
    return Proposal(
        forge=ForgeProposal(number=ProposalNumber(number), **forge), **({"facts": ProposalFacts(**facts)} | own)
    )


def review(by: Person = BOB, said: ReviewState = ReviewState.APPROVED, *, on: int = 10, number: int = 1) -> Review:
    """A review by somebody on a head."""
    return Review(id=number, reviewer=by, state=said, commit=sha(on), submitted_at=ago(10))


def build(number: int = 10, status: BuildStatus = BuildStatus.SUCCEEDED, **fields: Any) -> Build:
    """The run for the tree of commit or head `number`."""
    usual: dict[str, Any] = {
        "id": BuildId(f"bld_{number}_1"),
        "run": number,
        "attempt": 1,
        "input_tree": tree(number),
        "commit": sha(number),
        "url": f"http://127.0.0.1/runs/{number}",
        "created_at": ago(30),
        "digest": digest(number) if status is BuildStatus.SUCCEEDED else None,
    }
    return Build(status=status, **(usual | fields))


# --- environments as they run --------------------------------------------------------------------------------------


def failed(check: str = "modules", seen: str = "blog is unhealthy") -> CheckResult:
    """A check that failed."""
    return CheckResult(check=check, outcome=Outcome.FAILED, seen=seen)


def errored(check: str = "ready", seen: str = "no answer within 2 s") -> CheckResult:
    """A check that could not tell."""
    return CheckResult(check=check, outcome=Outcome.ERRORED, seen=seen)


def passed(check: str = "alive") -> CheckResult:
    """A check that passed."""
    return CheckResult(check=check, outcome=Outcome.PASSED)


def probe(name: EnvironmentName, number: int, *results: CheckResult, at: float = 0.1, since: float = 60.0) -> Probe:
    """One look at an environment that serves the release of commit `number`; all well where no result is given."""
    return Probe(
        environment=name,
        release=rel(number),
        at=ago(at),
        results=results or (passed(),),
        serving_since=ago(since),
    )


def serving(name: EnvironmentName, number: int, *, since: float = 60.0, **fields: Any) -> Running:
    """The environment as it serves the image of commit `number`."""
    usual: dict[str, Any] = {
        "url": f"http://127.0.0.1/{name}",
        "phase": RolloutPhase.SERVING,
        "desired": digest(number),
        "serving": digest(number),
        "serving_since": ago(since),
    }
    return Running(environment=name, **(usual | fields))


# --- configuration and snapshot ------------------------------------------------------------------------------------


def configuration(**fields: Any) -> Configuration:
    """Two environments without soak, one failure counts, everything else as it is by default."""
    check = CheckDefinition(name="alive", kind=CheckKind.HTTP, path="/health/live")
    timing = CheckTiming(interval=timedelta(seconds=1), deadline=timedelta(seconds=20), failures=1)
    staging = EnvironmentDefinition(name=STAGING, checks=(check,), check=timing)
    usual: dict[str, Any] = {
        "environments": (staging, replace(staging, name=PRODUCTION, after=STAGING)),
        "image_repository": "acme/platform",
        "roles": ROLES,
    }
    return Configuration(**(usual | fields))


def with_environment(known: Configuration, name: EnvironmentName, **fields: Any) -> Configuration:
    """The configuration with another definition of one environment."""
    changed = tuple(replace(d, **fields) if d.name == name else d for d in known.environments)
    return replace(known, environments=changed)


def snapshot(**fields: Any) -> Snapshot:
    """
    Everything known, nothing to do: both environments serve the newest of three releases and passed.

    `running` may be given as the environments alone, `probes` as a list, `proposals` and `builds` as tuples.
    """
    everywhere = [state(name, 3, passed=(1, 2, 3)) for name in (STAGING, PRODUCTION)]
    usual: dict[str, Any] = {
        "configuration": configuration(),
        "main": line(),
        "ledger": ledger(*everywhere),
        "bot": BOT,
        "policies": (),
        "proposals": (),
        "builds": (),
        "running": (serving(STAGING, 3), serving(PRODUCTION, 3)),
        "commands": (),
        "probes": (),
        "recorded_builds": Known({}),
        "said": frozenset(),
    }
    given = usual | fields
    for name in ("proposals", "builds", "commands"):
        given[name] = Known(given[name]) if isinstance(given[name], tuple) else given[name]
    if isinstance(given["running"], tuple):
        given["running"] = Known({running.environment: running for running in given["running"]})
    given["probes"] = _by_environment(given["probes"])
    return Snapshot(**given)


def _by_environment(probes: Iterable[Probe]) -> Mapping[EnvironmentName, tuple[Probe, ...]]:
    found: dict[EnvironmentName, tuple[Probe, ...]] = {}
    for one in probes:
        found[one.environment] = (*found.get(one.environment, ()), one)
    return found
