"""Builds as a platform's own admin UI knows them: ask for one, look at it, have it run, go back."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from controller.access.given import LoopGiven, WebGiven, WritingGiven
from controller.access.routes import API
from controller.api.accepted import follow
from controller.api.answers.admin import AdminBuild, AdminBuildRequested, AdminDeployment, AdminRollback
from controller.api.answers.builds import BuildDetail
from controller.api.bodies import BuildBody, BuildRollbackBody, DeployBody
from controller.api.builds import Identity
from controller.core.model import BuildId, EnvironmentName, Person, ReleaseId
from controller.operations import builds
from controller.operations.platform import Platform
from controller.operations.request_build import deploy_build, request_build, roll_build_back
from controller.operations.view import View
from controller.showing.builds import find_build

router = APIRouter(prefix=f"{API}/admin", tags=["admin"])


@router.post("/builds", status_code=202, response_model=AdminBuildRequested)
def request_admin_build(body: BuildBody, writing: WritingGiven, web: WebGiven, response: Response) -> dict[str, Any]:
    """
    Has the wanted map of modules built, or a commit. A map that differs from the manifest opens one proposal, whose
    candidate is the build.
    """

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        found = request_build(platform, view, body.wanted(), by=by, reason=body.reason, requested_by=body.requested_by)
        return AdminBuildRequested.of(found, web=web).plain()

    answer = writing.carry_out(act)
    follow(response, "admin", "builds", answer["build_id"])
    return answer


@router.get("/builds/{build}")
def get_admin_build(build: Identity, loop: LoopGiven) -> AdminBuild:
    """A build's record, and how far it is."""
    detail = BuildDetail.with_stages(find_build(loop, build), builds.stages(loop.platform, BuildId(build)))
    return AdminBuild.of(detail)


@router.post("/builds/{build}/deploy", status_code=202, response_model=AdminDeployment)
def deploy_admin_build(build: Identity, body: DeployBody, writing: WritingGiven, response: Response) -> dict[str, Any]:
    """Promotes the build's release. Refused with what it waits for where the build is not released."""

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        name = EnvironmentName(body.environment)
        done = deploy_build(platform, view, BuildId(build), name, by=by, reason=body.reason)
        return AdminDeployment(build_id=build, release_id=done.release or "", environment=name).plain()

    answer = writing.carry_out(act)
    follow(response, "environments", body.environment)
    return answer


@router.post("/builds/{build}/rollback", status_code=202, response_model=AdminRollback)
def roll_back_admin_build(
    build: Identity, body: BuildRollbackBody, writing: WritingGiven, response: Response
) -> dict[str, Any]:
    """Returns the environment that runs the build to an older release, at once: the predecessor where none is named."""
    wanted = EnvironmentName(body.environment) if body.environment is not None else None

    def act(platform: Platform, view: View, by: Person) -> dict[str, Any]:
        to = ReleaseId(body.target_release) if body.target_release is not None else None
        done = roll_build_back(platform, view, BuildId(build), to=to, environment=wanted, by=by, reason=body.reason)
        return AdminRollback(
            build_id=build, environment=done.environment, release_id=done.to.id, left=done.leaving, hold=done.hold.id
        ).plain()

    answer = writing.carry_out(act, without_forge=True)
    follow(response, "environments", answer["environment"])
    return answer
