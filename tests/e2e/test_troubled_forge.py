"""The forge is unwell while somebody asks for a change: one error that helps, and afterwards the change, once."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.e2e.running import Running, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

API = "/api/(?!.*/reviews$).*"
"""Everything but reviews, so that people can still approve."""
OFTEN = 100_000


def refusing(status: int, message: str, **headers: str) -> dict[str, Any]:
    """A rule by which every write and every read of the REST and GraphQL APIs is answered so."""
    return {"path": API, "status": status, "body": {"message": message}, "headers": headers, "times": OFTEN}


TROUBLES = {
    "500": (refusing(500, "Server Error"), "answered 500"),
    "no answer": ({"path": API, "drop_before": True, "times": OFTEN}, "did not answer"),
    "token refused": (refusing(401, "Bad credentials"), "answered 401"),
    "rate limit": (
        refusing(403, "API rate limit exceeded", **{"x-ratelimit-remaining": "0", "retry-after": "1"}),
        "rate limit",
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_install_while_the_forge_is_unwell_is_one_error_and_then_one_proposal(
    running: Running, trouble: str
) -> None:
    rule, words = TROUBLES[trouble]
    request, wanted = running.toggle("gallery"), "gallery" not in running.modules("production")
    running.faults(rule)
    said = running.type(*request, expected=2)
    assert said.stdout == ""
    assert said.stderr.count("error") == 1, said.stderr
    assert words in said.stderr
    assert "Traceback" not in said.stderr
    running.faults()
    number = until("it is opened", lambda: _number(running, request))
    assert running.asked(*request) == number
    running.arrive(number)
    assert ("gallery" in running.modules("production")) is wanted


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_change_under_way_waits_for_the_forge_and_arrives_once(running: Running, trouble: str) -> None:
    rule, words = TROUBLES[trouble]
    number = running.asked(*running.toggle("gallery"))
    running.built(number)
    lines = len(running.log())
    running.faults(rule)
    running.person("bob").approve(number)
    told = until("the controller tells of it", lambda: [line for line in running.log()[lines:] if words in str(line)])
    assert len(told) < 40
    time.sleep(0.5)
    running.faults()
    running.verified(running.merged(number))


def test_an_answer_lost_after_each_write_makes_nothing_twice(running: Running) -> None:
    writes = {"method": "POST|PUT|PATCH|DELETE", "path": API, "drop_after": True, "times": 12}
    request = running.toggle("gallery")
    running.faults(writes)
    number = until("it is opened", lambda: _number(running, request))
    running.faults()
    running.arrive(number)


def _number(running: Running, request: tuple[str, ...]) -> int | None:
    """The proposal's number once the request goes through; a controller that waits for the forge refuses meanwhile."""
    done = running.type(*request, "--json", expected=None)
    assert done.returncode in (0, 2), done.stderr
    return int(json.loads(done.stdout)["proposal"]["number"]) if done.returncode == 0 else None
