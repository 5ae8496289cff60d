"""Builds: their records, and their logs while they grow."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response

from controller.access.given import LoopGiven
from controller.access.routes import API
from controller.api.lists import PageGiven
from controller.core.builds import BuildRecord, answer
from controller.core.errors import Denied, Terminal
from controller.core.model import BuildId, Known
from controller.operations import builds
from controller.reconcile.loop import Loop

router = APIRouter(prefix=API)
Identity = Annotated[str, Path(pattern=r"^bld_\d{1,20}_\d{1,6}$")]


@router.get("/builds")
def listed(loop: LoopGiven, page: PageGiven) -> dict[str, Any]:
    """Every build that is known, the newest first."""
    records, following = page.cut(_records(loop), key=builds.number_of)
    return {"items": [answer(record) for record in records], "next": following}


@router.get("/builds/{build}")
def one(build: Identity, loop: LoopGiven) -> dict[str, Any]:
    """One build."""
    found = next((record for record in _records(loop) if record.build_id == build), None)
    if found is None:
        raise _unknown(build)
    return answer(found)


@router.get("/builds/{build}/log")
def log(build: Identity, loop: LoopGiven, offset: Annotated[int, Query(ge=0)] = 0) -> Response:
    """The log from byte `offset` on, as far as it has grown; of a run that the forge forgot, the end that was kept."""
    try:
        content = loop.platform.forge.build_log(BuildId(build), offset=offset)
    except Terminal as error:
        if error.reason != "NotFound":
            raise
        content = _kept(build, loop)[offset:]
    # A log is a proposal's text: shown as text and nothing else.
    headers = {"X-Content-Type-Options": "nosniff"}
    return Response(content, media_type="text/plain; charset=utf-8", headers=headers)


def _kept(build: str, loop: Loop) -> bytes:
    with loop.lock:
        kept = builds.kept_log(loop.platform, BuildId(build))
    if kept is None:
        raise _unknown(build)
    return kept


def _records(loop: Loop) -> tuple[BuildRecord, ...]:
    with loop.lock:
        seen = loop.look()
        runs = seen.snapshot.builds.value if isinstance(seen.snapshot.builds, Known) else ()
        proposals = seen.snapshot.proposals.value if isinstance(seen.snapshot.proposals, Known) else ()
        return builds.every_record(loop.platform, seen.view, runs, proposals)


def _unknown(build: str) -> Denied:
    return Denied("NotFound", f"there is no build {build}", hint="modwright builds lists those that are known")
