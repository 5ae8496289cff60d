"""What routes are given: the loop, the one way to write, and the address under which the forge shows pull requests."""

from __future__ import annotations

import hashlib
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request

from codegen import Sentence
from controller.access.callers import Access, Caller, CallerGiven
from controller.access.forgery import FIELD
from controller.core.errors import Denied
from controller.operations.repeats import Asked
from controller.reconcile.loop import Loop
from controller.reconcile.writing import Writing

KEY = "key"
"""The hidden field of a form with its idempotency key: pressing a button twice does it once."""


def _loop(request: Request) -> Loop:
    loop: Loop = request.app.state.loop
    return loop


def _web(request: Request) -> str:
    web: str = request.app.state.web
    return web


async def _writing(request: Request, caller: CallerGiven) -> Writing:
    state = request.app.state
    access: Access = state.access
    asked = _asked(request, caller, *await _content(request))
    return Writing(state.loop, asked=asked, by=lambda: access.person(caller))


async def _content(request: Request) -> tuple[bytes, list[str]]:
    """
    What a key stands for, and the keys in it: the body's bytes, which hold none, or a form's fields with its hidden key.

    A form may have been read already, and then its bytes are gone; the word against forgery is none of what is asked.
    """
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return await request.body(), []
    fields = [(name, str(value)) for name, value in (await request.form(max_fields=500)).multi_items()]
    keys = [value for name, value in fields if name == KEY and value]
    asked = [field for field in fields if field[0] not in (KEY, FIELD)]
    return urlencode(asked).encode(), keys


def _asked(request: Request, caller: Caller, body: bytes, hidden: list[str]) -> Asked:
    """What the key stands for: the route and what was sent."""
    digest = hashlib.sha256(request.url.path.encode() + b"\0" + body).hexdigest()
    keys = request.headers.getlist("idempotency-key") or hidden
    if len(keys) > 1:
        raise Denied("KeyInvalid", Sentence("found {keys} Idempotency-Keys, allowed: one", keys=len(keys)))
    return Asked(login=caller.login, key=keys[0] if keys else None, digest=digest)


LoopGiven = Annotated[Loop, Depends(_loop)]
WebGiven = Annotated[str, Depends(_web)]
WritingGiven = Annotated[Writing, Depends(_writing)]
"""The one way for a route to write, as its parameter."""
