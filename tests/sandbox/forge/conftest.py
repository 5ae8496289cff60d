"""A forge in a thread of its own, with an event loop of its own, as clients meet it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import github
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.configuration import from_document
from sandbox.forge.application import Application
from sandbox.forge.forge import Forge
from sandbox.listener import Listener

REPOSITORY = "acme/platform"
TOKENS = {"alice": "token-of-alice", "bob": "token-of-bob", "carol": "token-of-carol"}
CLIENT_ID = "Iv23test"
CLIENT_SECRET = "secret-of-the-app"
CALLBACK = "http://127.0.0.1:9/auth/callback"
PACE: Any = {"seconds_between_requests": 0, "seconds_between_writes": 0}
PERMISSIONS = {
    "contents": "write",
    "pull_requests": "write",
    "checks": "write",
    "statuses": "write",
    "actions": "write",
    "deployments": "write",
    "administration": "read",
    "members": "read",
}


@dataclass
class Running:
    """A forge that answers, and what tests need to speak to it."""

    forge: Forge
    loop: asyncio.AbstractEventLoop
    url: str
    key: str
    settings: dict[str, Any]

    name: str = REPOSITORY

    @property
    def api(self) -> str:
        return f"{self.url}/api/v3"

    def call(
        self, method: str, path: str, *, as_user: str | None = "alice", token: str | None = None, **more: Any
    ) -> Any:
        headers = dict(more.pop("headers", {}))
        if token or as_user:
            headers["Authorization"] = f"token {token or TOKENS[as_user or '']}"
        url = path if path.startswith("http") else f"{self.api}{path}"
        return requests.request(method, url, headers=headers, timeout=10, **more)

    def repo(self, method: str, path: str, **more: Any) -> Any:
        return self.call(method, f"/repos/{REPOSITORY}{path}", **more)

    def graphql(self, query: str, variables: Any = None, **more: Any) -> Any:
        answer = self.call(
            "POST", f"{self.url}/api/graphql", json={"query": query, "variables": variables or {}}, **more
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    def bot_token(self, **narrowed: Any) -> str:
        integration = github.GithubIntegration(auth=github.Auth.AppAuth(7, self.key), base_url=self.api, **PACE)
        installation = integration.get_repo_installation(*REPOSITORY.split("/")).id
        _, data = integration.requester.requestJsonAndCheck(
            "POST", f"/app/installations/{installation}/access_tokens", input=narrowed
        )
        return data["token"]

    def clone_url(self, user: str, name: str = REPOSITORY) -> str:
        return f"http://{user}:{TOKENS.get(user, user)}@{self.url.removeprefix('http://')}/{name}.git"

    def head(self, branch: str = "main") -> str:
        return self.repo("GET", f"/git/ref/heads/{branch}").json()["object"]["sha"]

    def in_loop(self, action: Any) -> Any:
        """Run something in the forge's own thread, where alone it may be touched."""

        async def act() -> Any:
            return action()

        return asyncio.run_coroutine_threadsafe(act(), self.loop).result(10)


@pytest.fixture(scope="session")
def app_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    file = tmp_path_factory.mktemp("key") / "app.pem"
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()))
    return file


@pytest.fixture
def document(tmp_path: Path, app_key: Path) -> dict[str, Any]:
    seed = tmp_path / "seed"
    (seed / ".github" / "workflows").mkdir(parents=True)
    (seed / "src").mkdir()
    (seed / "modules.toml").write_text('schema = 2\n[modules]\nauth = "1"\n')
    (seed / "src" / "main.rs").write_text("fn main() {}\n")
    (seed / ".github" / "workflows" / "image.yml").write_text("name: Image\non: workflow_dispatch\n")
    return {
        "users": [
            {"login": "alice", "id": 1001, "token": TOKENS["alice"], "permission": {REPOSITORY: "admin"}},
            {"login": "bob", "id": 1002, "token": TOKENS["bob"], "permission": {REPOSITORY: "write"}},
            {"login": "carol", "id": 1003, "token": TOKENS["carol"], "permission": {REPOSITORY: "read"}},
        ],
        "app": {
            "id": 7,
            "slug": "modwright",
            "name": "Modwright",
            "private_key_file": str(app_key),
            "permissions": PERMISSIONS,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "callback_urls": [CALLBACK, "http://127.0.0.1:9/second?kept=1"],
        },
        "teams": [{"name": "acme/approvers", "members": ["bob", "alice"]}],
        "repositories": [
            {
                "name": REPOSITORY,
                "seed": str(seed),
                "protection": {
                    "main": {
                        "required_checks": [{"context": "modwright", "app_id": 7}],
                        "required_approvals": 1,
                        "require_pull_request": True,
                    },
                    "environments": {"push_only": ["modwright[bot]"]},
                },
            },
            {"name": "acme/open"},
        ],
    }


def start(document: dict[str, Any], state: Path, key: Path) -> Iterator[Running]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def begin() -> tuple[Forge, Listener]:
        listener = Listener.bind(0)
        forge = Forge(from_document(document), state=state, url=listener.url)
        await listener.serve(Application(forge))
        return forge, listener

    async def end() -> None:
        await forge.webhooks.stop()
        await listener.close()
        forge.close()

    forge, listener = asyncio.run_coroutine_threadsafe(begin(), loop).result(10)
    try:
        yield Running(forge=forge, loop=loop, url=listener.url, key=key.read_text(), settings=document)
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()


@pytest.fixture
def forge(document: dict[str, Any], tmp_path: Path, app_key: Path) -> Iterator[Running]:
    yield from start(document, tmp_path / "state", app_key)


@pytest.fixture
def begin() -> Any:
    """`start` itself, for tests that start more than one forge or configure it first."""
    return start
