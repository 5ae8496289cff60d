"""Repositories themselves: the record, its activity, its collaborators."""

from __future__ import annotations

from typing import Any

from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.refusals import not_found
from sandbox.forge.views import repositories, users


def get_repository(call: Call) -> Any:
    """`full-repository`, with what the asker may do in it."""
    full_name = call.repository.full_name
    role = call.forge.accounts.role(call.asker.user, full_name)
    return {**repositories.complete(call.forge, full_name), "permissions": repositories.permissions(role)}


def list_activity(call: Call) -> Any:
    """Who moved which ref, newest first; narrowed by `ref`, `actor`, `activity_type`."""
    records = list(reversed(call.forge.store.all("activity", call.repository.full_name)))
    ref, actor, kind = call.query.get("ref"), call.query.get("actor"), call.query.get("activity_type")
    if ref:
        records = [one for one in records if one["ref"] in (ref, f"refs/heads/{ref}")]
    if actor:
        records = [one for one in records if call.forge.accounts.by_id(one["actor"])["login"].lower() == actor.lower()]
    if kind:
        records = [one for one in records if one["activity_type"] == kind]
    page, links = call.page(records)
    return Reply(200, [repositories.activity(call.forge, one) for one in page], links)


def collaborator_permission(call: Call) -> Any:
    """The role of one person, as admin, write, read or none."""
    account = call.forge.accounts.by_login(call.parameters["login"])
    if account is None:
        raise not_found()
    role = call.forge.accounts.role(account, call.repository.full_name)
    shown = {**users.simple(call.forge, account), "role_name": role, "permissions": repositories.permissions(role)}
    return {"permission": role, "role_name": role, "user": shown}


ENDPOINTS = [
    Endpoint(method="GET", path="/repos/{owner}/{name}", handler=get_repository, needs="metadata:read"),
    Endpoint(method="GET", path="/repos/{owner}/{name}/activity", handler=list_activity, needs="metadata:read"),
    Endpoint(
        method="GET",
        path="/repos/{owner}/{name}/collaborators/{login}/permission",
        handler=collaborator_permission,
        needs="metadata:read",
    ),
]
