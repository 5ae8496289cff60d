"""One POST of GraphQL: who asks, faults, limits, execution, errors with GitHub's `type`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    build_schema,
    execute_sync,
    validate,
)
from graphql import parse as parse_document
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.forge import clock
from sandbox.forge.access import credentials
from sandbox.forge.accounts import Identity
from sandbox.forge.endpoint import Dropped, suffer
from sandbox.forge.forge import Forge
from sandbox.forge.graphql.mutations import MUTATIONS
from sandbox.forge.graphql.objects import Objects, Value
from sandbox.forge.limits import Bucket
from sandbox.forge.refusals import Refusal

_LARGEST_BODY = 40 * 1024 * 1024
_MOST_TOKENS = 20_000


class GraphqlEndpoint:
    """Answers `/api/graphql`. Mutations in one document run in order; one that fails does not undo the others."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge
        self._schema = build_schema((Path(__file__).parent / "schema.graphql").read_text())

    async def answer(self, request: Request) -> Response:
        """One request."""
        body = await request.body()
        fault = self._forge.faults.take("POST", request.url.path, body)
        if fault is not None:
            faulty = await suffer(fault)
            if faulty is not None:
                return faulty
        response = self._checked(request, body)
        return Dropped() if fault is not None and fault.drop_after else response

    def _checked(self, request: Request, body: bytes) -> Response:
        token = credentials(request.headers.get("authorization"))
        try:
            asker = self._forge.accounts.identify(token or "")
            document = json.loads(body) if len(body) <= _LARGEST_BODY else None
        except Refusal as refusal:
            return JSONResponse(refusal.body(), refusal.status)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict) or not isinstance(document.get("query"), str):
            return JSONResponse({"message": "Problems parsing JSON"}, 400)
        return self._limited(asker, document)

    def _limited(self, asker: Identity, document: Value) -> Response:
        limits = self._forge.limits
        bucket = limits.bucket(asker.key, "graphql")
        if limits.exhausted(bucket):
            error = {"type": "RATE_LIMITED", "message": "API rate limit exceeded for installation."}
            return JSONResponse({"errors": [error]}, headers=limits.headers(bucket))
        bucket.used += 1
        limits.calls.counted += 1
        limits.calls.graphql += 1
        limits.calls.by_route["POST /graphql"] += 1
        result = self._executed(asker, document, bucket)
        if isinstance(result, Response):
            return result
        return JSONResponse(result, headers=limits.headers(bucket))

    def _executed(self, asker: Identity, document: Value, bucket: Bucket) -> Value | Response:
        try:
            parsed = parse_document(document["query"], max_tokens=_MOST_TOKENS)
        except GraphQLError as error:
            return {"errors": [_shown(error)]}
        errors = validate(self._schema, parsed)
        if errors:
            return {"errors": [_shown(error) for error in errors]}
        if _changes(parsed) and self._forge.limits.too_much_content():
            body = Refusal(403, "You have exceeded a secondary rate limit.").body()
            return JSONResponse(body, 403, headers={"Retry-After": "60"})
        result = execute_sync(
            self._schema,
            parsed,
            root_value=self._roots(Objects(self._forge, asker), bucket),
            variable_values=document.get("variables") or {},
            operation_name=document.get("operationName"),
        )
        answer: Value = {"data": result.data}
        if result.errors:
            _raise_bugs(result.errors)
            answer["errors"] = [_shown(error) for error in result.errors]
        return answer

    def _roots(self, objects: Objects, bucket: Bucket) -> Value:
        forge = self._forge
        queries: Value = {
            "viewer": lambda info: objects.actor(objects.asker.user),
            "repository": lambda info, owner, name, **_: objects.repository(forge.repository(f"{owner}/{name}")),
            "node": lambda info, id: objects.node(id),  # noqa: A006 - the schema's own name
            "nodes": lambda info, ids: [objects.node(one) for one in ids],
            "user": lambda info, login: _user(objects, login),
            "rateLimit": lambda info, **_: self._rate_limit(bucket),
        }
        return {**queries, **{name: _mutation(objects, act) for name, act in MUTATIONS.items()}}

    def _rate_limit(self, bucket: Bucket) -> Value:
        status = self._forge.limits.status(bucket)
        reset = clock.stamp(datetime.fromtimestamp(status.pop("reset"), UTC))
        return {**status, "cost": 1, "nodeCount": 0, "resetAt": reset}


def _user(objects: Objects, login: str) -> Value:
    account = objects.forge.accounts.by_login(login)
    if account is None or account["type"] != "User":
        raise Refusal(404, f"Could not resolve to a User with the login of '{login}'.", kind="NOT_FOUND")
    return objects.actor(account)


def _mutation(objects: Objects, act: Callable[[Objects, Value], Value]) -> Callable[..., Value]:
    def resolve(_: Any, input: Value) -> Value:  # noqa: A002 - the schema's own name
        return {"clientMutationId": input.get("clientMutationId"), **act(objects, input)}

    return resolve


def _changes(document: DocumentNode) -> bool:
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    return any(one.operation is OperationType.MUTATION for one in operations)


def _raise_bugs(errors: list[GraphQLError]) -> None:
    for error in errors:
        cause = error.original_error
        if cause is not None and not isinstance(cause, Refusal | GraphQLError):
            raise cause


def _shown(error: GraphQLError) -> Value:
    shown: Value = {}
    cause = error.original_error
    if isinstance(cause, Refusal):
        shown["type"] = cause.kind
    shown["path"] = list(error.path or [])
    shown["locations"] = [{"line": place.line, "column": place.column} for place in error.locations or []]
    shown["message"] = cause.message if isinstance(cause, Refusal) else error.message
    return shown
