"""`POST /login/oauth/access_token`: the App exchanges a code for a person's token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.forge.authorizations import ExchangeError
from sandbox.forge.endpoint import Dropped, suffer
from sandbox.forge.forge import Forge

PATH = "/login/oauth/access_token"
_LARGEST_BODY = 64 * 1024


class TokenExchange:
    """Takes a query, a form or JSON; answers with JSON to who accepts it, else with a form, and 200 for errors too."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge

    async def answer(self, request: Request) -> Response:
        """One exchange."""
        body = await request.body()
        fault = self._forge.faults.take(request.method, request.url.path, body)
        if fault is not None:
            faulty = await suffer(fault)
            if faulty is not None:
                return faulty
        answer = self._exchanged({**request.query_params, **_read(request.headers.get("content-type", ""), body)})
        if fault is not None and fault.drop_after:
            return Dropped()
        return _shown(answer, request.headers.get("accept", ""))

    def _exchanged(self, wish: Mapping[str, str]) -> dict[str, str]:
        try:
            token = self._forge.authorizations.exchange(wish)
        except ExchangeError as refused:
            return refused.answer
        return {"access_token": token, "token_type": "bearer", "scope": ""}


def _read(kind: str, body: bytes) -> dict[str, str]:
    """The fields of a body; nothing where it cannot be read, which then lacks credentials and is refused for that."""
    if len(body) > _LARGEST_BODY:
        return {}
    try:
        found = json.loads(body) if "json" in kind else dict(parse_qsl(body.decode(), max_num_fields=20))
    except (ValueError, RecursionError):
        return {}
    return {key: value for key, value in found.items() if isinstance(value, str)} if isinstance(found, dict) else {}


def _shown(answer: dict[str, str], accepts: str) -> Response:
    headers = {"Cache-Control": "no-store"}
    if "json" in accepts:
        return JSONResponse(answer, headers=headers)
    return Response(urlencode(answer), headers=headers, media_type="application/x-www-form-urlencoded")
