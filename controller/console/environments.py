"""Environments: what runs where since when, what waits, and moving on or back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from codegen import Sentence
from controller.access.callers import CallerGiven
from controller.access.given import LoopGiven, WritingGiven
from controller.access.roles import demanded
from controller.console.bars import bars
from controller.console.fields import Fields, Refusal, Typed, attempt, key_field, reason_of
from controller.console.rendering import page, url
from controller.core.errors import Denied
from controller.core.model import EnvironmentName, Person, Probe, ReleaseId
from controller.core.roles import Ask
from controller.operations.admit import find_commit
from controller.operations.platform import Platform
from controller.operations.promote import adopt, promote
from controller.operations.roll_back import roll_back
from controller.operations.smoke import smoke
from controller.operations.view import View
from controller.reconcile.loop import Loop
from controller.showing.environments import find_environment, list_environments
from controller.showing.retained import retained
from controller.showing.returning import Candidate, blast_radius, candidates
from controller.showing.timeline import Stay, told

router = APIRouter()
Name = Annotated[str, Path(min_length=1, max_length=64)]
Behind = Annotated[int, Query(ge=0, le=1_000_000)]
Target = Annotated[str, Query(max_length=80)]
SHOWN = 25
"""Rows of a timeline on one page."""
LATEST = 12


@router.get("/environments")
def environments(request: Request, loop: LoopGiven) -> Response:
    """The board: every environment, with who ran what since when."""
    shown, timeline = list_environments(loop), told(loop).timeline
    moves = sorted((stay for stays in timeline.values() for stay in stays[:LATEST]), key=_since, reverse=True)
    names = [each.name for each in shown]
    return page(
        request,
        "environments.html",
        environments=shown,
        moves=moves[:LATEST],
        bars=bars(timeline, names, now=loop.platform.clock()),
        holds=loop.look().view.state.standing_holds,
        releases=loop.look().view.state.releases,
    )


@router.get("/environments/{name}")
def environment(request: Request, name: Name, loop: LoopGiven, after: Behind = 0) -> Response:
    """One environment."""
    return _environment(request, loop, name, after=after)


@router.post("/environments/{name}/promote")
def promote_environment(
    request: Request, name: Name, typed: Typed, loop: LoopGiven, writing: WritingGiven, caller: CallerGiven
) -> Response:
    """Moves on to a release, or adopts a first commit; then shows the environment."""
    if typed.get("adopt"):
        demanded(caller.role, Ask.ADOPT, who=caller.login)

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        return _promoted(platform, view, EnvironmentName(name), typed, by)

    refusal = attempt(lambda: writing.carry_out(_with_reason(typed, act)))
    if refusal is not None:
        return _environment(request, loop, name, typed=typed, refusal=refusal)
    return RedirectResponse(url("environments", name), status_code=303)


@router.get("/environments/{name}/rollback")
def show_rollback(request: Request, name: Name, loop: LoopGiven, to: Target = "") -> Response:
    """What the return would take away, before anybody presses anything."""
    return _rollback(request, loop, name, to)


@router.post("/environments/{name}/rollback")
def roll_environment_back(
    request: Request, name: Name, typed: Typed, loop: LoopGiven, writing: WritingGiven
) -> Response:
    """Returns at once: the decision is written and the rollout begun when this answers."""
    to = typed.get("to", "")

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        target = ReleaseId(to) if to else None
        done = roll_back(platform, view, EnvironmentName(name), to=target, by=by, reason=reason_of(typed))
        return {"environment": done.environment, "from": done.leaving, "to": done.to.id, "hold": done.hold.id}

    refusal = attempt(lambda: writing.carry_out(_with_reason(typed, act), without_forge=True))
    if refusal is not None:
        return _rollback(request, loop, name, to, typed=typed, refusal=refusal)
    return RedirectResponse(url("environments", name), status_code=303)


@router.post("/environments/{name}/smoke")
def smoke_environment(request: Request, name: Name, loop: LoopGiven) -> Response:
    """Runs the checks once and shows what they saw. It decides nothing, so that asking twice harms nothing."""
    found: list[Probe] = []
    at = EnvironmentName(name)
    earlier = loop.memory.probes.get(at, ())
    refusal = attempt(lambda: found.append(smoke(loop.platform, loop.look().view, at, earlier=earlier)))
    return _environment(request, loop, name, refusal=refusal, probe=found[0] if found else None)


def _promoted(platform: Platform, view: View, name: EnvironmentName, typed: Fields, by: Person) -> dict[str, Any]:
    if typed.get("adopt"):
        done = adopt(platform, view, name, find_commit(view, typed["adopt"]), by=by, reason=reason_of(typed))
    elif typed.get("release"):
        done = promote(platform, view, name, ReleaseId(typed["release"]), by=by, reason=reason_of(typed))
    else:
        raise Denied("NoSuchRelease", Sentence("no release was chosen"))
    return {"state": done.state, "release": done.release, "build": done.build.id if done.build else None}


def _with_reason(typed: Fields, act: Any) -> Any:
    """The act, once a reason is there: without one nothing is even read."""

    def wrapped(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        reason_of(typed)
        made: dict[str, Any] = act(platform, view, by)
        return made

    return wrapped


def _environment(
    request: Request,
    loop: Loop,
    name: str,
    *,
    typed: Fields | None = None,
    refusal: Refusal | None = None,
    probe: Probe | None = None,
    after: int = 0,
) -> Response:
    shown = find_environment(loop, EnvironmentName(name))
    found = candidates(loop.look().view, shown.name)
    stays = told(loop).timeline.get(shown.name, ())
    return page(
        request,
        "environment.html",
        status=refusal.status if refusal is not None else 200,
        environment=shown,
        now=loop.platform.clock(),
        candidates=found,
        kept=_kept(loop, found),
        stays=stays[after : after + SHOWN],
        stays_count=len(stays),
        releases=loop.look().view.state.releases,
        behind=after,
        shown_count=SHOWN,
        typed=typed or Fields(),
        refusal=refusal,
        probe=probe,
        key_field=key_field,
    )


def _rollback(
    request: Request,
    loop: Loop,
    name: str,
    to: str,
    *,
    typed: Fields | None = None,
    refusal: Refusal | None = None,
) -> Response:
    """Where the return itself would be refused, the page says why and offers what may be chosen instead."""
    view, at = loop.look().view, EnvironmentName(name)
    found = []
    shown = find_environment(loop, at)
    with loop.turn():
        problem = attempt(lambda: found.append(blast_radius(loop.platform, view, at, to=ReleaseId(to) if to else None)))
    refused, choices = refusal or problem, candidates(view, at)
    return page(
        request,
        "rollback.html",
        status=refused.status if refused is not None else 200,
        environment=shown,
        blast=found[0] if found else None,
        candidates=choices,
        kept=_kept(loop, choices),
        to=to,
        typed=typed or Fields(),
        refusal=refused,
        key_field=key_field,
    )


def _kept(loop: Loop, found: tuple[Candidate, ...]) -> Mapping[ReleaseId, bool | None]:
    """What is known of the images to which it may return."""
    return retained(loop, (each.release for each in found if not each.refused))


def _since(stay: Stay) -> Any:
    return stay.since
