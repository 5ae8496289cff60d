"""Who may do what: tokens, their narrowing and end, people's roles."""

from __future__ import annotations

import time
from typing import Any

import github
import jwt
import pytest


def app_jwt(forge: Any, **changes: Any) -> str:
    now = int(time.time())
    claims = {"iat": now - 60, "exp": now + 300, "iss": "7", **changes}
    return jwt.encode(claims, forge.key, algorithm="RS256")


def test_the_app_is_known_by_its_jwt(forge: Any) -> None:
    assert forge.call("GET", "/app", token=app_jwt(forge)).json()["slug"] == "modwright"


@pytest.mark.parametrize("changes", [{"exp": 1}, {"iss": "8"}, {"exp": int(time.time()) + 4000}])
def test_a_jwt_that_is_over_or_of_another_or_too_long_is_refused(forge: Any, changes: Any) -> None:
    assert forge.call("GET", "/app", token=app_jwt(forge, **changes)).status_code == 401


def test_a_jwt_by_another_key_is_refused(forge: Any) -> None:
    head, body, _ = app_jwt(forge).split(".")
    assert forge.call("GET", "/app", token=f"{head}.{body}.AAAA").status_code == 401


def test_a_token_has_the_permissions_that_were_asked_for_and_no_more(forge: Any) -> None:
    token = forge.bot_token(permissions={"contents": "read"})
    assert forge.repo("GET", "/branches", token=token).status_code == 200
    refused = forge.repo("POST", "/git/refs", token=token, json={"ref": "refs/heads/x", "sha": forge.head()})
    assert (refused.status_code, refused.json()["message"]) == (403, "Resource not accessible by integration")
    assert forge.repo("GET", "/pulls", token=token).status_code == 403


def test_a_token_cannot_be_widened(forge: Any) -> None:
    with pytest.raises(github.GithubException) as refused:
        forge.bot_token(permissions={"administration": "write"})
    assert refused.value.status == 422


def test_a_token_for_one_repository_does_not_see_another(forge: Any) -> None:
    token = forge.bot_token(repositories=["open"])
    assert forge.repo("GET", "", token=token).status_code == 404
    assert forge.call("GET", "/repos/acme/open", token=token).status_code == 200


def test_an_expired_token_is_refused(forge: Any) -> None:
    token = forge.bot_token()

    def expire() -> None:
        for record in forge.forge.store.all("token"):
            record["expires_at"] = "2020-01-01T00:00:00Z"

    forge.in_loop(expire)
    assert forge.repo("GET", "", token=token).status_code == 401


def test_a_revoked_token_is_refused(forge: Any) -> None:
    token = forge.bot_token()
    assert forge.call("DELETE", "/installation/token", token=token).status_code == 204
    assert forge.repo("GET", "", token=token).status_code == 401


def test_nobody_gets_nothing(forge: Any) -> None:
    assert forge.repo("GET", "", as_user=None).status_code == 401
    assert forge.repo("GET", "", token="unknown").status_code == 401


def test_roles_bound_people(forge: Any) -> None:
    sha = forge.head()
    refused = forge.repo("POST", "/git/refs", as_user="carol", json={"ref": "refs/heads/x", "sha": sha})
    assert refused.status_code == 403
    assert forge.call("GET", "/repos/acme/open", as_user="carol").status_code == 404
    assert forge.repo("GET", "", as_user="bob").json()["permissions"]["push"] is True


def test_an_installation_has_no_self_and_a_person_has(forge: Any) -> None:
    assert forge.call("GET", "/user", token=forge.bot_token()).status_code == 403
    assert forge.call("GET", "/user", as_user="bob").json()["id"] == 1002


def test_only_an_app_makes_check_runs_and_changes_only_its_own(forge: Any) -> None:
    wish = {"name": "modwright", "head_sha": forge.head(), "conclusion": "success"}
    assert forge.repo("POST", "/check-runs", json=wish).status_code == 403
    token = forge.bot_token()
    made = forge.repo("POST", "/check-runs", json=wish, token=token).json()
    assert made["app"]["id"] == 7
    other = forge.in_loop(lambda: run_token(forge))
    changed = forge.repo("PATCH", f"/check-runs/{made['id']}", json={"conclusion": "failure"}, token=other)
    assert changed.status_code == 403


def run_token(forge: Any) -> str:
    run = forge.forge.runs.create(
        repository=forge.name,
        path=".github/workflows/image.yml",
        workflow_name="Image",
        event="push",
        ref="main",
        sha=forge.forge.repository(forge.name).branch("main"),
        title="t",
        actor=forge.forge.accounts.by_id(1001),
        inputs={},
    )
    return forge.forge.runs.issue_token(run, {"checks": "write", "contents": "read"})


def test_readers_may_comment_but_not_label(forge: Any) -> None:
    forge.repo("POST", "/issues", json={"title": "one"})
    assert forge.repo("POST", "/issues/1/comments", as_user="carol", json={"body": "hello"}).status_code == 201
    assert forge.repo("POST", "/issues/1/labels", as_user="carol", json=["a"]).status_code == 403
    narrowed = forge.bot_token(permissions={"contents": "write"})
    assert forge.repo("POST", "/issues/1/comments", token=narrowed, json={"body": "hello"}).status_code == 403
