"""Builds: their records, and their logs while they grow."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import PlainTextResponse
from pydantic import AwareDatetime

from controller.access.given import LoopGiven, WritingGiven
from controller.access.routes import API
from controller.api.accepted import follow
from controller.api.answers.builds import Build, BuildDetail, Builds
from controller.api.bodies import WithReason
from controller.api.lists import PageGiven
from controller.core.errors import Denied, Terminal
from controller.core.model import BuildId, BuildStatus, Person
from controller.operations import builds
from controller.operations.platform import Platform
from controller.operations.view import View
from controller.reconcile.loop import Loop
from controller.showing.builds import BuildFilter, choose_builds, find_build

router = APIRouter(prefix=API, tags=["builds"])
Identity = Annotated[str, Path(pattern=r"^bld_\d{1,20}_\d{1,6}$", examples=["bld_42_1"])]


@router.get("/builds")
def list_builds(
    loop: LoopGiven,
    page: PageGiven,
    status: BuildStatus | None = None,
    module: Annotated[str | None, Query(max_length=120, description="The module of the first error.")] = None,
    requester: Annotated[str | None, Query(max_length=120, description="A login.")] = None,
    since: Annotated[AwareDatetime | None, Query(description="Started at this moment or later.")] = None,
) -> Builds:
    """The builds that are known, the newest first; all that fit every filter that is given."""
    wanted = BuildFilter(status, module, requester, since)
    records, following = page.cut(choose_builds(loop, wanted), key=builds.number_of)
    return Builds(items=[Build.of(record) for record in records], next=following)


@router.get("/builds/{build}")
def get_build(build: Identity, loop: LoopGiven) -> BuildDetail:
    """One build with its errors, and its stages as the forge tells them now."""
    return BuildDetail.with_stages(find_build(loop, build), builds.stages(loop.platform, BuildId(build)))


@router.post("/builds/{build}:cancel", status_code=202, response_model=Build)
def cancel_build(build: Identity, body: WithReason, writing: WritingGiven, response: Response) -> dict[str, Any]:
    """Asks a run to stop; it has stopped when its status says so. Refused where it has ended."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        return Build.of(builds.stop(platform, view, BuildId(build), by=by, reason=body.reason)).plain()

    follow(response, "builds", build)
    return writing.carry_out(act)


@router.get("/builds/{build}/log", response_class=PlainTextResponse)
def get_build_log(
    build: Identity,
    loop: LoopGiven,
    offset: Annotated[int, Query(ge=0, le=2**40, description="Bytes at the start that are left out.")] = 0,
) -> Response:
    """The log from byte `offset` on, as far as it has grown; of a run that the forge forgot, the end that was kept."""
    find_build(loop, build)  # the forge has other runs too, whose logs are none of ours to show
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


def _unknown(build: str) -> Denied:
    return Denied("NotFound", f"there is no build {build}", hint="modwright builds lists those that are known")
