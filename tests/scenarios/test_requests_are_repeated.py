"""A request with an Idempotency-Key has one effect and one answer, whatever becomes of the controller in between."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from controller.core.audit import AuditEntry, Deed, LedgerStep
from controller.core.audit.decisions import tell_step
from controller.core.errors import Conflict, Denied
from controller.core.ledger.documents import read
from controller.core.ledger.state import RequestState
from controller.core.model import Person
from controller.operations.freeze import freeze
from controller.operations.ledger import start_ledger
from controller.operations.platform import Platform
from controller.operations.promote import adopt
from controller.operations.repeats import Asked, DoneBefore
from controller.operations.roll_back import roll_back
from controller.operations.view import View, refresh_heads
from controller.reconcile.writing import Writing
from tests.scenarios.story import arrive
from tests.world.kills import Executioner, Killed
from tests.world.platform_files import OVERLAYS
from tests.world.world import PRODUCTION, STAGING, World

ROLLBACK = Asked("alice", "one", "roll production back")


def ask(world: World, asked: Asked = ROLLBACK) -> dict[str, Any]:
    return Writing(world.loop, asked=asked, by=lambda: world.person(asked.login)).carry_out(_back)


def _back(platform: Platform, view: View, by: Person) -> dict[str, Any]:
    done = roll_back(platform, view, PRODUCTION, to=None, by=by, reason="it is slow")
    return {"to": done.to.id, "hold": done.hold.id}


def _freeze(platform: Platform, view: View, by: Person) -> dict[str, Any]:
    return {"id": freeze(platform, view, None, by=by, reason="wait").id}


def frozen(world: World, asked: Asked) -> dict[str, Any]:
    return Writing(world.loop, asked=asked, by=lambda: world.person(asked.login)).carry_out(_freeze)


def deadly(world: World, at: int, when: Any) -> None:
    """The controller dies at its n-th write from now on."""
    world.executioner = Executioner(at=at, when=when)
    world.restart()


def test_a_repeat_after_a_restart_gets_the_same_answer_and_has_no_second_effect(world: World) -> None:
    for name in ("blog", "gallery"):
        arrive(world, name)
    first = ask(world)
    world.restart()
    assert ask(world) == first
    assert len(world.ledger.holds) == 1


@pytest.mark.parametrize("at", [2, 3])
def test_a_rollback_that_lost_its_answer_with_the_controller_is_not_made_twice(world: World, at: int) -> None:
    for name in ("blog", "gallery"):
        arrive(world, name)
    deadly(world, at, "before")  # the rollout, or the push of the answer: the decision is written
    with pytest.raises(Killed):
        ask(world)
    world.restart()
    with pytest.raises(DoneBefore) as done:
        ask(world)
    assert len(world.ledger.holds) == 1
    told = world.platform.mirror.commit(done.value.ledger)
    assert "Modwright-Decision: roll-back" in told.message
    world.settle()
    with pytest.raises(DoneBefore) as again:
        ask(world)
    assert again.value.ledger == done.value.ledger
    assert world.serving(PRODUCTION) == world.serving(STAGING) - {"gallery"} | {"blog"}


def test_a_rollback_that_was_not_written_is_made_by_its_repeat(world: World) -> None:
    arrive(world, "blog")
    deadly(world, 1, "before")
    with pytest.raises(Killed):
        ask(world)
    world.restart()
    assert ask(world)["to"] == world.release_in(PRODUCTION).id


def test_an_adoption_that_died_between_its_two_commits_is_finished_by_its_repeat(tmp_path: Path) -> None:
    world = World(tmp_path)
    refresh_heads(world.platform)
    keys = (world.signer.public_key,)
    start_ledger(world.platform, seed=OVERLAYS, environments=(STAGING,), keys=keys, message="Start\n")
    assert adopted(world) == {"state": "building"}
    world.finish_builds()
    deadly(world, 2, "before")
    with pytest.raises(Killed):
        adopted(world)
    world.restart()
    assert len(world.ledger.releases) == 1
    assert adopted(world) == {"state": "promoted"}
    assert adopted(world) == {"state": "promoted"}


def adopted(world: World) -> dict[str, Any]:
    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        return {"state": adopt(platform, view, STAGING, view.main.head, by=by, reason="first").state}

    return Writing(world.loop, asked=ROLLBACK, by=lambda: world.person("alice")).carry_out(act)


def test_a_conflict_after_the_decision_is_no_earlier_request(world: World) -> None:
    tries = []

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        tries.append(1)
        identity = freeze(platform, view, None, by=by, reason="wait").id
        if len(tries) == 1:
            raise Conflict("somebody moved the proposal meanwhile")
        return {"id": identity}

    writing = Writing(world.loop, asked=ROLLBACK, by=lambda: world.person("alice"))
    first = writing.carry_out(act)
    assert (writing.carry_out(act), len(tries)) == (first, 2)
    assert [freeze.id for freeze in world.ledger.freezes.values()] == [first["id"]]


def test_the_key_itself_stands_nowhere_in_the_ledger(world: World) -> None:
    frozen(world, Asked("alice", "a key that may be guessed", "x"))
    view = world.view().ledger
    assert not any(b"guessed" in view.files[path] for path in view.files)
    assert [request.state for request in view.state.requests.values()] == [RequestState.ANSWERED]


def test_a_request_without_a_key_leaves_nothing(world: World) -> None:
    frozen(world, Asked("alice", None, "x"))
    assert not world.ledger.requests


def test_a_request_is_forgotten_after_a_day_and_dropped_by_the_next_one(world: World) -> None:
    old, new = Asked("alice", "old", "x"), Asked("alice", "new", "x")
    frozen(world, old)
    world.clock.advance(timedelta(hours=23, minutes=59))
    with pytest.raises(Denied, match="another request"):
        frozen(world, Asked("alice", "old", "y"))
    world.clock.advance(timedelta(minutes=2))
    frozen(world, new)
    assert len(world.ledger.requests) == 1
    assert frozen(world, Asked("alice", "old", "y"))


def test_an_answer_that_means_ask_again_is_not_kept(world: World) -> None:
    answers = iter(["building", "promoted"])

    def act(_platform: Platform, _view: View, _by: Person) -> dict[str, Any]:
        return {"state": next(answers)}

    writing = Writing(world.loop, asked=ROLLBACK, by=lambda: world.person("alice"))
    assert [writing.carry_out(act)["state"] for _ in range(3)] == ["building", "promoted", "promoted"]


def test_a_kept_answer_needs_no_forge(world: World) -> None:
    first = frozen(world, ROLLBACK)
    world.forge.is_away = True
    assert frozen(world, ROLLBACK) == first


def test_the_audit_tells_each_decision_once_and_nothing_of_kept_answers(world: World) -> None:
    before, earlier = world.view().ledger.accepted, world.ledger
    frozen(world, ROLLBACK)
    frozen(world, ROLLBACK)
    head = world.view().ledger.accepted
    assert before is not None
    assert head is not None
    told: list[AuditEntry] = []
    for record in reversed(world.platform.mirror.first_parents(head, until=before)[:-1]):
        state = read(world.platform.mirror.files(record.sha))
        step = LedgerStep(record.sha, record.committed_at, "modwright", record.message, state)
        told.extend(tell_step(earlier, step, {}))
        earlier = state
    assert [entry.deed for entry in told] == [Deed.FROZEN]


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\there", "new\nline", "nul\0", "ключ", "caf\u00e9", "\U0001f511"])
def test_a_key_that_is_none_is_refused(key: str) -> None:
    with pytest.raises(Denied, match="printable ASCII"):
        Asked("alice", key, "x")
