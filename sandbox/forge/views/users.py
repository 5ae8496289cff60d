"""Users, Apps, installations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.forge.accounts import ACTIONS_APP_ID
from sandbox.forge.store import Document

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

_EPOCH = "2026-01-01T00:00:00Z"


def simple(forge: Forge, account: Document) -> dict[str, Any]:
    """`simple-user`."""
    login = account["login"]
    url = f"{forge.url}/api/v3/users/{login}"
    page = login.removesuffix("[bot]") if account["type"] == "Bot" else login
    return {
        "login": login,
        "id": account["id"],
        "node_id": node_id(account),
        "avatar_url": f"{forge.url}/avatars/u/{account['id']}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{forge.url}/apps/{page}" if account["type"] == "Bot" else f"{forge.url}/{page}",
        "followers_url": f"{url}/followers",
        "following_url": f"{url}/following{{/other_user}}",
        "gists_url": f"{url}/gists{{/gist_id}}",
        "starred_url": f"{url}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{url}/subscriptions",
        "organizations_url": f"{url}/orgs",
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events{{/privacy}}",
        "received_events_url": f"{url}/received_events",
        "type": account["type"],
        "user_view_type": "public",
        "site_admin": False,
    }


def node_id(account: Document) -> str:
    """The account's id in GraphQL."""
    prefix = {"Bot": "BOT", "Organization": "O"}.get(account["type"], "U")
    return f"{prefix}_{account['id']}"


def public(forge: Forge, account: Document) -> dict[str, Any]:
    """`public-user`."""
    return {
        **simple(forge, account),
        "name": account["name"] or None,
        "company": None,
        "blog": "",
        "location": None,
        "email": account["email"],
        "hireable": None,
        "bio": None,
        "twitter_username": None,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": _EPOCH,
        "updated_at": _EPOCH,
    }


def private(forge: Forge, account: Document) -> dict[str, Any]:
    """`private-user`: what one sees of oneself."""
    return {
        **public(forge, account),
        "private_gists": 0,
        "total_private_repos": 0,
        "owned_private_repos": 0,
        "disk_usage": 0,
        "collaborators": 0,
        "two_factor_authentication": True,
    }


def app(forge: Forge, app_id: int) -> dict[str, Any] | None:
    """`integration`: the App of the configuration, or GitHub Actions."""
    settings = forge.settings.app
    if app_id == ACTIONS_APP_ID:
        return _app(forge, app_id, "github-actions", "GitHub Actions", {"actions": "write", "checks": "write"})
    if settings is None or app_id != settings.id:
        return None
    return _app(forge, app_id, settings.slug, settings.name, dict(settings.permissions))


def _app(forge: Forge, app_id: int, slug: str, name: str, permissions: dict[str, str]) -> dict[str, Any]:
    bot = forge.accounts.by_login(f"{slug}[bot]") or forge.accounts.actions_bot()
    return {
        "id": app_id,
        "slug": slug,
        "node_id": f"A_{app_id}",
        "owner": simple(forge, {**bot, "login": slug, "type": "Organization"}),
        "name": name,
        "description": "",
        "external_url": forge.url,
        "html_url": f"{forge.url}/apps/{slug}",
        "created_at": _EPOCH,
        "updated_at": _EPOCH,
        "permissions": {"metadata": "read", **permissions},
        "events": _EVENTS,
    }


_EVENTS = [
    "check_run",
    "deployment",
    "issue_comment",
    "pull_request",
    "pull_request_review",
    "push",
    "workflow_run",
]


def installation(forge: Forge, owner: Document) -> dict[str, Any]:
    """`installation` of the App on an owner's repositories."""
    settings = forge.settings.app
    assert settings is not None  # noqa: S101 - the routes that answer with it are reached by the App alone
    url = f"{forge.url}/api/v3/app/installations/{settings.installation_id}"
    return {
        "id": settings.installation_id,
        "account": simple(forge, owner),
        "repository_selection": "all",
        "access_tokens_url": f"{url}/access_tokens",
        "repositories_url": f"{forge.url}/api/v3/installation/repositories",
        "html_url": f"{forge.url}/settings/installations/{settings.installation_id}",
        "app_id": settings.id,
        "client_id": settings.client_id or f"Iv23sandbox{settings.id}",
        "target_id": owner["id"],
        "target_type": owner["type"],
        "permissions": {"metadata": "read", **settings.permissions},
        "events": _EVENTS,
        "created_at": _EPOCH,
        "updated_at": _EPOCH,
        "single_file_name": None,
        "has_multiple_single_files": False,
        "single_file_paths": [],
        "app_slug": settings.slug,
        "suspended_by": None,
        "suspended_at": None,
    }
