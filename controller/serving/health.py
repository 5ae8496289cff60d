"""Whether the service lives and is ready: for a supervisor, without a token, so it says nothing of the platform."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from controller.api.answers.shapes import moment
from controller.reconcile.loop import Loop
from controller.showing.hub import Hub

router = APIRouter()


@router.get("/healthz")
async def health(request: Request) -> Response:
    """200 while the loop runs, 503 when it ended. A pass that failed is told and is no reason for a restart."""
    alive: Callable[[], bool] = request.app.state.alive
    loop: Loop = request.app.state.loop
    lives = alive()
    told = {
        "status": "ok" if lives else "stopped",
        "version": _version(),
        "loop": {"alive": lives, "passes": loop.memory.passes, "last": _last(loop)},
    }
    return JSONResponse(told, status_code=200 if lives else 503)


@router.get("/readyz")
async def readiness(request: Request) -> Response:
    """
    200 where decisions are made: the loop lives, a pass has come through, and the ledger can be read and goes on from what
    was accepted. 503 names what is not so; why stands in the log and in `/api/v1/health`.
    """
    alive: Callable[[], bool] = request.app.state.alive
    loop: Loop = request.app.state.loop
    checks = {"loop": alive(), "pass": _has_passed(loop), "ledger": _has_ledger(loop, request.app.state.hub)}
    is_ready = all(checks.values())
    told = {"status": "ready" if is_ready else "not ready", "checks": checks}
    return JSONResponse(told, status_code=200 if is_ready else 503)


def _has_passed(loop: Loop) -> bool:
    return loop.last is not None and not loop.last.problem


def _has_ledger(loop: Loop, hub: Hub) -> bool:
    """The last reading's, which an error of the ledger's own takes back."""
    return hub.has_ledger and loop.last is not None and not loop.last.reason.startswith("Ledger")


@cache
def _version() -> str:
    try:
        return version("modwright")
    except PackageNotFoundError:
        return "unknown, it runs without being installed"


def _last(loop: Loop) -> dict[str, Any] | None:
    report = loop.last
    if report is None:
        return None
    milliseconds = round(report.took.total_seconds() * 1000, 1)
    return {"at": moment(loop.last_at), "took_ms": milliseconds, "sound": not report.problem and not report.failed}
