"""What routes are given: the loop, and the address under which the forge shows pull requests."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from controller.reconcile.loop import Loop


def _loop(request: Request) -> Loop:
    loop: Loop = request.app.state.loop
    return loop


def _web(request: Request) -> str:
    web: str = request.app.state.web
    return web


LoopGiven = Annotated[Loop, Depends(_loop)]
WebGiven = Annotated[str, Depends(_web)]
