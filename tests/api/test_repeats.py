"""Idempotency-Key over the API: the same request, however often and over whatever, is one request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from controller.core.model import ProposalState
from tests.api.served import Api, served, token_of
from tests.world.world import World

BLOG = {"changes": [{"kind": "install", "module": "blog"}], "reason": "people want it"}
FREEZE = {"reason": "a sale"}
KEY = {"Idempotency-Key": "one"}


def test_fifty_at_once_have_one_effect_and_one_answer(api: Api) -> None:
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda _: api.ask("alice", "POST", "/freezes", FREEZE, **KEY), range(50)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert len(api.world.ledger.freezes) == 1


def test_the_answer_outlives_the_controller(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.begin()
    said: list[tuple[int, str]] = []
    for _ in range(2):
        with served(world, tmp_path) as api:
            answer = api.ask("alice", "POST", "/changes", BLOG, **KEY)
            said.append((answer.status_code, answer.text))
        world.restart()
    assert said[0] == said[1]
    assert len(world.proposals(ProposalState.OPEN)) == 1


def test_the_same_key_for_another_route_or_body_is_a_conflict(api: Api) -> None:
    api.ask("alice", "POST", "/freezes", FREEZE, **KEY)
    for path, body in (("/freezes", {"reason": "another"}), ("/reverts", {"change": "blog"})):
        answer = api.ask("alice", "POST", path, body, **KEY)
        assert (answer.status_code, "KeyReused" in answer.text) == (409, True)


def test_the_same_key_of_somebody_else_is_another_request(api: Api) -> None:
    first = api.ask("alice", "POST", "/freezes", {**FREEZE, "environment": "staging"}, **KEY).json()
    second = api.ask("carol", "POST", "/freezes", {**FREEZE, "environment": "production"}, **KEY).json()
    assert (first["by"], second["by"]) == ("alice", "carol")


@pytest.mark.parametrize("key", ["", "x" * 201, "\u00e9", "tab\tin it"])
def test_a_hostile_key_is_refused_before_anything_happens(shared: Api, key: str) -> None:
    headers = {"Authorization": f"Bearer {token_of('alice')}", "Idempotency-Key": key.encode("latin-1")}
    answer = requests.post(f"{shared.url}/api/v1/freezes", json=FREEZE, headers=headers, timeout=20)
    assert (answer.status_code, "KeyInvalid" in answer.text) == (400, True)
    assert not shared.world.ledger.freezes
