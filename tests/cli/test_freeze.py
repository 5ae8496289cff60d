"""`modwright freeze`: an end with its zone, one thing at a time, and a list that says what became of each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from modwright.__main__ import run

if TYPE_CHECKING:
    from tests.cli.conftest import StandIn

WHY = ("--reason", "because", "--as", "alice")
FREEZE = {
    "id": "frz_1",
    "environment": "production",
    "by": "alice",
    "reason": "sale",
    "at": "2026-01-01T00:00:00+00:00",
    "lifted_at": None,
    "lifted_by": None,
    "until": None,
    "stop": False,
}
WINDOW = {
    "name": "weekend",
    "environments": [],
    "reason": "nobody looks",
    "since": "2026-11-27T13:00:00+00:00",
    "until": "2026-11-30T05:00:00+00:00",
    "timezone": "Europe/Moscow",
}


def test_a_length_of_time_is_sent_as_the_moment_of_its_end(api: StandIn) -> None:
    api.will_answer("POST /freezes", {"id": "frz_1"})

    assert run(("freeze", "production", "--for", "2h", *WHY)) == 0

    (asked,) = api.asked
    until = datetime.fromisoformat(asked.body["until"])
    assert abs(until - datetime.now(UTC) - timedelta(hours=2)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("production", *WHY), "production is frozen until somebody lifts it; rolling back always may (frz_1)"),
        (
            ("--all", "--until", "2030-11-30T08:00+03:00", *WHY),
            "every environment is frozen until 2030-11-30 05:00 UTC; rolling back always may (frz_1)",
        ),
        (("--stop", *WHY), "everything that moves forward is stopped until somebody lifts it; rolling back always may"),
    ],
)
def test_it_says_what_is_frozen_and_until_when(
    api: StandIn, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    api.will_answer("POST /freezes", {"id": "frz_1"})

    assert run(("freeze", *arguments)) == 0

    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("production", "--until", "2030-11-30 08:00", *WHY), "give a time with its zone"),
        (("production", "--until", "2030-11-30", *WHY), "give a time with its zone"),
        (("production", "--for", "soon", *WHY), "is no length of time"),
        (("production", "--for", "1h", "--until", "2030-11-30T08:00Z", *WHY), "give one end"),
        (("production", "--stop", *WHY), "name one: an environment, --all, --stop or --lift"),
        (("production", "--lift", "frz_1", *WHY), "name one: an environment, --all, --stop or --lift"),
        (("--lift", "frz_1", "--for", "1h", *WHY), "an end belongs to a freeze"),
        (("--for", "1h", *WHY), "an end belongs to a freeze"),
        (("production", "--as", "alice"), "a reason is needed"),
        (("--stop", "--as", "alice"), "a reason is needed"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anybody_is_asked(
    api: StandIn, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], said: str
) -> None:
    assert run(("freeze", *arguments)) == 2

    assert said in capsys.readouterr().err
    assert api.asked == []


def test_the_list_says_what_became_of_each_and_shows_the_calendars(
    api: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    past, later = "2026-01-02T00:00:00+00:00", "2999-01-02T00:00:00+00:00"
    rows = [
        FREEZE,
        {**FREEZE, "id": "frz_2", "until": past},
        {**FREEZE, "id": "frz_3", "until": later, "environment": None, "stop": True},
        {**FREEZE, "id": "frz_4", "until": later, "lifted_at": past, "lifted_by": "bob"},
    ]
    api.will_answer("GET /freezes", {"items": rows, "next": None, "calendars": [WINDOW]})

    assert run(("freeze", "--as", "alice")) == 0

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:3] for line in lines[1:5]] == [
        ["frz_1", "production", "stands"],
        ["frz_2", "production", "ended"],
        ["frz_3", "all", "stop"],
        ["frz_4", "production", "lifted"],
    ]
    told = "weekend all 2026-11-27 16:00 Europe/Moscow 2026-11-30 08:00 Europe/Moscow nobody looks"
    assert " ".join(lines[-1].split()) == told
