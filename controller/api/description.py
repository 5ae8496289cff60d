"""
The API's description, OpenAPI 3.1: complete enough that a stranger generates a client from it.

Routes and models say most of it; what holds for all of them is added here: how a caller proves who it is, which problems
there are, conditional reading, idempotency keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response

from controller.access.routes import API, ASKS, OPEN
from controller.api.answers.shapes import DoneBefore, Problem
from controller.api.problems import MEDIA_TYPE

router = APIRouter()
PATH = "/openapi.json"
VERSION = "1.0.0"
"""The API's own: the first number grows when a client has to change."""

_TEXT = """\
Rebuilds a platform whose modules are compiled in, through pull requests.

Errors are problem details (RFC 9457) with a constant `reason`. Lists come in pages: `next` is the `cursor` of the
following one. Every GET has an `ETag`. A write with an `Idempotency-Key` may be sent again safely. What takes time is
answered with 202 and a `Location` to follow.
"""
_TAGS = {
    "modules": "What is installed and what may be.",
    "changes": "Requests for changes of modules, each through a proposal.",
    "proposals": "Pull requests as the forge has them.",
    "builds": "Runs that turn a tree into an image.",
    "releases": "Commits of the default branch with their images.",
    "environments": "What runs where, and moving it on or back.",
    "holds": "Commits that are kept out.",
    "freezes": "Times without promotions.",
    "admissions": "Words for commits that nobody approved.",
    "overrides": "Words against policies.",
    "status": "Everything at once.",
    "events": "What happens, as it happens.",
    "audit": "Who did what, when and why.",
    "admin": "Builds as a platform's own admin UI knows them.",
    "service": "The service itself.",
}
_WORDS = {
    304: "Not changed since the tag that was sent.",
    400: "Not readable, or a cursor that is none of this list's.",
    401: "No token or session that is known.",
    403: "The role does not suffice.",
    404: "There is no such thing.",
    409: "Understood, and refused as things stand.",
    413: "The body is too large.",
    415: "The body is not declared as JSON.",
    422: "Something in the request is not as it must be.",
    429: "Too many requests; `Retry-After` says when to come back.",
    503: "Something outside does not answer; `Retry-After` says when to ask again.",
}


@router.get(PATH, include_in_schema=False)
def get_description(request: Request) -> Response:
    """The description, as JSON. Made once and kept as what is sent: as a value it takes five times the memory."""
    state = request.app.state
    if not hasattr(state, "description"):
        state.description = bytes(JSONResponse(described(request.app)).body)
    return Response(state.description, media_type=JSONResponse.media_type)


def described(app: FastAPI) -> dict[str, Any]:
    """The description of what an application serves as JSON."""
    return _document(app)


def operation_name(route: APIRoute) -> str:
    """What an operation is called, and so a generated client's method: the route's function."""
    return route.name


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title="Modwright",
        version=VERSION,
        openapi_version="3.1.0",
        description=_TEXT,
        routes=app.routes,
        tags=[{"name": name, "description": text} for name, text in _TAGS.items()],
    )
    document["paths"] = {
        path: methods for path, methods in document["paths"].items() if _is_for_programs(path, methods)
    }
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas.update(_common_schemas())
    document["components"]["securitySchemes"] = _SECURITY
    document["security"] = [{"bearer": []}, {"bearer": [], "statement": []}, {"session": []}]
    for path, method, operation in _operations(document):
        _complete(operation, path=path, method=method)
    return document


def _is_for_programs(path: str, methods: dict[str, Any]) -> bool:
    """Whether a path is not a browser's page."""
    return all((method.upper(), path) in ASKS or (method.upper(), path) in OPEN for method in methods)


_SECURITY: dict[str, Any] = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token whose hash stands in the tokens file."},
    "statement": {
        "type": "apiKey",
        "in": "header",
        "name": "Modwright-User",
        "description": "A signed statement (JWT) of the user for whom the token's holder acts, beside `bearer`.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-modwright-session",
        "description": "A browser's session; on loopback without `__Host-`. Writes also want `Modwright-CSRF`.",
    },
}


def _common_schemas() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for model in (Problem, DoneBefore):
        schema = model.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
        found |= {**schema.pop("$defs", {}), model.__name__: schema}
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method.upper(), operation


def _complete(operation: dict[str, Any], *, path: str, method: str) -> None:
    """Adds to an operation what holds for all of its kind."""
    is_open = (method, path) in OPEN
    if is_open:
        operation["security"] = []
    operation.setdefault("tags", ["service"])
    responses = operation["responses"]
    for status in _statuses(path, method, is_open=is_open):
        responses[str(status)] = _refused(status)
    if method == "GET" and path.startswith(API):
        responses["304"] = {"description": _WORDS[304]}
        responses["200"]["headers"] = {"ETag": _header("Names this state of the resource."), **_link(operation)}
        operation.setdefault("parameters", []).append(_parameter("If-None-Match", "A tag that is known already."))
    if method == "POST" and path.startswith(API):
        operation.setdefault("parameters", []).append(
            _parameter("Idempotency-Key", "The same key with the same body gives the same answer.", most=200)
        )
    if "202" in responses and path.startswith(API):
        responses["202"]["headers"] = {"Location": _header("Where to follow it.")}
        responses["200"] = _json("A repeat whose effect is done and whose answer nobody kept.", "DoneBefore")


def _statuses(path: str, method: str, *, is_open: bool) -> tuple[int, ...]:
    """The problems that an operation may answer with."""
    if is_open:
        return (401, 413) if method == "POST" else ()
    common = (400, 401, 403, 404, 422, 429, 503)
    return (*common, 409, 413, 415) if method == "POST" else common


def _json(text: str, schema: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _refused(status: int) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": _WORDS[status], "content": content}


def _link(operation: dict[str, Any]) -> dict[str, Any]:
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    return {"Link": _header('The next page, as `rel="next"`.')} if "cursor" in names else {}


def _header(text: str) -> dict[str, Any]:
    return {"description": text, "schema": {"type": "string"}}


def _parameter(name: str, text: str, *, most: int | None = None) -> dict[str, Any]:
    schema = {"type": "string", **({"minLength": 1, "maxLength": most} if most is not None else {})}
    return {"name": name, "in": "header", "required": False, "description": text, "schema": schema}
