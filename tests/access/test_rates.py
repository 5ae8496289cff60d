"""How often somebody may ask: a bucket each, bounded memory, and headers that say what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from controller.access.rates import Limits, Rates, headers
from tests.api.served import DOORS, Api, served
from tests.world.clock import SteppedClock
from tests.world.world import World


def test_a_bucket_lets_through_its_quota_and_fills_steadily() -> None:
    clock = SteppedClock()
    rates = Rates(clock)
    assert [rates.draw("requests", "a", quota=60).wait is None for _ in range(61)] == [True] * 60 + [False]
    clock.advance(timedelta(seconds=2))
    assert [rates.draw("requests", "a", quota=60).wait is None for _ in range(3)] == [True, True, False]


def test_one_bucket_says_nothing_of_another() -> None:
    rates = Rates(SteppedClock())
    assert rates.draw("writes", "a", quota=1).wait is None
    assert rates.draw("writes", "a", quota=1).wait is not None
    assert rates.draw("writes", "b", quota=1).wait is None
    assert rates.draw("requests", "a", quota=1).wait is None


def test_a_clock_that_is_set_back_fills_nothing_and_locks_nobody_out() -> None:
    clock = SteppedClock()
    rates = Rates(clock)
    rates.draw("requests", "a", quota=1)
    clock.advance(timedelta(days=-1))
    assert rates.draw("requests", "a", quota=1).wait is not None
    clock.advance(timedelta(minutes=1))
    assert rates.draw("requests", "a", quota=1).wait is None


def test_the_buckets_are_bounded() -> None:
    rates = Rates(SteppedClock())
    for number in range(30_000):
        rates.draw("sign-ins", f"address {number}", quota=10)
    assert rates.count() == 10_000


def test_the_headers_say_what_is_left_and_when_to_come_again() -> None:
    clock = SteppedClock()
    rates = Rates(clock)
    first = headers((rates.draw("requests", "a", quota=2),))
    assert first == {"RateLimit-Policy": '"requests";q=2;w=60', "RateLimit": '"requests";r=1;t=30'}
    rates.draw("requests", "a", quota=2)
    assert headers((rates.draw("requests", "a", quota=2),))["Retry-After"] == "30"
    assert headers(()) == {}


@pytest.fixture
def limited(tmp_path: Path) -> Iterator[Api]:
    world = World(tmp_path)
    world.begin()
    with served(world, tmp_path, doors=replace(DOORS, limits=Limits(requests=6, writes=2, sign_ins=3))) as api:
        yield api


def test_a_token_that_asks_too_often_is_told_when_to_come_again(limited: Api) -> None:
    for left in (5, 4, 3, 2, 1, 0):
        answer = limited.ask("alice", "GET", "/releases")
        assert answer.status_code == 200
        assert f'"requests";r={left};' in answer.headers["RateLimit"]
    refused = limited.ask("alice", "GET", "/releases")
    assert (refused.status_code, refused.json()["reason"]) == (429, "TooManyRequests")
    assert int(refused.headers["Retry-After"]) >= 9
    assert limited.ask("bob", "GET", "/releases").status_code == 200
    limited.world.clock.advance(timedelta(seconds=10))
    assert limited.ask("alice", "GET", "/releases").status_code == 200


def test_writes_have_their_own_limit(limited: Api) -> None:
    body = {"changes": [{"kind": "install", "module": "blog"}]}
    statuses = [limited.ask("alice", "POST", "/changes:plan", body).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    assert limited.ask("alice", "GET", "/releases").status_code == 200


def test_guessing_tokens_at_the_sign_in_is_limited_by_address(limited: Api) -> None:
    with requests.Session() as client:
        page = client.get(f"{limited.url}/sign-in", timeout=20).text
        word = page.split('name="csrf" value="')[1].split('"')[0]
        statuses = [
            client.post(
                f"{limited.url}/sign-in", data={"csrf": word, "token": f"guess {n}"}, timeout=20, allow_redirects=False
            ).status_code
            for n in range(5)
        ]
    assert statuses == [303, 303, 303, 429, 429]
