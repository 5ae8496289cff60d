"""The ports `ImageRegistry`, `Cluster` and `Prober` in memory: images are digests that stand for compositions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from codegen import ModuleName
from controller.core.configuration import CheckDefinition, CheckKind
from controller.core.errors import Terminal, Transient
from controller.core.model import CheckResult, Digest, EnvironmentName, Outcome, RolloutPhase, Running
from controller.ports import Expectation
from tests.world.clock import SteppedClock


@dataclass
class WorldImages:
    """Which digests can be pulled, and the modules that each was built of."""

    modules: dict[Digest, frozenset[str]] = field(default_factory=dict)
    is_away: bool = False
    asked: list[Digest] = field(default_factory=list)

    def exists(self, repository: str, digest: Digest) -> bool:
        self.asked.append(digest)
        if self.is_away:
            raise Transient("the image registry does not answer")
        return digest in self.modules

    def reference(self, repository: str, digest: Digest) -> str:
        return f"images.invalid/{repository}@{digest}"


@dataclass
class WorldCluster:
    """Environments that serve at once what they are asked for, unless `refuses` or `unreachable` names the digest."""

    clock: SteppedClock
    running: dict[EnvironmentName, Running] = field(default_factory=dict)
    refuses: set[Digest] = field(default_factory=set)
    unreachable: set[Digest] = field(default_factory=set)
    rollouts: list[tuple[EnvironmentName, Digest]] = field(default_factory=list)
    is_away: bool = False

    def observe(self) -> Mapping[EnvironmentName, Running]:
        self._reach()
        return dict(self.running)

    def roll_out(
        self,
        environment: EnvironmentName,
        *,
        image: str,
        before_rollout: Sequence[Sequence[str]],
        release: str,
    ) -> Running:
        self._reach()
        digest = Digest(image.rpartition("@")[2])
        if environment not in self.running:
            raise Terminal("NotFound", f"no environment is called {environment}")
        now = self.running[environment]
        if now.desired == digest and now.phase is not RolloutPhase.FAILED:
            return now
        self.rollouts.append((environment, digest))
        self.running[environment] = self._moved(now, digest)
        return self.running[environment]

    def _reach(self) -> None:
        if self.is_away:
            raise Transient("the process host does not answer")

    def _moved(self, now: Running, digest: Digest) -> Running:
        if digest in self.unreachable:
            failed = replace(now, desired=digest, phase=RolloutPhase.FAILED, error="PullFailed")
            return replace(failed, says_nothing_of_it=True)
        if digest in self.refuses:
            return replace(now, desired=digest, phase=RolloutPhase.FAILED, error="it ended at once")
        return replace(
            now,
            desired=digest,
            serving=digest,
            phase=RolloutPhase.SERVING,
            serving_since=self.clock(),
            error="",
            says_nothing_of_it=False,
        )


@dataclass
class WorldProber:
    """Judges modules by `unwell` (environment, module); `cannot_tell` names environments that do not answer."""

    images: WorldImages
    cluster: WorldCluster
    unwell: set[tuple[str, str]] = field(default_factory=set)
    cannot_tell: set[str] = field(default_factory=set)
    asked: int = 0

    def run(self, check: CheckDefinition, *, url: str, expected: Expectation, timeout: timedelta) -> CheckResult:
        self.asked += 1
        name = EnvironmentName(url.removeprefix("env://"))
        serving = self.cluster.running[name].serving
        if name in self.cannot_tell:
            return CheckResult(check.name, Outcome.ERRORED, "no answer")
        if serving is None:  # its front says 503: not the status that was asked for, and nothing of a release
            outcome = Outcome.FAILED if check.kind is CheckKind.HTTP else Outcome.ERRORED
            return CheckResult(check.name, outcome, "nothing serves")
        if check.kind is CheckKind.MODULES:
            return self._modules(check, name, self.images.modules[serving], expected)
        is_right = check.kind is not CheckKind.RELEASE or serving == expected.digest
        return CheckResult(check.name, Outcome.PASSED if is_right else Outcome.FAILED)

    def _modules(
        self, check: CheckDefinition, name: str, modules: frozenset[str], expected: Expectation
    ) -> CheckResult:
        unwell = tuple(sorted(ModuleName(m) for m in modules if (name, m) in self.unwell))
        worse = [module for module in unwell if module not in expected.unwell_before]
        if modules != expected.modules or worse:
            return CheckResult(check.name, Outcome.FAILED, f"unhealthy: {', '.join(worse)}", unwell)
        return CheckResult(check.name, Outcome.PASSED, "", unwell)
