"""The tokens' file: what a line may say, and the one error for one that says something else."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests

from controller.access.tokens import Holder, Tokens
from controller.core.errors import Terminal
from controller.core.model import Role
from tests.api.served import LOGINS, Api, token_lines, token_of
from tests.world.clock import SteppedClock

HASH = hashlib.sha256(b"secret").hexdigest()


def holder(folder: Path, line: str) -> Holder:
    (folder / "tokens").write_text(f"# people\n{HASH} {line}\n")
    found = Tokens(folder / "tokens").holder("secret")
    assert found is not None
    return found


def refused(folder: Path, line: str) -> str:
    (folder / "tokens").write_text(f"# people\n{line}\n")
    with pytest.raises(Terminal) as error:
        Tokens(folder / "tokens")
    assert error.value.reason == "TokensInvalid"
    return error.value.message


def test_a_line_of_login_and_role_is_for_reading_and_writing(tmp_path: Path) -> None:
    found = holder(tmp_path, "alice admin")
    assert (found.login, found.role, found.scope, found.expires) == (
        "alice",
        Role.ADMIN,
        frozenset({"read", "write"}),
        None,
    )


@pytest.mark.parametrize(
    "line",
    [
        "ui operator scope=read,act-for expires=2027-01-01  # the interface",
        "ui scope=act-for,read expires=2027-01-01T00:00:00Z operator",
        "ui expires=2027-01-01T03:00:00+03:00 operator scope=read,act-for",
    ],
)
def test_what_follows_the_login_stands_in_any_order(tmp_path: Path, line: str) -> None:
    found = holder(tmp_path, line)
    assert (found.role, found.scope) == (Role.OPERATOR, frozenset({"read", "act-for"}))
    assert found.expires == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("alice chief", "found role 'chief'; allowed: viewer, operator, admin, super-admin"),
        ("alice scope=read,all", "found scope 'all'; allowed: read, write, act-for, metrics"),
        ("alice scope=", "found scope ''"),
        ("alice expires=tomorrow", "found expires 'tomorrow'"),
        ("alice expires=2027-01-01T00:00:00", "found expires"),
        ("alice expires=2027-13-01", "found expires"),
        ("alice until=2027-01-01", "found 'until'"),
        ("alice admin viewer", "found role twice"),
        ("alice scope=read scope=write", "found scope twice"),
        ("", "not a token's line"),
        ("alice;drop", "not a token's line"),
    ],
)
def test_a_line_that_says_something_else_gets_one_error_with_its_place(tmp_path: Path, words: str, told: str) -> None:
    message = refused(tmp_path, f"{HASH} {words}")
    assert f"{tmp_path / 'tokens'}:2: " in message
    assert told in message
    assert HASH not in message


def test_a_mark_names_a_line_without_saying_its_hash(tmp_path: Path) -> None:
    found = holder(tmp_path, "alice")
    assert found.mark not in HASH
    assert Tokens(tmp_path / "tokens").marked(found.mark) == found
    assert Tokens(tmp_path / "tokens").marked("") is None


def test_a_token_counts_until_the_moment_that_its_line_names() -> None:
    clock = SteppedClock()
    holder = Holder("alice", expires=clock.now)
    assert holder.is_expired(clock.now)
    assert not Holder("alice", expires=datetime(2027, 1, 1, tzinfo=UTC)).is_expired(clock.now)


# --- in front of the API ------------------------------------------------------------------------------------------


def write_lines(api: Api, extra: str) -> None:
    line = f"{hashlib.sha256(b'its-own').hexdigest()} {extra}\n"
    api.tokens.write_text(token_lines(*LOGINS) + line)


def ask(api: Api, method: str, path: str) -> tuple[int, str]:
    body = {"reason": "x"} if method == "POST" else None
    headers = {"Authorization": "Bearer its-own"}
    answer = requests.request(method, f"{api.url}{path}", json=body, headers=headers, timeout=20)
    return answer.status_code, answer.json().get("reason", "") if answer.status_code >= 400 else ""


def test_an_expired_token_is_refused_as_such(api: Api) -> None:
    write_lines(api, "alice expires=2026-01-01")
    assert ask(api, "GET", "/api/v1/releases") == (401, "TokenExpired")


def test_a_token_for_reading_writes_nothing(api: Api) -> None:
    write_lines(api, "alice admin scope=read")
    assert ask(api, "GET", "/api/v1/releases")[0] == 200
    assert ask(api, "POST", "/api/v1/freezes") == (403, "ScopeMissing")


def test_a_token_for_the_metrics_reads_nothing_else(api: Api) -> None:
    write_lines(api, "prometheus scope=metrics")
    assert ask(api, "GET", "/api/v1/releases") == (403, "ScopeMissing")


def test_a_session_that_a_token_made_ends_with_the_token_s_line(api: Api) -> None:
    assert api.access is not None
    holder = api.access.tokens.holder(token_of("dave"))
    assert holder is not None
    client = api.client()
    client.cookies.set(
        api.access.sessions.name(), api.access.sessions.start(api.world.person("dave"), token=holder.mark)[1]
    )
    assert client.get(f"{api.url}/api/v1/releases", timeout=20).status_code == 200
    api.tokens.write_text(token_lines(*(login for login in LOGINS if login != "dave")))
    answer = client.get(f"{api.url}/api/v1/releases", timeout=20)
    assert (answer.status_code, answer.json()["reason"]) == (401, "NotAuthenticated")
