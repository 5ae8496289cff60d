"""Environments: what runs there, and what people do to them: promote, return, ask how they are."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from controller.access.callers import Caller, CallerGiven
from controller.access.given import LoopGiven, WritingGiven
from controller.access.roles import demanded
from controller.access.routes import API
from controller.api.accepted import follow
from controller.api.answers.environments import (
    Environment,
    Environments,
    Promoted,
    RolledBack,
    SmokeTest,
    Stay,
    Timeline,
)
from controller.api.answers.rollbacks import RollbackPlan
from controller.api.bodies import PromoteBody, PromotionBody, RollbackBody
from controller.api.lists import PageGiven, when
from controller.core.model import EnvironmentName, Person, ReleaseId
from controller.core.roles import Ask
from controller.operations import promote as promoting
from controller.operations.admit import find_commit
from controller.operations.platform import Platform
from controller.operations.roll_back import roll_back
from controller.operations.smoke import smoke
from controller.operations.view import View, demand_environment
from controller.reconcile.writing import Writing
from controller.showing.returning import blast_radius
from controller.showing.status import conditions, environment_status
from controller.showing.timeline import told

router = APIRouter(prefix=API, tags=["environments"])
Name = Annotated[str, Path(min_length=1, max_length=64)]


@router.get("/environments")
def list_environments(loop: LoopGiven, page: PageGiven) -> Environments:
    """Every environment, by name."""
    snapshot, waiting = loop.look().snapshot, conditions(loop)
    names = (definition.name for definition in snapshot.configuration.environments)
    found, following = page.cut(names, key=lambda name: (name,), newest_first=False)
    shown = [Environment.of(environment_status(name, snapshot, waiting)) for name in found]
    return Environments(items=shown, next=following)


@router.get("/environments/{name}")
def get_environment(name: Name, loop: LoopGiven) -> Environment:
    """One environment: what should run, where it would return to, what does run."""
    seen = loop.look()
    definition = demand_environment(seen.view, EnvironmentName(name))
    return Environment.of(environment_status(definition.name, seen.snapshot, conditions(loop)))


@router.get("/environments/{name}/timeline")
def get_timeline(name: Name, loop: LoopGiven, page: PageGiven) -> Timeline:
    """Which release was there from when until when, the newest first, as the ledger's history tells."""
    environment = EnvironmentName(name)
    demand_environment(loop.look().view, environment)
    there = told(loop).timeline.get(environment, ())
    found, following = page.cut(there, key=lambda stay: (when(stay.since), stay.proof, stay.release))
    return Timeline(items=[Stay.of(stay) for stay in found], next=following)


@router.post("/environments/{name}:promote", status_code=202, response_model=Promoted)
def promote_environment(
    name: Name, body: PromoteBody, writing: WritingGiven, caller: CallerGiven, response: Response
) -> dict[str, Any]:
    """Moves an environment on to a release, or adopts a commit as its first one."""
    return _promote(name, body, writing=writing, caller=caller, response=response)


@router.post("/promotions", status_code=202, response_model=Promoted)
def promote(body: PromotionBody, writing: WritingGiven, caller: CallerGiven, response: Response) -> dict[str, Any]:
    """The same as `promote_environment`, with the environment in the body."""
    return _promote(body.environment, body, writing=writing, caller=caller, response=response)


def _promote(name: str, body: PromoteBody, *, writing: Writing, caller: Caller, response: Response) -> dict[str, Any]:
    if body.adopt is not None:
        demanded(caller.role, Ask.ADOPT, who=caller.login)

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        done = _promoted(platform, view, EnvironmentName(name), body, by)
        build = done.build.id if done.build is not None else None
        return Promoted(state=done.state, environment=name, release=done.release, build=build).plain()

    answer = writing.carry_out(act)
    follow(response, *(("environments", name) if answer["build"] is None else ("builds", answer["build"])))
    return answer


def _promoted(
    platform: Platform, view: View, name: EnvironmentName, body: PromoteBody, by: Person
) -> promoting.Promoted:
    if body.adopt is not None:
        commit = find_commit(view, body.adopt)
        return promoting.adopt(platform, view, name, commit, by=by, reason=body.reason)
    return promoting.promote(platform, view, name, ReleaseId(body.release or ""), by=by, reason=body.reason)


@router.post("/rollbacks", status_code=202, response_model=RolledBack)
def roll_environment_back(body: RollbackBody, writing: WritingGiven, response: Response) -> dict[str, Any]:
    """Returns an environment at once: the decision is written and the rollout started when this answers."""
    to = ReleaseId(body.to) if body.to is not None else None

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        done = roll_back(platform, view, EnvironmentName(body.environment), to=to, by=by, reason=body.reason)
        return {"environment": done.environment, "from": done.leaving, "to": done.to.id, "hold": done.hold.id}

    follow(response, "environments", body.environment)
    return writing.carry_out(act, without_forge=True)


@router.post("/rollbacks:plan")
def plan_rollback(body: RollbackBody, loop: LoopGiven) -> RollbackPlan:
    """What a rollback would take away: modules, changes that go on hold, migrations that stay. Writes nothing."""
    to = ReleaseId(body.to) if body.to is not None else None
    with loop.turn():
        return RollbackPlan.of(blast_radius(loop.platform, loop.look().view, EnvironmentName(body.environment), to=to))


@router.post("/environments/{name}:smoke")
def smoke_environment(name: Name, loop: LoopGiven) -> SmokeTest:
    """
    Runs the checks once, without the lock: it reads the cluster alone, and a slow check delays no rollback.
    """
    environment = EnvironmentName(name)
    earlier = loop.memory.probes.get(environment, ())
    return SmokeTest.of(smoke(loop.platform, loop.look().view, environment, earlier=earlier))
