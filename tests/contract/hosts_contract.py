"""
What every `ImageRegistry`, `Cluster` and `Prober` does, as one suite: an image is there, runs, and is asked how it is.

A subclass gives a `world` fixture. It runs over the in-memory world, and over the real adapters with the sandbox's image
registry and process host behind them.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

import pytest

from controller.core.configuration import CheckDefinition, CheckKind
from controller.core.errors import Terminal, Transient
from controller.core.model import CheckResult, Digest, EnvironmentName, Outcome, RolloutPhase, Running, TreeId
from controller.ports import Cluster, Expectation, ImageRegistry, Prober

REPOSITORY = "acme/platform"
NOWHERE = Digest("sha256:" + "0" * 64)
TREE = TreeId("a" * 40)
ALIVE = CheckDefinition(name="alive", kind=CheckKind.HTTP, path="/health/live")
IDENTITY = CheckDefinition(name="identity", kind=CheckKind.RELEASE, path="/health/")
MODULES = CheckDefinition(name="modules", kind=CheckKind.MODULES, path="/health/modules")


class HostsWorld(Protocol):
    """An image registry, and a host with one environment that never ran."""

    images: ImageRegistry
    cluster: Cluster
    prober: Prober
    environment: EnvironmentName

    def build(self, *modules: str, starts: bool = True) -> Digest:
        """Puts an image of these modules into the image registry; one that does not start ends at once."""

    def make_unwell(self, module: str) -> None:
        """From now on that module of the environment is unhealthy."""

    def settled(self) -> Running:
        """The environment when no rollout is under way."""

    def images_away(self) -> AbstractContextManager[None]:
        """Meanwhile nobody answers for images."""

    def host_away(self) -> AbstractContextManager[None]:
        """Meanwhile nobody answers for environments."""


class HostsContract:
    """The suite."""

    @pytest.fixture
    def world(self) -> HostsWorld:
        """Given by the subclass."""
        raise NotImplementedError

    def roll_out(self, world: HostsWorld, digest: Digest) -> Running:
        asked = world.cluster.roll_out(
            world.environment,
            image=world.images.reference(REPOSITORY, digest),
            before_rollout=[("migrate", "up")],
            release="rel_20260301_0123456789ab",
        )
        assert asked.desired == digest
        return world.settled()

    def probe(
        self, world: HostsWorld, check: CheckDefinition, digest: Digest, *modules: str, unwell: str = ""
    ) -> CheckResult:
        before = frozenset({unwell} if unwell else ())
        expected = Expectation(input_tree=TREE, digest=digest, modules=frozenset(modules), unwell_before=before)
        url = world.cluster.observe()[world.environment].url
        return world.prober.run(check, url=url, expected=expected, timeout=timedelta(seconds=5))

    def test_an_image_is_there_once_it_was_put_there(self, world: HostsWorld) -> None:
        assert world.images.exists(REPOSITORY, world.build("auth"))
        assert not world.images.exists(REPOSITORY, NOWHERE)

    def test_a_reference_is_by_digest(self, world: HostsWorld) -> None:
        host, _, rest = world.images.reference(REPOSITORY, NOWHERE).partition("/")
        assert host
        assert rest == f"{REPOSITORY}@{NOWHERE}"

    def test_an_image_registry_that_is_away_does_not_say_no(self, world: HostsWorld) -> None:
        digest = world.build("auth")
        with world.images_away(), pytest.raises(Transient):
            world.images.exists(REPOSITORY, digest)

    def test_an_environment_that_never_ran_is_empty(self, world: HostsWorld) -> None:
        seen = world.cluster.observe()[world.environment]
        assert (seen.phase, seen.desired, seen.serving, seen.error) == (RolloutPhase.EMPTY, None, None, "")
        assert seen.environment == world.environment
        assert seen.url

    def test_a_rollout_ends_in_serving(self, world: HostsWorld) -> None:
        digest = world.build("auth")
        seen = self.roll_out(world, digest)
        assert (seen.phase, seen.desired, seen.serving, seen.error) == (RolloutPhase.SERVING, digest, digest, "")
        assert seen.serving_since is not None
        assert seen.serving_since.tzinfo is not None

    def test_what_is_wanted_already_is_not_rolled_out_again(self, world: HostsWorld) -> None:
        digest = world.build("auth")
        assert self.roll_out(world, digest) == self.roll_out(world, digest)

    def test_a_rollout_that_fails_leaves_what_served(self, world: HostsWorld) -> None:
        good, bad = world.build("auth"), world.build("auth", "blog", starts=False)
        before = self.roll_out(world, good)
        seen = self.roll_out(world, bad)
        assert (seen.phase, seen.desired, seen.serving) == (RolloutPhase.FAILED, bad, good)
        assert seen.serving_since == before.serving_since
        assert seen.error

    def test_the_way_back_from_a_failed_rollout(self, world: HostsWorld) -> None:
        good, bad = world.build("auth"), world.build("auth", "blog", starts=False)
        self.roll_out(world, good)
        self.roll_out(world, bad)
        seen = self.roll_out(world, good)
        assert (seen.phase, seen.desired, seen.serving, seen.error) == (RolloutPhase.SERVING, good, good, "")

    def test_an_environment_that_nobody_knows_is_refused(self, world: HostsWorld) -> None:
        image = world.images.reference(REPOSITORY, world.build("auth"))
        with pytest.raises(Terminal) as refused:
            world.cluster.roll_out(EnvironmentName("elsewhere"), image=image, before_rollout=[], release="rel_1")
        assert refused.value.reason == "NotFound"

    def test_a_host_that_is_away_is_not_an_empty_one(self, world: HostsWorld) -> None:
        with world.host_away(), pytest.raises(Transient):
            world.cluster.observe()

    def test_what_never_ran_is_not_alive_and_says_nothing_of_a_release(self, world: HostsWorld) -> None:
        assert self.probe(world, ALIVE, NOWHERE, "auth").outcome is Outcome.FAILED
        assert self.probe(world, IDENTITY, NOWHERE, "auth").outcome is Outcome.ERRORED
        assert self.probe(world, MODULES, NOWHERE, "auth").outcome is Outcome.ERRORED

    def test_a_release_passes_its_checks(self, world: HostsWorld) -> None:
        digest = world.build("auth", "blog")
        self.roll_out(world, digest)
        for check in (ALIVE, IDENTITY, MODULES):
            result = self.probe(world, check, digest, "auth", "blog")
            assert (result.check, result.outcome, result.modules) == (check.name, Outcome.PASSED, ())

    def test_another_image_is_alive_and_is_not_the_release(self, world: HostsWorld) -> None:
        self.roll_out(world, world.build("auth"))
        assert self.probe(world, ALIVE, NOWHERE, "auth").outcome is Outcome.PASSED
        assert self.probe(world, IDENTITY, NOWHERE, "auth").outcome is Outcome.FAILED

    def test_other_modules_than_the_releases_fail_it(self, world: HostsWorld) -> None:
        digest = world.build("auth")
        self.roll_out(world, digest)
        result = self.probe(world, MODULES, digest, "auth", "blog")
        assert result.outcome is Outcome.FAILED
        assert result.seen

    def test_a_module_that_is_unwell_fails_the_release_and_is_named(self, world: HostsWorld) -> None:
        digest = world.build("auth", "blog")
        self.roll_out(world, digest)
        world.make_unwell("blog")
        result = self.probe(world, MODULES, digest, "auth", "blog")
        assert (result.outcome, result.modules) == (Outcome.FAILED, ("blog",))
        assert "blog" in result.seen

    def test_a_module_that_was_unwell_before_is_named_and_does_not_fail_it(self, world: HostsWorld) -> None:
        digest = world.build("auth", "blog")
        self.roll_out(world, digest)
        world.make_unwell("blog")
        result = self.probe(world, MODULES, digest, "auth", "blog", unwell="blog")
        assert (result.outcome, result.modules) == (Outcome.PASSED, ("blog",))
