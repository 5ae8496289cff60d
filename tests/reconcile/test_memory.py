"""What the loop remembers of failures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from controller.core.decision import CreateRelease, Promote
from controller.core.model import EnvironmentName
from controller.reconcile.memory import Memory
from tests.core.builders import release

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def test_a_release_decided_anew_is_the_same_purpose_and_backs_off() -> None:
    memory, first = Memory(), release(3)
    memory.failed(CreateRelease(first), "no", now=NOW, after=None)
    again = CreateRelease(replace(first, created_at=NOW + timedelta(milliseconds=5)))
    assert not memory.may_try(again, NOW + timedelta(milliseconds=5))
    memory.failed(again, "no", now=NOW + timedelta(seconds=1), after=None)
    (failure,) = memory.failures.values()
    assert failure.times == 2


def test_a_promotion_that_fails_holds_up_no_other_environment() -> None:
    memory = Memory()
    memory.failed(Promote(EnvironmentName("staging"), release(3).id, "x"), "no", now=NOW, after=None)
    assert memory.may_try(Promote(EnvironmentName("production"), release(3).id, "x"), NOW)


def test_old_failures_are_forgotten() -> None:
    memory = Memory()
    memory.failed(Promote(EnvironmentName("staging"), release(3).id, "x"), "no", now=NOW, after=None)
    memory.failed(
        Promote(EnvironmentName("staging"), release(4).id, "x"), "no", now=NOW + timedelta(hours=1), after=None
    )
    assert len(memory.failures) == 1
