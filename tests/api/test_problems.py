"""Errors are problem details with a constant type, what was found, what is allowed, and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from controller.api.problems import title_of
from tests.api.served import Api

PLAN: dict[str, Any] = {"changes": [{"kind": "install", "module": "blog"}]}
CASES: list[tuple[str, str | None, str, str, Any, int, str]] = [
    ("nobody", None, "GET", "/status", None, 401, "NotAuthenticated"),
    ("no role", "dave", "POST", "/freezes", {}, 403, "RoleMissing"),
    ("nothing there", "dave", "GET", "/releases/rel_none", None, 404, "NotFound"),
    ("no such route", "dave", "GET", "/nonsense", None, 404, "NotFound"),
    ("no such method", "dave", "PUT", "/modules", {}, 405, "MethodNotAllowed"),
    ("a bad cursor", "dave", "GET", "/modules?cursor=x", None, 400, "CursorInvalid"),
    ("a rule", "alice", "POST", "/holds/hold_x:lift", {"reason": "r"}, 409, "NotHeld"),
    ("a bad body", "alice", "POST", "/changes", {"changes": [], "x": 1}, 422, "Invalid"),
    ("a bad name", "alice", "POST", "/changes:plan", {"changes": [{"kind": "install", "module": "A B"}]}, 422, ""),
]


@pytest.mark.parametrize(
    ("who", "method", "path", "body", "status", "reason"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_every_class_of_errors_has_the_same_shape(
    shared: Api, who: str | None, method: str, path: str, body: Any, status: int, reason: str
) -> None:
    told, problem = shared.refused(who, method, path, body)
    assert told == status
    assert problem["reason"] == (reason or problem["reason"])
    assert set(problem) <= {
        *("type", "title", "status", "detail", "reason"),
        *("hint", "place", "found", "allowed", "rows"),
    }
    assert problem["title"] == title_of(problem["reason"])
    assert problem["detail"]


def test_what_is_outside_and_away_says_when_to_ask_again(api: Api) -> None:
    api.world.forge.is_away = True
    answer = api.ask("alice", "POST", "/changes", {**PLAN, "reason": "r"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) >= 1


def test_a_wrong_word_is_told_with_its_place_what_was_found_and_what_is_allowed(shared: Api) -> None:
    body = {"changes": [{"kind": "remove", "module": "blog"}]}
    _, problem = shared.refused("alice", "POST", "/changes:plan", body)
    assert (problem["place"], problem["found"]) == ("body.changes.0.kind", "'remove'")
    assert "'install', 'uninstall'" in problem["allowed"]


def test_what_a_kind_of_change_needs_is_told_in_plain_words(shared: Api) -> None:
    body = {"changes": [{"kind": "upgrade", "module": "blog"}]}
    _, problem = shared.refused("alice", "POST", "/changes:plan", body)
    assert problem["detail"].startswith("body.changes.0: upgrade needs version")


def test_an_address_that_no_route_has_says_where_the_routes_are_listed(shared: Api) -> None:
    _, problem = shared.refused("dave", "GET", "/nonsense", None)
    assert (problem["detail"], "/openapi.json" in problem["hint"]) == ("there is nothing at this address", True)


def test_a_method_that_is_not_there_says_which_are(shared: Api) -> None:
    assert shared.ask("dave", "DELETE", "/modules", {}).headers["Allow"] == "GET"


def test_a_change_that_cannot_be_has_a_table(shared: Api) -> None:
    body = {"changes": [{"kind": "install", "module": "blog", "version": "9.9.9"}]}
    _, problem = shared.refused("alice", "POST", "/changes:plan", body)
    assert all(set(row) == {"what", "wanted", "found"} for row in problem["rows"])
    assert problem["rows"]


@pytest.mark.parametrize(
    ("reason", "title"), [("NotFound", "Not found"), ("CursorInvalid", "Cursor invalid"), ("Bug", "Bug")]
)
def test_a_title_is_the_reason_in_words(reason: str, title: str) -> None:
    assert title_of(reason) == title
