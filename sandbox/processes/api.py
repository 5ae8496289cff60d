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

    def find(request: Request) -> Environment:
        name = request.path_params["name"]
        if name not in environments:
            raise HTTPException(404, f"no environment {name!r}; there are {', '.join(environments) or 'none'}")
        return environments[name]

    async def list_all(_request: Request) -> Response:
        return JSONResponse([each.document() for each in environments.values()])

    async def show(request: Request) -> Response:
        return JSONResponse(find(request).document())

    async def show_log(request: Request) -> Response:
        return PlainTextResponse(find(request).log())

    async def want(request: Request) -> Response:
        environment = find(request)
        try:
            desired = read_desired(json.loads(await request.body()), registry_address=registry_address)
        except (ValueError, DesiredError) as error:
            raise HTTPException(422, str(error)) from error
        await environment.want(desired)
        return JSONResponse(environment.document(), 202)

    routes = [
        Route("/environments", _guarded(list_all, token), methods=["GET"]),
        Route("/environments/{name}", _guarded(show, token), methods=["GET"]),
        Route("/environments/{name}", _guarded(want, token), methods=["PUT"]),
        Route("/environments/{name}/log", _guarded(show_log, token), methods=["GET"]),
    ]
    return Starlette(routes=routes, exception_handlers={HTTPException: _refused})


def _guarded(handler: Handler, token: str) -> Handler:
    async def guarded(request: Request) -> Response:
        presented = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not token or not hmac.compare_digest(presented.encode(), token.encode()):
            raise HTTPException(401, "a bearer token of this process host is needed")
        return await handler(request)

    return guarded


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    return JSONResponse({"error": error.detail}, error.status_code)
