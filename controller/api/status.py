"""What runs where and what waits for what, how the controller is, and who asks."""

from __future__ import annotations

from fastapi import APIRouter

from controller.access.callers import CallerGiven
from controller.access.given import LoopGiven, WebGiven
from controller.access.routes import API
from controller.api.answers.environments import Status
from controller.api.answers.health import Health, Me
from controller.showing.health import health
from controller.showing.status import status

router = APIRouter(prefix=API, tags=["status"])


@router.get("/status")
def get_status(loop: LoopGiven, web: WebGiven) -> Status:
    """Everything at once, as the last pass saw it."""
    return Status.of(status(loop), web=web)


@router.get("/health")
def get_health(loop: LoopGiven) -> Health:
    """How the controller is: its last pass, what it cannot read, what does not go through."""
    return Health.of(health(loop))


@router.get("/me")
def get_me(caller: CallerGiven) -> Me:
    """Who asks, and what the role suffices for."""
    person = caller.person
    name, voucher = (person.name, person.via) if person is not None else ("", "")
    return Me(
        login=caller.login,
        role=caller.role,
        via=caller.via,
        name=name or None,
        vouched_by=voucher or None,
        may=list(caller.all_asks),
    )
