"""Memory goes back to the system after passes, and not all the time."""

from __future__ import annotations

from datetime import timedelta

from controller.serving.giving_back import GivesBack


def test_it_is_given_back_at_once_and_then_after_each_pause() -> None:
    now, asked = [100.0], list[int]()
    give = GivesBack(asked.append, clock=lambda: now[0], pause=timedelta(seconds=5))
    for moment in (100.0, 101.0, 104.9, 105.0, 106.0, 110.0):
        now[0] = moment
        give()
    assert asked == [0, 0, 0]


def test_this_machine_s_c_library_takes_the_call() -> None:
    GivesBack()()
