"""The API served on loopback over the in-memory world, and what a person does with it."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import requests

from controller.access.callers import Access, Doors
from controller.access.rates import Limits
from controller.access.tokens import Tokens
from controller.core.model import Person
from controller.serving.application import Service, application
from controller.serving.heads import LONGEST as LONGEST_HEAD
from controller.serving.running import Server
from controller.showing.hub import KEEP_ALIVE
from tests.scenarios.story import arrive
from tests.world.world import World

SESSION_KEYS = (b"the session key of today, 32 bytes", b"the session key of before, 32 byte")
PLENTY = Limits(requests=10**6, writes=10**6, sign_ins=10**6)
"""The world's clock stands nearly still, so that no bucket fills."""
DOORS = Doors(session_keys=SESSION_KEYS, limits=PLENTY)
SECRETS = (b"the secret of today", b"the secret of tomorrow")
LOGINS = {"alice": "", "bob": "", "carol": "", "dave": "", "erin": "", "frank": "operator"}
"""Who has a token. The first four have roles in the platform's configuration, erin none, frank by his token's line."""

OUTSIDE = ("/healthz", "/readyz", "/metrics")
"""The routes that stand beside the API's own."""


def token_of(login: str) -> str:
    return f"token-of-{login}"


def token_lines(*logins: str) -> str:
    hashes = {login: hashlib.sha256(token_of(login).encode()).hexdigest() for login in logins}
    return "".join(f"{digest} {login} {LOGINS[login]}\n" for login, digest in hashes.items())


@dataclass
class Api:
    """The served API, as a person asks it."""

    world: World
    url: str
    tokens: Path
    lives: list[bool] = field(default_factory=lambda: [True])
    access: Access | None = None
    clients: list[requests.Session] = field(default_factory=list)

    def cookie(self, person: Person) -> tuple[str, str]:
        """Name and value of the cookie of somebody who signed in with the forge, for a browser or a client."""
        assert self.access is not None
        return self.access.sessions.name(), self.access.sessions.start(person)[1]

    def client(self) -> requests.Session:
        """A client that keeps cookies; closed when the service ends."""
        self.clients.append(requests.Session())
        return self.clients[-1]

    def browser(self, person: Person) -> requests.Session:
        """A client that is signed in as that person, as a browser would be."""
        client = self.client()
        client.cookies.set(*self.cookie(person))
        return client

    def ask(self, who: str | None, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        given = {"Authorization": f"Bearer {token_of(who)}"} if who is not None else {}
        sent = {"json": body} if body is not None else {}
        url = self.url + (path if path in OUTSIDE else f"/api/v1{path}")
        # A stream of events never ends; whoever reads one does it elsewhere.
        endless = path.startswith("/events")
        answer = requests.request(method, url, headers={**given, **headers}, timeout=20, stream=endless, **sent)
        if endless and answer.ok:
            answer.close()
        return answer

    def done(self, who: str, method: str, path: str, body: Any = None) -> Any:
        """The answer of a call that must go well."""
        answer = self.ask(who, method, path, body)
        assert answer.status_code in (200, 202), answer.text
        return answer.json()

    def refused(self, who: str | None, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and problem of a call that must not go well."""
        answer = self.ask(who, method, path, body, **headers)
        assert answer.status_code >= 400, answer.text
        problem = answer.json()
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert (problem["type"], problem["status"]) == (
            f"urn:modwright:problem:{problem['reason']}",
            answer.status_code,
        )
        return answer.status_code, problem

    def listed(self, who: str, path: str) -> list[Any]:
        """The first page of a list."""
        entries = self.done(who, "GET", path)["items"]
        assert isinstance(entries, list)
        return entries


@contextmanager
def served(
    world: World,
    folder: Path,
    *,
    doors: Doors | None = None,
    keep_alive: timedelta = KEEP_ALIVE,
    port: int = 0,
    patience: timedelta = LONGEST_HEAD,
) -> Iterator[Api]:
    tokens = folder / "tokens"
    tokens.write_text(token_lines(*LOGINS))
    lives = [True]
    app = application(
        Service(
            loop=world.loop,
            tokens=Tokens(tokens),
            webhook_secrets=SECRETS,
            web="https://forge.invalid/acme/platform/pull/",
            alive=lambda: lives[0],
            doors=doors or DOORS,
            keep_alive=keep_alive,
        )
    )
    server = Server(app, lambda: None, patience=patience)
    with socket.create_server(("127.0.0.1", port)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            api = Api(world, f"http://127.0.0.1:{listener.getsockname()[1]}", tokens, lives, app.state.access)
            yield api
        finally:
            for client in api.clients:
                client.close()
            server.should_exit = True
            thread.join()


@contextmanager
def begun(folder: Path, *modules: str) -> Iterator[Api]:
    """A world with its first release in both environments, and then these modules there too, served."""
    world = World(folder)
    world.begin()
    for module in modules:
        arrive(world, module)
    with served(world, folder) as made:
        yield made
