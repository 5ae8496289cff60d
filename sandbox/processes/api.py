"""The process host's HTTP API: read environments, say what they shall run."""

import hmac
import json
from collections.abc import Awaitable, Callable, Mapping

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.processes.desired import DesiredError, read_desired
from sandbox.processes.environment import Environment

Handler = Callable[[Request], Awaitable[Response]]


def build_api(environments: Mapping[str, Environment], *, token: str, registry_address: str) -> ASGIApp:
    """The API over these environments for who sends `Authorization: Bearer <token>`; an empty token opens nothing."""
    api = _Api(environments, token=token, registry_address=registry_address)
    routes = [
        Route("/environments", api.guarded(api.list_all), methods=["GET"]),
        Route("/environments/{name}", api.guarded(api.show), methods=["GET"]),
        Route("/environments/{name}", api.guarded(api.want), methods=["PUT"]),
        Route("/environments/{name}/log", api.guarded(api.show_log), methods=["GET"]),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _refused})


class _Api:
    """The handlers."""

    def __init__(self, environments: Mapping[str, Environment], *, token: str, registry_address: str) -> None:
        self._environments = environments
        self._token = token
        self._registry_address = registry_address

    async def list_all(self, _request: Request) -> Response:
        """Every environment's document."""
        return JSONResponse([each.document() for each in self._environments.values()])

    async def show(self, request: Request) -> Response:
        """One environment's document."""
        return JSONResponse(self._find(request).document())

    async def show_log(self, request: Request) -> Response:
        """The last output of what serves."""
        return PlainTextResponse(self._find(request).log())

    async def want(self, request: Request) -> Response:
        """Says what an environment shall run; 202, for the rollout has only begun."""
        environment = self._find(request)
        try:
            desired = read_desired(json.loads(await request.body()), registry_address=self._registry_address)
        except (ValueError, DesiredError) as error:
            raise HTTPException(422, str(error)) from error
        await environment.want(desired)
        return JSONResponse(environment.document(), 202)

    def guarded(self, handler: Handler) -> Handler:
        """The handler for those who bring the token."""

        async def guarded(request: Request) -> Response:
            scheme, _, presented = request.headers.get("authorization", "").partition(" ")
            known = hmac.compare_digest(presented.strip().encode(), self._token.encode())
            if not self._token or scheme.lower() != "bearer" or not known:
                raise HTTPException(401, "a bearer token of this process host is needed")
            return await handler(request)

        return guarded

    def _find(self, request: Request) -> Environment:
        name = request.path_params["name"]
        if name not in self._environments:
            there = ", ".join(self._environments) or "none"
            raise HTTPException(404, f"no environment {name!r}; there are {there}")
        return self._environments[name]


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, error.status_code)
