"""Builds: the history, and one with its errors and its log."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from controller.access.given import LoopGiven, WebGiven
from controller.console.fields import commits_of
from controller.console.rendering import page
from controller.core.errors import Terminal, Transient
from controller.core.model import BuildId, BuildStatus, Known
from controller.operations import builds as building
from controller.reconcile.loop import Loop
from controller.showing.builds import BuildFilter, find_build, list_builds

router = APIRouter()
Identity = Annotated[str, Path(pattern=r"^bld_\d{1,20}_\d{1,6}$")]
Field = Annotated[str, Query(max_length=80)]
SHOWN_LOG = 256 * 1024
"""Bytes of the log's end that the page carries; the whole is a link."""
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what follows: a log is to read as it is."""


@router.get("/builds")
def builds(
    request: Request,
    loop: LoopGiven,
    status: Field = "",
    module: Field = "",
    requester: Field = "",
    since: Field = "",
    after: Field = "",
) -> Response:
    """The history, newest first."""
    begin, wrong = _day(since)
    wanted = BuildFilter(status or None, module or None, requester or None, begin)
    found = list_builds(loop, wanted, after=BuildId(after) if after else None)
    chosen = {"status": status, "module": module, "requester": requester, "since": since}
    statuses = [each.value for each in BuildStatus]
    return page(request, "builds.html", found=found, chosen=chosen, wrong=wrong, statuses=statuses, after=after)


@router.get("/builds/{build}")
def one(request: Request, build: Identity, loop: LoopGiven, web: WebGiven) -> Response:
    """One build."""
    found = find_build(loop, build)
    log, why = _log(loop, BuildId(build))
    stages = building.stages(loop.platform, BuildId(build))
    shown = readable(log[-SHOWN_LOG:]) if log is not None else ""
    ended = found.record.finished_at is not None
    return page(
        request,
        "build.html",
        build=found,
        stages=stages.value if isinstance(stages, Known) else (),
        stages_unknown="" if isinstance(stages, Known) else stages.reason,
        log=shown,
        log_offset=len(log) if log is not None else 0,
        log_cut=log is not None and len(log) > SHOWN_LOG,
        why=why,
        ended=ended,
        commits=commits_of(web),
    )


def readable(log: bytes) -> str:
    """A log as text: without colours, without what a terminal would obey. Escaping for HTML is the template's."""
    text = log.decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", _ESCAPES.sub("", text))


def _log(loop: Loop, build: BuildId) -> tuple[bytes | None, str]:
    """The log; of a run that the forge forgot the end that was kept. Without one the reason."""
    try:
        return loop.platform.forge.build_log(build), ""
    except Transient as error:
        why = error.message
    except Terminal as error:
        why = error.message
    with loop.turn():
        return building.kept_log(loop.platform, build), why


def _day(text: str) -> tuple[datetime | None, bool]:
    """The beginning of a day, or a moment; whether the text was neither."""
    if not text:
        return None, False
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None, True
    return (at if at.tzinfo is not None else at.replace(tzinfo=UTC)), False
