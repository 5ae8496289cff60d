"""A session that was signed out stays so: over a restart, a line that was torn, a disk that fails."""

from __future__ import annotations

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from controller.access.ended import Ended
from controller.access.sessions import LASTS, Sessions
from controller.core.errors import Terminal
from controller.core.model import Person, UserId
from tests.world.clock import SteppedClock

ALICE = Person("alice", UserId(1001))


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ended-sessions"


def started(clock: SteppedClock, file: Path) -> Sessions:
    """As after a start of the controller: it knows what the file says."""
    return Sessions((b"t" * 32,), clock=clock, secure=False, ended=file)


def signed_out(signed_in: Sessions) -> str:
    """The cookie, as somebody copied it, of a session that was ended."""
    session, value = signed_in.start(ALICE)
    signed_in.end(session)
    return value


def test_a_copied_cookie_of_a_session_that_was_signed_out_is_worth_nothing_after_a_restart(
    clock: SteppedClock, file: Path
) -> None:
    before = started(clock, file)
    _, stays = before.start(ALICE)
    gone = [signed_out(before) for _ in range(3)]
    for _ in range(2):
        after = started(clock, file)
        assert [after.read(value) for value in gone] == [None, None, None]
        assert after.read(stays) is not None
        gone[0] = signed_out(after)


def test_it_is_kept_until_the_last_moment_of_the_session(clock: SteppedClock, file: Path) -> None:
    gone = signed_out(started(clock, file))
    clock.advance(LASTS - timedelta(microseconds=1))
    assert started(clock, file).read(gone) is None


def test_what_is_over_is_taken_out_at_a_start(clock: SteppedClock, file: Path) -> None:
    signed_out(started(clock, file))
    clock.advance(LASTS / 2)
    signed_out(started(clock, file))
    clock.advance(LASTS / 2 + timedelta(seconds=2))
    assert started(clock, file).count_ended() == 1
    assert len(file.read_text().splitlines()) == 1


def test_the_file_is_its_owner_s_alone_and_holds_nothing_that_a_cookie_could_be_made_of(
    clock: SteppedClock, file: Path
) -> None:
    before = os.umask(0)
    try:
        signed_in = started(clock, file)
        session, value = signed_in.start(ALICE)
        signed_in.end(session)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        file.chmod(0o644)
        started(clock, file)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    finally:
        os.umask(before)
    assert not any(part in file.read_text() for part in (session.id, value, "alice"))


@pytest.mark.parametrize("cut", [1, 5, 40, 76])
def test_a_last_line_that_was_torn_takes_no_other_with_it(clock: SteppedClock, file: Path, cut: int) -> None:
    before = started(clock, file)
    whole = signed_out(before)
    signed_out(before)
    file.write_bytes(file.read_bytes()[:-cut])
    after = started(clock, file)
    again = signed_out(after)
    assert after.count_ended() == 2
    assert [started(clock, file).read(value) for value in (whole, again)] == [None, None]


def test_a_line_that_failed_halfway_takes_no_other_with_it(clock: SteppedClock, file: Path) -> None:
    signed_in = started(clock, file)
    first = signed_out(signed_in)
    with file.open("ab") as half:
        half.write(b"\n0123456789abcdef")
    second = signed_out(signed_in)
    assert [started(clock, file).read(value) for value in (first, second)] == [None, None]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"nonsense\n", b"\xff\x00\n", b"a" * 64 + b" 99999999999\n"])
def test_a_file_with_anything_else_in_it_ends_no_session_and_no_start(
    clock: SteppedClock, file: Path, content: bytes
) -> None:
    file.write_bytes(content)
    signed_in = started(clock, file)
    _, value = signed_in.start(ALICE)
    assert signed_in.read(value) is not None
    gone = signed_out(signed_in)
    assert started(clock, file).read(gone) is None


def test_a_file_that_cannot_be_read_is_no_empty_one(clock: SteppedClock, file: Path) -> None:
    file.mkdir()
    with pytest.raises(Terminal) as refused:
        started(clock, file)
    assert refused.value.reason == "StateFolder"


def test_where_the_disk_fails_signing_out_counts_here_and_now_and_is_logged(
    clock: SteppedClock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    signed_in = started(clock, folder / "ended-sessions")
    folder.rmdir()
    gone = signed_out(signed_in)
    assert signed_in.read(gone) is None
    assert "a sign-out is not kept on disk: No such file or directory" in caplog.text


def test_many_sign_outs_are_a_file_of_a_bounded_length_and_the_oldest_are_forgotten(
    clock: SteppedClock, file: Path
) -> None:
    now = clock()
    ended = Ended(file, now=now, most=5)
    for number in range(100):
        ended.add(f"session {number}", until=now + LASTS, now=now)
        assert len(file.read_bytes()) <= 10 * 80
    after = Ended(file, now=now, most=5)
    assert {f"session {number}" in after for number in range(95, 100)} == {True}
    assert "session 0" not in after
