"""What routes are given: the loop, the one way to write, and the address under which the forge shows pull requests."""

from __future__ import annotations

import hashlib
from typing import Annotated

from fastapi import Depends, Request

from controller.access.callers import Access, Caller, CallerGiven
from controller.core.errors import Denied
from controller.operations.repeats import Asked
from controller.reconcile.loop import Loop
from controller.reconcile.writing import Writing


def _loop(request: Request) -> Loop:
    loop: Loop = request.app.state.loop
    return loop


def _web(request: Request) -> str:
    web: str = request.app.state.web
    return web


async def _writing(request: Request, caller: CallerGiven) -> Writing:
    state = request.app.state
    access: Access = state.access
    asked = _asked(request, caller, await request.body())
    return Writing(state.loop, asked=asked, by=lambda: access.person(caller))


def _asked(request: Request, caller: Caller, body: bytes) -> Asked:
    """What the key stands for: the route and the body's bytes."""
    digest = hashlib.sha256(request.url.path.encode() + b"\0" + body).hexdigest()
    keys = request.headers.getlist("idempotency-key")
    if len(keys) > 1:
        raise Denied("KeyInvalid", f"found {len(keys)} Idempotency-Keys, allowed: one")
    return Asked(login=caller.login, key=keys[0] if keys else None, digest=digest)


LoopGiven = Annotated[Loop, Depends(_loop)]
WebGiven = Annotated[str, Depends(_web)]
WritingGiven = Annotated[Writing, Depends(_writing)]
"""The one way for a route to write, as its parameter."""
