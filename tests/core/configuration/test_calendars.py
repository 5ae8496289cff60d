"""What a platform may write under `freezes`, and what it is told when it writes something else."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from controller.core.calendar import FreezeCalendar, Once, Weekly, WeekTime
from controller.core.configuration_document import read_configuration
from controller.core.errors import Terminal
from controller.core.model import EnvironmentName

HEAD = """\
format: 1
image: { repository: acme/platform }
environments:
  - name: staging
    checks: [{ name: alive, kind: http, path: /health/live }]
freezes:
"""
USUAL = "name: c, timezone: UTC, reason: r"
ONCE = "from: 2026-03-01, to: 2026-03-01"


def refusals(freezes: str) -> list[str]:
    """The findings, without the file's name."""
    with pytest.raises(Terminal) as caught:
        read_configuration(HEAD + freezes)
    return [line.removeprefix(".modwright/config.yaml:") for line in caught.value.message.splitlines()]


def test_a_calendar_comes_back_every_week_or_is_once() -> None:
    text = """\
  - name: weekend
    environments: [staging]
    timezone: Europe/Moscow
    reason: nobody looks
    weekly: { from: fri 16:00, to: "mon 08:00" }
  - { name: new-year, timezone: Asia/Kolkata, reason: holidays, from: 2026-12-24, to: 2027-01-02 }
  - { name: fair, timezone: UTC, reason: the fair, from: 2026-12-24 18:00, to: 2026-12-25T08:30:00 }
"""

    weekend, new_year, fair = read_configuration(HEAD + text).freezes

    assert weekend == FreezeCalendar(
        name="weekend",
        timezone="Europe/Moscow",
        reason="nobody looks",
        window=Weekly(WeekTime(4, time(16)), WeekTime(0, time(8))),
        environments=(EnvironmentName("staging"),),
    )
    assert new_year.environments == ()
    assert new_year.window == _once("2026-12-24", "2027-01-03"), "the last day is frozen wholly"
    assert fair.window == _once("2026-12-24 18:00", "2026-12-25 08:30")


def _once(begins: str, ends: str) -> Once:
    return Once(datetime.fromisoformat(begins), datetime.fromisoformat(ends))


@pytest.mark.parametrize(
    ("calendar", "said"),
    [
        (USUAL, "weekly: found nothing, allowed: weekly, or from and to"),
        (f"{USUAL}, from: 2026-12-24", "to: found nothing"),
        (f"{USUAL}, from: 2026-02-30, to: 2026-03-01", "from: found '2026-02-30'"),
        (f"{USUAL}, from: 2026-03-01, to: 2026-03-01T10:00:00Z", "to: found '2026-03-01T10:00:00Z'"),
        (f"{USUAL}, from: 2026-03-02, to: 2026-03-01", "to: found '2026-03-01', allowed: an end after 2026-03-02"),
        (f"{USUAL}, from: 1026-03-02, to: 2026-03-01", "from: found '1026-03-02'"),
        (f"{USUAL}, weekly: fri", "weekly: found 'fri', allowed: a mapping"),
        (f"{USUAL}, weekly: {{ from: fri 24:00, to: mon 08:00 }}", "weekly.from: found 'fri 24:00'"),
        (f"{USUAL}, weekly: {{ from: fri 10:00, to: Monday }}", "weekly.to: found 'Monday'"),
        (f"{USUAL}, weekly: {{ from: fri 10:00, to: fri 10:00 }}", "weekly.to: found 'fri 10:00'"),
        (
            f"{USUAL}, from: 2026-03-01, weekly: {{ from: fri 10:00, to: sat 10:00 }}",
            "from: found a date beside weekly",
        ),
        (f"{USUAL}, environments: [moon], {ONCE}", "environments[0]: found 'moon', allowed: one of staging"),
        (f"{USUAL}, environments: [], {ONCE}", "environments: found an empty list"),
        (f"name: c, timezone: Mars/Base, reason: r, {ONCE}", "timezone: found 'Mars/Base', allowed: an IANA time zone"),
        (f"name: c, timezone: UTC, reason: '', {ONCE}", "reason: found ''"),
        (f"{USUAL}, form: x, {ONCE}", "form: found an unknown key"),
    ],
)
def test_each_mistake_is_one_finding_with_its_line_and_key(calendar: str, said: str) -> None:
    (finding,) = refusals(f"  - {{ {calendar} }}\n")
    assert finding.startswith(f"7: freezes[0].{said}")


def test_a_list_without_a_calendar_and_a_name_that_stands_twice_are_refused() -> None:
    (twice,) = refusals(f"  - {{ {USUAL}, {ONCE} }}\n" * 2)
    assert twice.startswith("8: freezes[1].name: found 'c', allowed: a name that no other calendar has")
    assert refusals("  []\n")[0].startswith("6: freezes: found an empty list")
    assert refusals("  {}\n")[0].startswith("6: freezes: found a mapping")
