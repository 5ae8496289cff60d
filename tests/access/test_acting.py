"""A platform's own interface acts for its users: who the caller is then, what they may, and what the ledger says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

from controller.core.model import ProposalNumber
from tests.access.stating import Keys, identity, statement
from tests.api.served import DOORS, Api, served
from tests.world.world import World

CHANGE = {"changes": [{"kind": "install", "module": "blog"}], "reason": "we want to write"}
INTERFACES = {
    "ui-admin": "rustok-admin admin scope=read,write,act-for",
    "ui-operator": "rustok-ops operator scope=act-for,read,write",
    "ui-reads": "rustok-reads admin scope=read,act-for",
    "ui-none": "rustok-none scope=read,write,act-for",
    "no-ui": "rustok-plain admin",
}


@pytest.fixture
def acting(tmp_path: Path) -> Iterator[Api]:
    world = World(tmp_path)
    world.begin()
    with served(world, tmp_path, doors=replace(DOORS, identity=identity(Keys()))) as api:
        with api.tokens.open("a") as lines:
            for token, line in INTERFACES.items():
                lines.write(f"{hashlib.sha256(token.encode()).hexdigest()} {line}\n")
        yield api


def ask(api: Api, token: str, path: str, body: Any = None, **claims: Any) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}", "Modwright-User": statement(api.world.clock.now, **claims)}
    method = "GET" if body is None else "POST"
    return requests.request(method, f"{api.url}/api/v1{path}", json=body, headers=headers, timeout=20)


def me(api: Api, token: str, **claims: Any) -> tuple[str, str, str]:
    answer = ask(api, token, "/me", **claims)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return told["login"], told["role"], told["via"]


@pytest.mark.parametrize(
    ("token", "login", "who"),
    [
        ("ui-admin", None, ("sub:4711", "admin", "statement")),
        ("ui-admin", "nobody-there", ("sub:4711", "admin", "statement")),
        ("ui-admin", "carol", ("carol", "operator", "statement")),
        ("ui-admin", "bob", ("bob", "admin", "statement")),
        ("ui-operator", "alice", ("alice", "operator", "statement")),
        ("ui-operator", "dave", ("dave", "viewer", "statement")),
        ("ui-operator", None, ("sub:4711", "operator", "statement")),
    ],
)
def test_the_user_is_the_caller_with_their_own_role_and_never_more_than_the_token_s(
    acting: Api, token: str, login: str | None, who: tuple[str, str, str]
) -> None:
    assert me(acting, token, forge_login=login) == who


def test_without_a_statement_the_token_speaks_for_itself(acting: Api) -> None:
    answer = requests.get(f"{acting.url}/api/v1/me", headers={"Authorization": "Bearer ui-admin"}, timeout=20)
    assert answer.json()["login"] == "rustok-admin"


@pytest.mark.parametrize(
    ("token", "reason", "status"),
    [("no-ui", "ScopeMissing", 403), ("ui-none", "RoleMissing", 403), ("wrong", "NotAuthenticated", 401)],
)
def test_who_may_not_vouch_vouches_for_nobody(acting: Api, token: str, reason: str, status: int) -> None:
    answer = ask(acting, token, "/me")
    assert (answer.status_code, answer.json()["reason"]) == (status, reason)


def test_a_token_for_reading_lets_nobody_write(acting: Api) -> None:
    assert me(acting, "ui-reads", forge_login="alice")[1] == "admin"
    answer = ask(acting, "ui-reads", "/changes", CHANGE, forge_login="alice")
    assert (answer.status_code, answer.json()["reason"]) == (403, "ScopeMissing")


def test_a_subject_that_looks_like_a_login_is_not_that_login(acting: Api) -> None:
    assert me(acting, "ui-admin", sub="bob")[0] == "sub:bob"


def test_a_statement_where_none_is_believed_is_refused_and_not_passed_over(api: Api) -> None:
    headers = {"Authorization": "Bearer token-of-alice", "Modwright-User": statement(api.world.clock.now)}
    answer = requests.get(f"{api.url}/api/v1/me", headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["reason"]) == (401, "StatementsOff")


def test_a_requester_whom_the_forge_does_not_know_needs_two_approvals(acting: Api) -> None:
    answer = ask(acting, "ui-admin", "/changes", CHANGE)
    assert answer.status_code == 202, answer.text
    number = ProposalNumber(answer.json()["proposal"]["number"])
    acting.world.settle()
    acting.world.forge.review(number, "alice")
    acting.world.settle()
    gate = acting.world.forge.gates[acting.world.forge.by_number[number].head][-1]
    assert "2 approving reviews" in gate.title + gate.summary
    acting.world.forge.review(number, "bob")
    acting.world.settle()
    merged = acting.world.forge.by_number[number].merged_commit
    assert merged is not None
    message = acting.world.origin.message(merged)
    for line in ("Requested-By: sub:4711", "Name: Olga Petrova", "Via: rustok-admin"):
        assert f"Modwright-{line}" in message.splitlines()


def test_the_ledger_names_the_person_and_who_vouched(acting: Api) -> None:
    body = {"reason": "the sale", "environment": "production"}
    assert ask(acting, "ui-operator", "/freezes", body, forge_login="carol").status_code in (200, 202)
    message = acting.world.origin.message(acting.world.origin.heads()["environments"])  # type: ignore[index]
    assert "Modwright-By: carol (1003)" in message
    assert "Modwright-Via: rustok-ops" in message
    assert "Modwright-Name: Olga Petrova" in message
    freeze = next(iter(acting.world.loop.look().view.state.freezes.values()))
    assert (freeze.by.login, freeze.by.via, freeze.by.name) == ("carol", "rustok-ops", "Olga Petrova")


def test_two_statements_in_one_request_are_none(acting: Api) -> None:
    sound = statement(acting.world.clock.now, forge_login="carol")
    headers = [("Authorization", "Bearer ui-admin"), ("Modwright-User", sound), ("Modwright-User", sound)]
    answer = httpx.get(f"{acting.url}/api/v1/me", headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["reason"]) == (401, "StatementInvalid")


def test_a_name_cannot_write_a_trailer_or_call_anybody(acting: Api) -> None:
    answer = ask(acting, "ui-admin", "/changes", CHANGE, name="@acme/all fixes #1")
    assert answer.status_code == 202
    head = acting.world.forge.by_number[ProposalNumber(answer.json()["proposal"]["number"])].head
    assert "Modwright-Name: @ acme/all fixes # 1" in acting.world.origin.message(head)
