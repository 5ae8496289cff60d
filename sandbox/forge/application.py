"""The forge's ASGI application: git, GraphQL, REST, pages, logs, and the sandbox's own controls."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router

from sandbox.forge import token_exchange
from sandbox.forge.endpoint import Api, suffer
from sandbox.forge.forge import Forge
from sandbox.forge.git_http import GitHttp
from sandbox.forge.graphql.endpoint import GraphqlEndpoint
from sandbox.forge.limits import Calls
from sandbox.forge.pages import serving
from sandbox.forge.refusals import Refusal
from sandbox.forge.routes import endpoints

_GIT_PATHS = ("/info/refs", "/git-upload-pack", "/git-receive-pack")


class Application:
    """Everything that answers at the forge's address."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge
        api = Api(forge)
        graphql = GraphqlEndpoint(forge)
        own = [
            Route("/api/graphql", graphql.answer, methods=["POST"]),
            Route("/_logs/{key}", _Log(forge).answer),
            Route(token_exchange.PATH, token_exchange.TokenExchange(forge).answer, methods=["POST"]),
            *_Controls(forge).routes(),
        ]
        served = [api.route(endpoint) for endpoint in endpoints()]
        self._router = Router([*own, *served, *serving.routes(forge)], default=_nothing)
        self._git = GitHttp(forge)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"].endswith(_GIT_PATHS) and not scope["path"].startswith("/api/"):
            fault = self._forge.faults.take(scope["method"], scope["path"], b"")
            faulty = None if fault is None else await suffer(fault)
            await (faulty or self._git)(scope, receive, send)
        else:
            await self._router(scope, receive, send)


async def _nothing(scope: Any, receive: Any, send: Any) -> None:
    await JSONResponse(Refusal(404, "Not Found").body(), 404)(scope, receive, send)


class _Log:
    """Job logs at the address that the API redirects to; the key in it is the permission."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge

    async def answer(self, request: Request) -> Response:
        """The log as far as it has come."""
        text = self._forge.runs.log_of(request.path_params["key"])
        return PlainTextResponse("" if text is None else text, 404 if text is None else 200)


class _Controls:
    """`/_sandbox/…`: faults, limits and counters, for tests and benches. GitHub has nothing like it."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge

    def routes(self) -> list[Route]:
        """Their routes."""
        return [
            Route("/_sandbox/info", self.info),
            Route("/_sandbox/calls", self.calls, methods=["GET"]),
            Route("/_sandbox/calls", self.reset_calls, methods=["DELETE"]),
            Route("/_sandbox/faults", self.faults, methods=["GET"]),
            Route("/_sandbox/faults", self.set_faults, methods=["PUT"]),
            Route("/_sandbox/limits", self.set_limits, methods=["PUT"]),
        ]

    async def info(self, request: Request) -> Response:
        """Addresses and what exists."""
        del request
        forge = self._forge
        return JSONResponse(
            {
                "forge": forge.url,
                "api": f"{forge.url}/api/v3",
                "graphql": f"{forge.url}/api/graphql",
                "repositories": [one.full_name for one in forge.repositories()],
                "users": [{"login": user.login, "id": user.id} for user in forge.settings.users],
                "app": None if forge.settings.app is None else forge.settings.app.id,
            }
        )

    async def calls(self, request: Request) -> Response:
        """How many calls there were since the last reset, by kind and by route."""
        del request
        calls = self._forge.limits.calls
        return JSONResponse({**vars(calls), "by_route": dict(calls.by_route)})

    async def reset_calls(self, request: Request) -> Response:
        """Count from zero."""
        self._forge.limits.calls = Calls()
        return await self.calls(request)

    async def faults(self, request: Request) -> Response:
        """The rules in force, with the times they have left."""
        del request
        return JSONResponse([asdict(rule) for rule in self._forge.faults.rules])

    async def set_faults(self, request: Request) -> Response:
        """Put other rules in force: a list, or `{"rules": […]}`."""
        document = json.loads(await request.body())
        try:
            self._forge.faults.replace(document["rules"] if isinstance(document, dict) else document)
        except Refusal as refusal:
            return JSONResponse(refusal.body(), refusal.status)
        return await self.faults(request)

    async def set_limits(self, request: Request) -> Response:
        """Other limits: `primary` an hour, `content_per_minute` (null: off)."""
        document = json.loads(await request.body())
        self._forge.limits.primary = int(document.get("primary", self._forge.limits.primary))
        self._forge.limits.content_per_minute = document.get("content_per_minute")
        return JSONResponse({"primary": self._forge.limits.primary, **document})
