"""Nothing is sent twice: every GET has a strong tag, and an unchanged answer is 304."""

from __future__ import annotations

import re

import pytest

from controller.access.routes import API, ASKS
from controller.operations.retained import ask_for
from tests.api.served import Api

KNOWN = {"slug": "search", "name": "staging"}
READS = sorted(path for method, path in ASKS if method == "GET" and path.startswith(API) and "events" not in path)


def filled(api: Api, path: str) -> str:
    """The path with names of what is there."""
    release = api.listed("dave", "/releases")[0]
    number = api.listed("dave", "/changes")[0]["number"]
    known = {
        **KNOWN,
        "release": release["id"],
        "other": release["id"],
        "build": release["build"],
        "number": str(number),
    }
    return re.sub(r"\{(\w+)\}", lambda match: known[match[1]], path).removeprefix(API)


@pytest.fixture(scope="module")
def asked(shared: Api) -> Api:
    """The shared world with a change. Of images everything is known, so that nothing is found out between two looks."""
    shared.done("alice", "POST", "/changes", {"changes": [{"kind": "install", "module": "blog"}], "reason": "r"})
    shared.world.settle()
    world = shared.world
    ask_for(world.platform, world.view().configuration, world.ledger.releases.values())
    return shared


@pytest.mark.parametrize("path", READS)
def test_what_is_known_already_is_not_sent_again(asked: Api, path: str) -> None:
    at = filled(asked, path)
    first = asked.ask("dave", "GET", at)
    assert first.status_code == 200, first.text
    tag = first.headers["ETag"]
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    if path.endswith("/health"):
        return  # it tells the time
    for known in (tag, f'"another", W/{tag}', "*"):
        again = asked.ask("dave", "GET", at, **{"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert asked.ask("dave", "GET", at, **{"If-None-Match": '"another"'}).status_code == 200


def test_a_change_changes_the_tag(api: Api) -> None:
    before = api.ask("dave", "GET", "/holds").headers["ETag"]
    release = api.listed("dave", "/releases")[0]["id"]
    api.done("carol", "POST", "/holds", {"release": release, "reason": "r"})
    assert api.ask("dave", "GET", "/holds", **{"If-None-Match": before}).status_code == 200


def test_a_refusal_has_no_tag(shared: Api) -> None:
    answer = shared.ask("dave", "GET", "/releases/rel_none", **{"If-None-Match": "*"})
    assert (answer.status_code, "ETag" in answer.headers) == (404, False)
