"""What every REST call goes through: faults, who asks, rate limit, permission, handler, ETag."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.forge.access import admit, credentials, ref_moved
from sandbox.forge.accounts import Identity
from sandbox.forge.call import Call, Endpoint, Reply
from sandbox.forge.faults import Fault
from sandbox.forge.forge import Forge
from sandbox.forge.git_repository import RefMovedError
from sandbox.forge.limits import Bucket
from sandbox.forge.refusals import Refusal

_LARGEST_BODY = 40 * 1024 * 1024
_CACHED_ANSWERS = 4096


@dataclass
class _Cached:
    version: int
    etag: str
    body: bytes
    headers: dict[str, str]


class Api:
    """Turns endpoints into routes of the forge."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge
        self._answers: OrderedDict[tuple[str, str], _Cached] = OrderedDict()

    def route(self, endpoint: Endpoint) -> Route:
        """The Starlette route of an endpoint."""

        async def answer(request: Request) -> Response:
            return await self._answer(endpoint, request)

        return Route(f"/api/v3{endpoint.path}", answer, methods=[endpoint.method])

    async def _answer(self, endpoint: Endpoint, request: Request) -> Response:
        try:
            body = await _body(request)
        except Refusal as refusal:
            return _refused(refusal, {})
        fault = self._forge.faults.take(request.method, request.url.path, body)
        if fault is not None:
            faulty = await suffer(fault)
            if faulty is not None:
                return faulty
        self._forge.limits.calls.by_route[f"{endpoint.method} {endpoint.path}"] += 1
        response = self._checked(endpoint, request, body)
        if fault is not None and fault.drop_after:
            return Dropped()
        return response

    def _checked(self, endpoint: Endpoint, request: Request, body: bytes) -> Response:
        try:
            asker = _identify(self._forge, endpoint, request)
        except Refusal as refusal:
            return _refused(refusal, {})
        bucket = self._forge.limits.bucket(asker.key, "core")
        if not endpoint.free:
            refused = self._limited(endpoint, bucket)
            if refused is not None:
                return refused
        try:
            return self._allowed(endpoint, request, body, asker, bucket)
        except Refusal as refusal:
            return _refused(refusal, self._count(bucket))
        except RefMovedError as conflict:
            return _refused(ref_moved(conflict), self._count(bucket))

    def _limited(self, endpoint: Endpoint, bucket: Bucket) -> Response | None:
        limits = self._forge.limits
        if limits.exhausted(bucket):
            refusal = Refusal(403, "API rate limit exceeded for installation.")
            return _refused(refusal, limits.headers(bucket))
        if endpoint.creates and limits.too_much_content():
            refusal = Refusal(
                403, "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
            )
            return _refused(refusal, {**self._count(bucket), "Retry-After": "60"})
        return None

    def _count(self, bucket: Bucket) -> dict[str, str]:
        bucket.used += 1
        self._forge.limits.calls.counted += 1
        return self._forge.limits.headers(bucket)

    def _allowed(self, endpoint: Endpoint, request: Request, body: bytes, asker: Identity, bucket: Bucket) -> Response:
        parameters = request.path_params
        repository = f"{parameters['owner']}/{parameters['name']}" if "name" in parameters else "*"
        admit(self._forge, endpoint, asker, repository)
        if endpoint.free:
            return _response(
                _reply(endpoint.handler(self._call(request, asker, {}))), self._forge.limits.headers(bucket)
            )
        if endpoint.method == "GET":
            return self._conditional(endpoint, request, asker, bucket, repository)
        reply = _reply(endpoint.handler(self._call(request, asker, _parsed(body))))
        return _response(reply, self._count(bucket))

    def _call(self, request: Request, asker: Identity, body: Mapping[str, Any]) -> Call:
        return Call(
            forge=self._forge,
            asker=asker,
            path=request.url.path,
            parameters=request.path_params,
            query=dict(request.query_params),
            body=body,
        )

    def _conditional(
        self, endpoint: Endpoint, request: Request, asker: Identity, bucket: Bucket, repository: str
    ) -> Response:
        version = self._forge.store.version(repository if repository == "*" else self._canonical(repository))
        key = (f"{request.url.path}?{request.url.query}", asker.key)
        cached = self._answers.get(key)
        if cached is None or cached.version != version:
            reply = _reply(endpoint.handler(self._call(request, asker, {})))
            if reply.status != 200:
                return _response(reply, self._count(bucket))
            cached = self._keep(key, version, reply)
        if _matches(request.headers.get("if-none-match"), cached.etag):
            self._forge.limits.calls.free += 1
            headers = {"ETag": cached.etag, **self._forge.limits.headers(bucket)}
            return Response(status_code=304, headers=headers)
        return Response(cached.body, headers={**cached.headers, "ETag": cached.etag, **self._count(bucket)})

    def _canonical(self, repository: str) -> str:
        return self._forge.repository(repository).full_name

    def _keep(self, key: tuple[str, str], version: int, reply: Reply) -> _Cached:
        body, kind = _encoded(reply.body)
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        headers = {"Content-Type": kind, **reply.headers, "Cache-Control": "private, max-age=60, s-maxage=60"}
        cached = self._answers[key] = _Cached(version, etag, body, headers)
        self._answers.move_to_end(key)
        if len(self._answers) > _CACHED_ANSWERS:
            self._answers.popitem(last=False)
        return cached


