"""
What happened, as it happens: server-sent events that name what to fetch again.

Source of the form: the HTML standard, "Server-sent events". A stream goes on after `Last-Event-ID`, also over a restart.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Annotated, Any, TypeVar

import anyio
import anyio.to_thread
from fastapi import APIRouter, Header, Query, Request
from starlette.responses import StreamingResponse

from controller.access.callers import Access, CallerGiven
from controller.access.routes import API
from controller.access.sessions import recognize
from controller.api.answers.shapes import moment
from controller.core.errors import ControllerError
from controller.showing.happenings import Kind
from controller.showing.hub import Hub, Stream, Told

router = APIRouter(prefix=API, tags=["events"])
_ONE_AT_A_TIME = anyio.CapacityLimiter(1)
"""A look that waits for a pass takes this one thread, and none of those that requests are worked on with."""
_WHERE: dict[Kind, str] = {
    "change": "changes/{id}",
    "build": "builds/{id}",
    "release": "releases/{id}",
    "environment": "environments/{id}",
    "hold": "holds",
    "freeze": "freezes",
    "health": "health",
}
_EVERYTHING = "status"
_FIRST = "retry: 2000\n"
"""Milliseconds after which a browser comes back."""
_KEEP_ALIVE = ": keep-alive\n\n"
T = TypeVar("T")


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={200: {"description": "A stream of events", "content": {"text/event-stream": {}}}},
)
async def get_events(
    request: Request,
    caller: CallerGiven,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
    after: Annotated[str | None, Query(max_length=200)] = None,
) -> StreamingResponse:
    """
    What changes from now on, or from a place on: `Last-Event-ID`, or `after` where headers cannot be set.

    Each event names a thing and where to fetch it again. It may come twice. `reset` means that everything is to be
    fetched again.
    """
    hub: Hub = request.app.state.hub
    stream = Stream(caller.login)
    hub.enter(stream)
    try:
        place = last_event_id if last_event_id is not None else after
        missed = await _aside(lambda: hub.since(place))
    except BaseException:
        hub.leave(stream)
        raise
    # A browser remembers a place also without an event, so that it goes on from here when it is cut off at once.
    begin = f"{_FIRST}id: {hub.place}\n\n" if place is None else f"{_FIRST}\n"
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    body = _told(request, hub, stream, begin + _text(missed))
    return StreamingResponse(body, media_type="text/event-stream", headers=headers)


async def _told(request: Request, hub: Hub, stream: Stream, begin: str) -> AsyncIterator[str]:
    try:
        yield begin
        checked = time.monotonic()
        while (told := await stream.wait(hub.keep_alive)) is not None:
            if told:
                yield _text(told)
            if time.monotonic() - checked >= hub.keep_alive.total_seconds():
                if not await _may_still(request):
                    return
                checked = time.monotonic()
                yield _KEEP_ALIVE
    finally:
        hub.leave(stream)


async def _may_still(request: Request) -> bool:
    """Whether token, session and role are what they were when the stream began."""
    try:
        await _aside(lambda: _asked_again(request))
    except ControllerError:
        return False
    return True


def _asked_again(request: Request) -> None:
    """Who it is and whether the role suffices. That somebody asks much ends no stream, and this is nothing they asked."""
    access: Access = request.app.state.access
    recognize(request, access.sessions)
    access.caller(request, counts=False)


async def _aside(act: Callable[[], T]) -> T:
    return await anyio.to_thread.run_sync(act, limiter=_ONE_AT_A_TIME)


def _text(told: Iterable[Told]) -> str:
    return "".join(_event(each) for each in told)


def _event(told: Told) -> str:
    thing = told.thing
    kind = thing.kind if thing is not None else "reset"
    where = _WHERE[thing.kind].format(id=thing.id) if thing is not None else _EVERYTHING
    data: dict[str, Any] = {
        "kind": kind,
        "id": thing.id if thing is not None else "",
        "at": moment(told.at),
        "what": f"{API}/{where}",
    }
    return f"event: {kind}\nid: {told.place}\ndata: {json.dumps(data)}\n\n"
