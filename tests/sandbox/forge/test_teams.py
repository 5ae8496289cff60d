"""Teams: who is in them, who may ask."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.configuration import ConfigurationError, from_document

TEAM = "/orgs/acme/teams/approvers"


def test_an_app_that_may_read_members_learns_who_is_in_a_team(forge: Any) -> None:
    token = forge.bot_token(permissions={"members": "read"})
    answer = forge.call("GET", f"{TEAM}/memberships/Bob", token=token)
    assert answer.status_code == 200
    assert (answer.json()["state"], answer.json()["role"]) == ("active", "member")


@pytest.mark.parametrize(
    "path",
    [
        f"{TEAM}/memberships/carol",
        f"{TEAM}/memberships/nobody",
        "/orgs/acme/teams/none/memberships/bob",
        "/orgs/x/teams/approvers/members",
    ],
)
def test_who_is_not_in_it_and_what_is_not_there_are_not_found(forge: Any, path: str) -> None:
    assert forge.call("GET", path, token=forge.bot_token()).status_code == 404


def test_members_come_in_pages(forge: Any) -> None:
    token = forge.bot_token()
    first = forge.call("GET", f"{TEAM}/members?per_page=1", token=token)
    assert [one["login"] for one in first.json()] == ["bob"]
    second = forge.call("GET", first.links["next"]["url"], token=token)
    assert [one["login"] for one in second.json()] == ["alice"]
    assert "next" not in second.links


def test_an_app_without_the_right_is_refused_and_nobody_gets_nothing(forge: Any) -> None:
    token = forge.bot_token(permissions={"contents": "read"})
    assert forge.call("GET", f"{TEAM}/members", token=token).status_code == 403
    assert forge.call("GET", f"{TEAM}/members", as_user=None).status_code == 401
    assert forge.call("GET", f"{TEAM}/members", as_user="carol").status_code == 200


@pytest.mark.parametrize(
    ("team", "sentence"),
    [
        ({"name": "approvers"}, "teams[0].name: found 'approvers', expected organisation/slug"),
        ({"name": "acme/approvers", "members": ["zoe"]}, "teams[0].members: 'zoe' is not among the users"),
    ],
)
def test_a_team_that_does_not_fit_is_told(team: Any, sentence: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        from_document({"teams": [team]})
    assert sentence in str(error.value)
