"""Sessions of browsers: signed, of eight hours, ended for good."""

from __future__ import annotations

from datetime import timedelta

import pytest

from controller.access.sessions import LASTS, Sessions
from controller.core.errors import Terminal
from controller.core.model import Person, UserId
from tests.world.clock import SteppedClock

TODAY, BEFORE = b"t" * 32, b"b" * 32
ALICE = Person("alice", UserId(1001))


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


def sessions(clock: SteppedClock, *keys: bytes, secure: bool = False) -> Sessions:
    return Sessions(keys or (TODAY,), clock=clock, secure=secure)


def test_a_session_says_who_signed_in(clock: SteppedClock) -> None:
    made, value = sessions(clock).start(ALICE)
    read = sessions(clock).read(value)
    assert read is not None
    assert (read.id, read.person, read.token) == (made.id, ALICE, "")


def test_a_session_of_a_token_knows_no_forge_id(clock: SteppedClock) -> None:
    read = sessions(clock).read(sessions(clock).start(Person("alice"), token="mark")[1])
    assert read is not None
    assert (read.login, read.person, read.token) == ("alice", None, "mark")


def test_a_session_is_over_after_eight_hours_whatever_was_done_meanwhile(clock: SteppedClock) -> None:
    signed_in = sessions(clock)
    _, value = signed_in.start(ALICE)
    clock.advance(LASTS - timedelta(seconds=1))
    assert signed_in.read(value) is not None
    clock.advance(timedelta(seconds=1))
    assert signed_in.read(value) is None


def test_a_session_from_the_future_is_none(clock: SteppedClock) -> None:
    _, value = sessions(clock).start(ALICE)
    clock.advance(timedelta(hours=-1))
    assert sessions(clock).read(value) is None


def test_a_session_that_was_ended_is_worth_nothing_wherever_its_cookie_was_copied_to(clock: SteppedClock) -> None:
    signed_in = sessions(clock)
    session, value = signed_in.start(ALICE)
    _, other = signed_in.start(ALICE)
    signed_in.end(session)
    assert signed_in.read(value) is None
    assert signed_in.read(other) is not None


@pytest.mark.parametrize("place", [0, 10, 40, -2])
def test_a_cookie_that_was_changed_anywhere_is_none(clock: SteppedClock, place: int) -> None:
    _, value = sessions(clock).start(ALICE)
    changed = list(value)
    changed[place] = "A" if changed[place] != "A" else "B"
    assert sessions(clock).read("".join(changed)) is None


@pytest.mark.parametrize("value", ["", ".", "e30.x", "ü", "\udcff", "x" * 5000, "e30"])
def test_what_is_no_cookie_of_ours_is_none(clock: SteppedClock, value: str) -> None:
    assert sessions(clock).read(value) is None


def test_a_value_that_was_sealed_for_another_purpose_is_no_session(clock: SteppedClock) -> None:
    signed_in = sessions(clock)
    assert signed_in.read(signed_in.seal("visit", {"id": "x"})) is None


def test_a_key_is_rotated_without_ending_sessions(clock: SteppedClock) -> None:
    _, old = sessions(clock, BEFORE).start(ALICE)
    both = sessions(clock, TODAY, BEFORE)
    _, new = both.start(ALICE)
    assert both.read(old) is not None
    assert sessions(clock, TODAY).read(new) is not None
    assert sessions(clock, TODAY).read(old) is None


def test_without_a_key_there_are_no_sessions(clock: SteppedClock) -> None:
    off = Sessions((), clock=clock, secure=False)
    _, value = sessions(clock).start(ALICE)
    assert not off.are_on
    assert off.read(value) is None
    assert off.stamps("csrf", "x") == ()


def test_a_key_that_could_be_guessed_is_refused(clock: SteppedClock) -> None:
    with pytest.raises(Terminal) as refused:
        sessions(clock, b"short")
    assert refused.value.reason == "SessionKeyShort"


def test_the_cookie_s_name_holds_it_to_one_host_where_the_connection_is_secure(clock: SteppedClock) -> None:
    assert sessions(clock, secure=True).name() == "__Host-modwright-session"
    assert sessions(clock).name() == "modwright-session"


def test_ended_sessions_are_forgotten_when_they_would_be_over_anyhow(clock: SteppedClock) -> None:
    signed_in = sessions(clock)
    for _ in range(50):
        signed_in.end(signed_in.start(ALICE)[0])
    clock.advance(LASTS)
    signed_in.end(signed_in.start(ALICE)[0])
    assert signed_in.count_ended() == 1