class Dropped(Response):
    """Cuts the connection instead of answering."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Cut, and let the server notice before it looks for an answer."""
        scope["sandbox.drop"]()
        await asyncio.sleep(0.01)


async def suffer(fault: Fault) -> Response | None:
    """What a fault does before the call has an effect: an answer that replaces it, or None to go on."""
    await asyncio.sleep(fault.delay)
    if fault.drop_before:
        return Dropped()
    if fault.status is None:
        return None
    body = fault.body if fault.body is not None else {"message": "Fault"}
    content, kind = _encoded(body)
    return Response(content, fault.status, headers={"Content-Type": kind, **fault.headers})


async def _body(request: Request) -> bytes:
    if request.method == "GET":
        return b""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _LARGEST_BODY:
            raise Refusal(413, "Payload Too Large")
        parts.append(part)
    return b"".join(parts)


def _parsed(body: bytes) -> Mapping[str, Any]:
    if not body.strip():
        return {}
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Refusal(400, "Problems parsing JSON") from error
    return document if isinstance(document, dict) else {"": document}


_NOBODY = Identity(
    kind="nobody", user={"login": "", "id": 0, "type": "User", "name": "", "email": ""}, key="", permissions={}
)


def _identify(forge: Forge, endpoint: Endpoint, request: Request) -> Identity:
    token = credentials(request.headers.get("authorization"))
    if token is None:
        if endpoint.needs == "nobody":
            return _NOBODY
        raise Refusal(401, "Requires authentication", kind="UNAUTHENTICATED")
    return forge.accounts.identify(token)


def _reply(result: Any) -> Reply:
    return result if isinstance(result, Reply) else Reply(200, result)


def _encoded(body: Any) -> tuple[bytes, str]:
    if isinstance(body, bytes | str):
        return body.encode() if isinstance(body, str) else body, "text/plain; charset=utf-8"
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode(), "application/json; charset=utf-8"


def _response(reply: Reply, headers: Mapping[str, str]) -> Response:
    if reply.body is None:
        return Response(status_code=reply.status, headers={**headers, **reply.headers})
    body, kind = _encoded(reply.body)
    return Response(body, reply.status, headers={"Content-Type": kind, **headers, **reply.headers})


def _refused(refusal: Refusal, headers: Mapping[str, str]) -> Response:
    return _response(Reply(refusal.status, refusal.body()), {**headers, **refusal.headers})


def _matches(header: str | None, etag: str) -> bool:
    return header is not None and (
        header.strip() == "*" or etag in [one.strip().removeprefix("W/") for one in header.split(",")]
    )
