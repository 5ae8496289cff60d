"""What is frozen at a moment, by whom, until when; what is to come."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from controller.core.calendar import FreezeCalendar, Once, Weekly, WeekTime
from controller.core.errors import Denied
from controller.core.freezes import FreezeSource, freezes_at, stop_at
from controller.core.ledger.state import Freeze, LedgerState
from controller.core.model import EnvironmentName
from controller.core.stop import demand_moving
from tests.core.builders import ALICE, BOB, NOW, PRODUCTION, STAGING, ago, configuration, ledger

HOUR = timedelta(hours=1)
# NOW is a Sunday at noon in UTC.
WEEKEND = FreezeCalendar(
    "weekend", "Europe/Moscow", "nobody looks", Weekly(WeekTime(4, time(16)), WeekTime(0, time(8))), (PRODUCTION,)
)
SPRING = FreezeCalendar(
    "spring", "UTC", "the fair", Once(datetime.fromisoformat("2026-03-10"), datetime.fromisoformat("2026-03-12"))
)


def frozen(name: str, environment: EnvironmentName | None = PRODUCTION, **fields: object) -> Freeze:
    """A freeze that alice put a while ago."""
    return Freeze(name, environment, ALICE, "sale", ago(60), **fields)  # type: ignore[arg-type]  # the test names fields


def standing(*freezes: Freeze) -> LedgerState:
    """A ledger with these freezes."""
    return ledger(freezes={freeze.id: freeze for freeze in freezes})


@pytest.mark.parametrize(
    ("freeze", "stands"),
    [
        (frozen("a"), True),
        (frozen("a", until=NOW + HOUR), True),
        (frozen("a", until=NOW), False),
        (frozen("a", until=NOW - HOUR), False),
        (frozen("a", lifted_at=NOW - HOUR, lifted_by=BOB), False),
        (frozen("a", until=NOW + HOUR, lifted_at=NOW - HOUR, lifted_by=BOB), False),
    ],
    ids=["no end", "before its end", "at its end", "after its end", "lifted", "lifted before its end"],
)
def test_a_freeze_stands_until_its_end_or_until_it_is_lifted(freeze: Freeze, stands: bool) -> None:
    now = freezes_at(configuration(), standing(freeze), NOW)

    assert freeze.stands(NOW) is stands
    assert (now.of(PRODUCTION) is not None) is stands
    assert now.of(STAGING) is None


def test_of_several_freezes_the_stop_counts_then_what_lasts_longest() -> None:
    short, long, for_good = frozen("s", until=NOW + HOUR), frozen("l", until=NOW + 2 * HOUR), frozen("g")
    stop = frozen("x", None, until=NOW + HOUR / 2, stop=True)
    for expected, freezes in (("l", [short, long]), ("g", [short, for_good, long]), ("x", [short, for_good, stop])):
        found = freezes_at(configuration(), standing(*freezes), NOW).of(PRODUCTION)
        assert found is not None
        assert found.id == expected


def test_a_calendar_freezes_beside_people_and_says_so() -> None:
    now = freezes_at(configuration(freezes=(SPRING, WEEKEND)), standing(frozen("frz_1", STAGING)), NOW)

    by_calendar, by_person = now.of(PRODUCTION), now.of(STAGING)
    assert by_calendar is not None
    assert by_person is not None
    assert by_calendar.source is FreezeSource.CALENDAR
    assert by_calendar.told == "by the calendar weekend until 2026-03-02 08:00 Europe/Moscow: nobody looks"
    assert "config.yaml" in by_calendar.way_out
    assert by_person.told == "by alice: sale"
    assert by_person.way_out == "modwright freeze --lift frz_1 --reason …"
    assert [freeze.id for freeze in now.to_come] == ["weekend", "spring"]
    assert [freeze.id for freeze in now.in_calendars] == ["weekend"]
    assert [freeze.id for freeze in now.in_ledger] == ["frz_1"]


def test_only_a_stop_stops_and_it_says_by_whom_why_and_until_when() -> None:
    demand_moving(standing(frozen("a", None)), NOW)
    stopped = standing(frozen("frz_9", None, stop=True, until=NOW + HOUR))

    with pytest.raises(Denied) as denied:
        demand_moving(stopped, NOW)

    assert denied.value.reason == "Stopped"
    assert denied.value.message == "everything is stopped by alice until 2026-03-01 13:00 UTC: sale"
    assert denied.value.hint == "modwright freeze --lift frz_9 --reason …"
    assert stop_at(stopped, NOW + HOUR) is None
    demand_moving(stopped, NOW + HOUR)
