"""The App, its installations and tokens, users, rate limits."""

from __future__ import annotations

from typing import Any

from sandbox.configuration import AppSettings
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.refusals import Refusal, not_found
from sandbox.forge.store import Document
from sandbox.forge.views import repositories, users

_LEVELS = {"read": 1, "write": 2, "admin": 3}


def _settings(call: Call) -> AppSettings:
    if call.forge.settings.app is None:
        raise not_found()
    return call.forge.settings.app


def _owner(call: Call) -> Document:
    first = call.forge.repositories()[0].full_name
    return repositories.owner(call.forge, first)


def get_app(call: Call) -> Any:
    """The App that the JWT is of."""
    return users.app(call.forge, _settings(call).id)


def list_installations(call: Call) -> Any:
    """Where the App is installed: with the owner of the first repository."""
    return [users.installation(call.forge, _owner(call))]


def get_installation(call: Call) -> Any:
    """The installation by its id, or that of a repository."""
    if "installation" in call.parameters and call.number("installation") != _settings(call).installation_id:
        raise not_found()
    owner = repositories.owner(call.forge, call.repository.full_name) if "name" in call.parameters else _owner(call)
    return users.installation(call.forge, owner)


def create_token(call: Call) -> Any:
    """An installation token, narrowed to what was asked for. Raises `Refusal` 422 for more than the App has."""
    settings = _settings(call)
    if call.number("installation") != settings.installation_id:
        raise not_found()
    granted = {"metadata": "read", **settings.permissions}
    permissions = _narrowed(granted, call.body.get("permissions"))
    names = _chosen(call)
    bot = call.forge.accounts.by_id(settings.bot_id)
    text, record = call.forge.accounts.issue(user=bot, permissions=permissions, repositories=names)
    answer: Document = {
        "token": text,
        "expires_at": record["expires_at"],
        "permissions": permissions,
        "repository_selection": "all" if names is None else "selected",
    }
    if names is not None:
        answer["repositories"] = [repositories.full(call.forge, name) for name in names]
    return Reply(201, answer)


def _narrowed(granted: dict[str, str], wanted: dict[str, str] | None) -> dict[str, str]:
    if not wanted:  # an empty table means no narrowing: clients that narrow nothing send one
        return granted
    for name, level in wanted.items():
        if _LEVELS.get(level, 9) > _LEVELS.get(granted.get(name, ""), 0):
            raise Refusal(422, "The permissions requested are not granted to this installation.")
    return {"metadata": "read", **wanted}


def _chosen(call: Call) -> list[str] | None:
    wanted, ids = call.body.get("repositories"), call.body.get("repository_ids")
    if wanted is None and ids is None:
        return None
    known = {one.full_name: call.forge.record(one.full_name)["id"] for one in call.forge.repositories()}
    owner = _owner(call)["login"].lower()
    chosen = [name for name, identifier in known.items() if identifier in (ids or [])]
    for short in wanted or []:
        found = [name for name in known if name.lower() == f"{owner}/{short.lower()}"]
        if not found:
            raise Refusal(
                422,
                "There is at least one repository that does not exist or is not accessible to the parent installation.",
            )
        chosen += found
    return chosen


def installation_repositories(call: Call) -> Any:
    """What an installation token reaches."""
    forge = call.forge
    seen = [one.full_name for one in forge.repositories() if forge.accounts.sees(call.asker, one.full_name)]
    page, links = call.page([repositories.full(forge, name) for name in seen])
    return Reply(200, {"total_count": len(seen), "repositories": page}, links)


def revoke_token(call: Call) -> Any:
    """The token is worth nothing from here on. The text is only in the request, so its record is found by its key."""
    if call.asker.kind != "installation":
        raise Refusal(403, "Resource not accessible by personal access token")
    for record in call.forge.store.all("token"):
        if record["digest"].startswith(call.asker.key):
            call.forge.accounts.revoke_record(record)
    return Reply(204)


def get_user(call: Call) -> Any:
    """Oneself. An installation has no self, and GitHub says so."""
    if call.asker.kind != "user":
        raise Refusal(403, "Resource not accessible by integration")
    return users.private(call.forge, call.asker.user)


def get_user_by_login(call: Call) -> Any:
    """Anyone, by login or by number."""
    login = call.parameters["login"]
    account = call.forge.accounts.by_id(int(login)) if login.isdigit() else call.forge.accounts.by_login(login)
    if account is None:
        raise not_found()
    return users.public(call.forge, account)


