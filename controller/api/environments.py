"""What people do to environments: promote, return, ask how they are."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from controller.access.callers import CallerGiven, demanded
from controller.access.given import LoopGiven, WritingGiven
from controller.access.routes import API
from controller.api import answers
from controller.api.bodies import PromoteBody, RollbackBody
from controller.core.model import EnvironmentName, Person, ReleaseId
from controller.core.roles import Ask
from controller.operations.admit import find_commit
from controller.operations.platform import Platform
from controller.operations.promote import Promoted, adopt, promote
from controller.operations.roll_back import roll_back
from controller.operations.smoke import smoke
from controller.operations.view import View

router = APIRouter(prefix=API)
Name = Annotated[str, Path(min_length=1, max_length=64)]


@router.post("/environments/{name}:promote")
def promote_environment(name: Name, body: PromoteBody, writing: WritingGiven, caller: CallerGiven) -> dict[str, Any]:
    """Moves an environment on to a release, or adopts a commit as its first one."""
    if body.adopt is not None:
        demanded(caller.role, Ask.ADOPT, who=caller.login)

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        done = _promoted(platform, view, EnvironmentName(name), body, by)
        build = done.build.id if done.build is not None else None
        return {"state": done.state, "release": done.release, "build": build}

    return writing.carry_out(act)


def _promoted(platform: Platform, view: View, name: EnvironmentName, body: PromoteBody, by: Person) -> Promoted:
    if body.adopt is not None:
        commit = find_commit(view, body.adopt)
        return adopt(platform, view, name, commit, by=by, reason=body.reason)
    return promote(platform, view, name, ReleaseId(body.release or ""), by=by, reason=body.reason)


@router.post("/rollbacks")
def roll_environment_back(body: RollbackBody, writing: WritingGiven) -> dict[str, Any]:
    """Returns an environment at once: the decision is written and the rollout started when this answers."""
    to = ReleaseId(body.to) if body.to is not None else None

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        done = roll_back(platform, view, EnvironmentName(body.environment), to=to, by=by, reason=body.reason)
        return {"environment": done.environment, "from": done.leaving, "to": done.to.id, "hold": done.hold.id}

    return writing.carry_out(act, without_forge=True)


@router.post("/environments/{name}:smoke")
def smoke_environment(name: Name, loop: LoopGiven) -> dict[str, Any]:
    """
    Runs the checks once, without the lock: it reads the cluster alone, and a slow check delays no rollback.
    """
    environment = EnvironmentName(name)
    earlier = loop.memory.probes.get(environment, ())
    probe = smoke(loop.platform, loop.look().view, environment, earlier=earlier)
    return {
        "environment": probe.environment,
        "release": probe.release,
        "outcome": probe.outcome.value,
        "at": answers.moment(probe.at),
        "results": [answers.finding(result) for result in probe.results],
    }
