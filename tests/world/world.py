"""The whole world of a scenario: a small platform repository, the outside, and a controller that can be started anew."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from codegen import ModuleName
from controller.adapters.git import Mirror
from controller.adapters.signing import SigningKey
from controller.core.ledger.state import EnvironmentState, LedgerState, Release
from controller.core.model import (
    Annotation,
    BranchName,
    Digest,
    EnvironmentName,
    ForgeProposal,
    Person,
    ProposalState,
    RolloutPhase,
    Running,
    Sha,
)
from controller.core.requests import Request
from controller.operations.ledger import start_ledger
from controller.operations.platform import Platform
from controller.operations.promote import adopt
from controller.operations.propose import Opened, propose
from controller.operations.view import View, read_view, refresh_heads
from controller.reconcile.loop import Loop, PassReport
from tests.world.clock import SteppedClock
from tests.world.forge import PEOPLE, WorldForge
from tests.world.kills import Executioner
from tests.world.origin import Origin
from tests.world.platform_files import OVERLAYS, platform_files
from tests.world.running import WorldCluster, WorldImages, WorldProber

STAGING, PRODUCTION = EnvironmentName("staging"), EnvironmentName("production")
LONGEST = 400
"""Passes after which a scenario that has not come to rest is broken."""


@dataclass
class World:
    """Builds everything over `folder`; `auto_build` lets runners finish between passes."""

    folder: Path
    auto_build: bool = True
    clock: SteppedClock = field(default_factory=SteppedClock)
    mirrors: int = 0
    executioner: Executioner = field(default_factory=Executioner)

    def __post_init__(self) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.signer = SigningKey(self.key)
        self.origin = Origin(self.folder / "origin.git")
        self.forge = WorldForge(self.origin, self.clock)
        self.images = WorldImages()
        running = {name: Running(name, f"env://{name}", RolloutPhase.EMPTY) for name in (STAGING, PRODUCTION)}
        self.cluster = WorldCluster(self.clock, running)
        self.prober = WorldProber(self.images, self.cluster)
        files = platform_files(signer=self.signer.public_key)
        first = self.origin.commit(files, parent=None, message="Begin", author="alice", time=self._seconds())
        self.origin.move("main", first)
        self.restart()

    # --- the controller ------------------------------------------------------------------------------------------

    def restart(self) -> None:
        """A new process with nothing of the old one's memory, not even its mirror."""
        self.mirrors += 1
        mirror = Mirror(self.folder / f"mirror-{self.mirrors}.git", url=str(self.origin.folder), token=None)
        self.platform = Platform(
            forge=self.executioner.door(self.forge),
            mirror=self.executioner.door(mirror),
            images=self.images,
            cluster=self.executioner.door(self.cluster),
            prober=self.prober,
            clock=self.clock,
            signer=self.signer,
        )
        self.loop = Loop(self.platform)

    def view(self) -> View:
        """What git says now."""
        refresh_heads(self.platform)
        return read_view(self.platform)

    def begin(self) -> None:
        """The ledger, and the first release running in both environments."""
        refresh_heads(self.platform)
        keys = (self.signer.public_key,)
        start_ledger(self.platform, seed=OVERLAYS, environments=(STAGING, PRODUCTION), keys=keys, message="Start\n")
        for environment in (STAGING, PRODUCTION):
            view = self.view()
            state = adopt(self.platform, view, environment, view.main.head, by=PEOPLE["alice"], reason="first")
            if state.state == "building":
                self.finish_builds()
                adopt(self.platform, self.view(), environment, view.main.head, by=PEOPLE["alice"], reason="first")
            self.settle()

    def tick(self) -> PassReport:
        """One pass, after which the runners have done their part."""
        report = self.loop.tick()
        if self.auto_build:
            self.finish_builds()
        return report

    def settle(self, *, for_at_least: timedelta = timedelta()) -> None:
        """Passes until nothing is left to do; waits that end within a minute are waited for, longer ones are rest."""
        until = self.clock.now + for_at_least
        for _ in range(LONGEST):
            report = self.tick()
            problems = [message for _, message in report.failed if "Conflict" not in message]
            assert not problems, problems
            assert not report.problem, report.problem
            if report.is_idle:
                if self.clock.now >= until and report.wake_after >= timedelta(seconds=1):
                    return
                self.clock.advance(min(report.wake_after, timedelta(seconds=5)))
        raise AssertionError(f"no rest after {LONGEST} passes; last: {self.loop.memory.last}")

    def run_for(self, time: timedelta) -> None:
        """Passes until that much time has gone by; for what never comes to rest, such as an environment that is unwell."""
        until = self.clock.now + time
        while self.clock.now < until:
            report = self.tick()
            assert not report.problem, report.problem
            self.clock.advance(min(max(report.wake_after, timedelta(milliseconds=50)), timedelta(seconds=1)))

    # --- people and the outside ----------------------------------------------------------------------------------

    def ask(self, request: Request) -> Opened:
        """Somebody asks for a change."""
        return propose(self.platform, request, base=self.view().main.head.sha)

    def finish_builds(self) -> None:
        """Runners end: an image, or the first compiler error where a module does not compile."""
        for run in [run for run in self.forge.runs if not run.status.has_ended]:
            modules = self.modules_at(run.commit)
            if "broken" in modules:
                error = Annotation("crates/platform-broken/src/lib.rs", 21, "module broken", "error[E0308]: mismatched")
                self.forge.finish(run.id, digest=None, errors=(error,))
            else:
                digest = Digest("sha256:" + hashlib.sha256(run.input_tree.encode()).hexdigest())
                self.images.modules[digest] = modules
                self.forge.finish(run.id, digest=digest)

    def modules_at(self, commit: Sha) -> frozenset[str]:
        """The modules that a commit's manifest lists, read by another parser than the product's."""
        return frozenset(tomllib.loads(self.origin.file(commit, "modules.toml").decode())["modules"])

    def push_to_main(self, files: dict[str, bytes | None], *, who: str, message: str) -> Sha:
        """A direct push, past every rule."""
        parent = self.origin.heads()[BranchName("main")]
        commit = self.origin.commit(files, parent=parent, message=message, author=who, time=self._seconds())
        self.origin.move("main", commit)
        return commit

    # --- what a test looks at ------------------------------------------------------------------------------------

    @property
    def ledger(self) -> LedgerState:
        """The accepted state, read anew."""
        return self.view().state

    def environment(self, name: EnvironmentName) -> EnvironmentState:
        """An environment in the ledger."""
        return self.ledger.environments[name]

    def release_in(self, name: EnvironmentName) -> Release:
        """The release that the ledger says for an environment."""
        ledger = self.ledger
        release = ledger.environments[name].release
        assert release is not None
        return ledger.releases[release]

    def serving(self, name: EnvironmentName) -> frozenset[str]:
        """The modules of what an environment serves."""
        digest = self.cluster.running[name].serving
        return self.images.modules[digest] if digest is not None else frozenset()

    def proposals(self, state: ProposalState) -> list[ForgeProposal]:
        """The proposals in one state, oldest first."""
        return [proposal for proposal in self.forge.by_number.values() if proposal.state is state]

    def person(self, name: str) -> Person:
        """One of the people."""
        return PEOPLE[name]

    def conditions(self) -> set[str]:
        """The reasons of the last pass."""
        last = self.loop.memory.last
        return {condition.reason for condition in last.conditions} if last is not None else set()

    def _seconds(self) -> int:
        self.clock.advance(timedelta(seconds=1))
        return int(self.clock().timestamp())


def module(name: str) -> ModuleName:
    """A module's name."""
    return ModuleName(name)