def rate_limit(call: Call) -> Any:
    """What is left of the hour."""
    limits = call.forge.limits
    core = limits.status(limits.bucket(call.asker.key, "core"))
    graphql = limits.status(limits.bucket(call.asker.key, "graphql"))
    search = {"limit": 30, "used": 0, "remaining": 30, "reset": core["reset"]}
    return {"resources": {"core": core, "search": search, "graphql": graphql}, "rate": core}


def meta(call: Call) -> Any:
    """What kind of server this is; clients of GitHub Enterprise ask for the version."""
    return {"verifiable_password_authentication": False, "installed_version": "3.19.0"}


def hook_configuration(call: Call) -> Any:
    """Where the App's events go; the secret is never shown."""
    stored = call.forge.webhooks.configuration()
    secret = "********" if stored["secret"] else ""
    return {"url": stored["url"], "content_type": "json", "insecure_ssl": "0", "secret": secret}


def change_hook_configuration(call: Call) -> Any:
    """Send the App's events elsewhere, or sign them by another secret."""
    changes = {key: call.body[key] for key in ("url", "secret") if key in call.body}
    call.forge.webhooks.configure(changes)
    return hook_configuration(call)


def list_deliveries(call: Call) -> Any:
    """Deliveries, newest first."""
    shown = [_delivery(call, one) for one in reversed(call.forge.store.all("delivery"))]
    page, links = call.page(shown)
    return Reply(200, page, links)


def get_delivery(call: Call) -> Any:
    """One delivery with its request and response."""
    record = _stored_delivery(call)
    url = call.forge.webhooks.configuration()["url"]
    return {
        **_delivery(call, record),
        "url": url,
        "request": {"headers": record["request_headers"], "payload": record["payload"]},
        "response": {"headers": {}, "payload": record["response"]},
    }


def redeliver(call: Call) -> Any:
    """Send a delivery again, under its old guid."""
    call.forge.webhooks.redeliver(_stored_delivery(call))
    return Reply(202, {})


def _stored_delivery(call: Call) -> Document:
    record = call.forge.store.get("delivery", call.number("delivery"))
    if record is None:
        raise not_found()
    return record


def _delivery(call: Call, record: Document) -> Document:
    shown = {key: record[key] for key in ("id", "guid", "delivered_at", "redelivery", "duration", "status")}
    shown.update(status_code=record["status_code"], event=record["event"], action=record["action"])
    shown["installation_id"] = _settings(call).installation_id
    shown["repository_id"] = call.forge.record(record["repository"])["id"]
    shown["throttled_at"] = None
    return shown


def root(call: Call) -> Any:
    """A greeting, for those who probe the address."""
    return {
        "current_user_url": f"{call.forge.url}/api/v3/user",
        "rate_limit_url": f"{call.forge.url}/api/v3/rate_limit",
    }


ENDPOINTS = [
    Endpoint(method="GET", path="/", handler=root, needs="nobody", free=True),
    Endpoint(method="GET", path="/meta", handler=meta, needs="nobody", free=True),
    Endpoint(method="GET", path="/app", handler=get_app, needs="app"),
    Endpoint(method="GET", path="/app/installations", handler=list_installations, needs="app"),
    Endpoint(method="GET", path="/app/installations/{installation}", handler=get_installation, needs="app"),
    Endpoint(method="POST", path="/app/installations/{installation}/access_tokens", handler=create_token, needs="app"),
    Endpoint(method="GET", path="/repos/{owner}/{name}/installation", handler=get_installation, needs="app"),
    Endpoint(method="GET", path="/app/hook/config", handler=hook_configuration, needs="app"),
    Endpoint(method="PATCH", path="/app/hook/config", handler=change_hook_configuration, needs="app"),
    Endpoint(method="GET", path="/app/hook/deliveries", handler=list_deliveries, needs="app"),
    Endpoint(method="GET", path="/app/hook/deliveries/{delivery}", handler=get_delivery, needs="app"),
    Endpoint(method="POST", path="/app/hook/deliveries/{delivery}/attempts", handler=redeliver, needs="app"),
    Endpoint(method="GET", path="/installation/repositories", handler=installation_repositories, needs="anyone"),
    Endpoint(method="DELETE", path="/installation/token", handler=revoke_token, needs="anyone"),
    Endpoint(method="GET", path="/user", handler=get_user, needs="anyone"),
    Endpoint(method="GET", path="/users/{login}", handler=get_user_by_login, needs="anyone"),
    Endpoint(method="GET", path="/user/{login}", handler=get_user_by_login, needs="anyone"),
    Endpoint(method="GET", path="/rate_limit", handler=rate_limit, needs="nobody", free=True),
]
