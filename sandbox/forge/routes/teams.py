"""Teams of an organisation: who is in them."""

from __future__ import annotations

from typing import Any

from sandbox.configuration import TeamSettings
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.refusals import not_found
from sandbox.forge.store import Document
from sandbox.forge.views import users


def _team(call: Call) -> TeamSettings:
    wanted = f"{call.parameters['org']}/{call.parameters['slug']}".lower()
    for team in call.forge.settings.teams:
        if team.name.lower() == wanted:
            return team
    raise not_found()


def _accounts(call: Call) -> list[Document]:
    found = [call.forge.accounts.by_login(login) for login in _team(call).members]
    return [account for account in found if account is not None]


def list_members(call: Call) -> Any:
    """Everybody in the team."""
    page, links = call.page(_accounts(call))
    return Reply(200, [users.simple(call.forge, account) for account in page], links)


def get_membership(call: Call) -> Any:
    """Whether somebody is in the team. Raises `Refusal` 404 where not, as where the team is not there."""
    wanted = call.parameters["login"].lower()
    if wanted not in [account["login"].lower() for account in _accounts(call)]:
        raise not_found()
    return {"url": f"{call.forge.url}{call.path}", "role": "member", "state": "active"}


_TEAM = "/orgs/{org}/teams/{slug}"
_READ = "organization/members:read"

ENDPOINTS = [
    Endpoint(method="GET", path=f"{_TEAM}/members", handler=list_members, needs=_READ),
    Endpoint(method="GET", path=f"{_TEAM}/memberships/{{login}}", handler=get_membership, needs=_READ),
]
