"""What the demo tells the sandbox: who exists, what is protected, where the platform runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from demo.keys import Keys

PLATFORM = "acme/platform"
TOOLS = "modwright/modwright"
PEOPLE = {"alice": (1001, "admin"), "bob": (1002, "admin"), "carol": (1003, "write"), "dave": (1004, "read")}
"""Login → forge id and right on the platform repository. Their roles stand in the platform's configuration."""

ENVIRONMENTS: Mapping[str, Mapping[str, str]] = {
    "staging": {"PLATFORM_MAIL_RELAY": "relay.invalid:25"},
    # No relay here: the module `reviews` is well in staging and fails where nobody tried it before.
    "production": {},
}
CLIENT_ID = "Iv23modwrightdemo"
"""By which the App is named where people sign in with it."""

TEAM = ("acme/platform", ("alice", "bob"))
"""A team of the organisation, and who is in it."""

_BOT = "modwright[bot]"
_RIGHTS = {
    "metadata": "read",
    "administration": "read",
    "contents": "write",
    "pull_requests": "write",
    "issues": "write",
    "checks": "write",
    "statuses": "write",
    "actions": "write",
    "deployments": "write",
    "members": "read",
}
_RUNNERS = ("ubuntu-24.04", "ubuntu-latest")


def sandbox_document(keys: Keys, *, webhook: str, callback: str) -> dict[str, Any]:
    """
    The sandbox's configuration. `webhook` is where the controller listens for the forge's events, `callback` where the
    forge sends people back to who sign in to it.
    """
    return {
        "users": [_person(login, keys) for login in PEOPLE],
        "app": {
            "id": 7,
            "slug": "modwright",
            "name": "Modwright",
            "private_key_file": "app.pem",
            "permissions": _RIGHTS,
            "webhook": {"url": webhook, "secret": keys.webhook},
            "client_id": CLIENT_ID,
            "client_secret": keys.client_secret,
            "callback_urls": [callback],
        },
        "teams": [{"name": TEAM[0], "members": list(TEAM[1])}],
        "repositories": [_platform(keys), {"name": TOOLS}],  # the App is installed at the first one's owner
        "registry": {"tokens": {"push": keys.image_push, "pull": keys.image_pull}},
        "processes": {
            "token": keys.process_host,
            "registry_token": keys.image_pull,
            "environments": [{"name": name, "app_env": dict(values)} for name, values in ENVIRONMENTS.items()],
        },
        "runner": {"labels": dict.fromkeys(_RUNNERS, "-self-hosted")},
    }


def _person(login: str, keys: Keys) -> dict[str, Any]:
    number, right = PEOPLE[login]
    rights = {PLATFORM: right, **({TOOLS: "admin"} if login == "alice" else {})}
    return {
        "login": login,
        "id": number,
        "email": f"{login}@example.invalid",
        "token": keys.people[login],
        "permission": rights,
    }


def _platform(keys: Keys) -> dict[str, Any]:
    bot_alone = {"push_only": [_BOT], "block_force": True}
    return {
        "name": PLATFORM,
        "protection": {
            "main": {
                "require_pull_request": True,
                "required_checks": [{"context": "modwright", "app_id": 7}],
                "required_approvals": 0,  # whether a change is approved is the gate's to judge
                "enforce_admins": False,  # so that the story can show what a direct push comes to
            },
            "environments": bot_alone,
            "builds": bot_alone,
        },
        "secrets": {"MODWRIGHT_REGISTRY_TOKEN": keys.image_push},
        "variables": {"MODWRIGHT_IMAGE_REGISTRY": "{images}"},
    }


def controller_document(addresses: Mapping[str, Any], *, port: int) -> dict[str, Any]:
    """The controller's settings. Secrets stand in files beside it, by the names that `secret_files` gives them."""
    return {
        "forge": {
            "repository": PLATFORM,
            "git": f"{addresses['forge']}/{PLATFORM}.git",
            "api": addresses["api"],
            "app_id": 7,
            "private_key_file": "app.pem",
            "pacing": 0,  # GitHub asks for a second between writes; a forge on loopback does not
        },
        "images": {"registry": addresses["images"], "token_file": "image_token"},
        "processes": {"url": addresses["processes"], "token_file": "host_token"},
        "state": "controller",
        "signing_key_file": "signing_key",
        "tokens_file": "api_tokens",
        "webhook_secret_files": ["webhook_secret"],
        "listen": {"port": port},
        "public_url": f"http://127.0.0.1:{port}",
        "session_key_files": ["session_key"],
        "sign_in": {"client_id": CLIENT_ID, "client_secret_file": "client_secret", "web": addresses["forge"]},
        # The story looks many times a second, which people do not.
        "limits": {"requests_per_minute": 60_000, "writes_per_minute": 6_000},
    }


def secret_files(keys: Keys, *, tokens: str = "") -> dict[str, str]:
    """
    The files that the controller's settings name, with their contents. Of people's tokens only hashes are kept; of
    `tokens`, the file as it was, the lines that somebody added stay.
    """
    own = [f"{hashlib.sha256(token.encode()).hexdigest()} {login}" for login, token in keys.people.items()]
    return {
        "image_token": keys.image_pull,
        "host_token": keys.process_host,
        "webhook_secret": keys.webhook,
        "client_secret": keys.client_secret,
        "session_key": keys.session,
        "api_tokens": "".join(f"{line}\n" for line in (*own, *(t for t in tokens.splitlines() if t not in own))),
    }
