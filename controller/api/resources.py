"""Every resource of the API, in the order of its description."""

from __future__ import annotations

from fastapi import APIRouter

from controller.api import (
    admin,
    audit,
    builds,
    changes,
    description,
    environments,
    events,
    holds,
    modules,
    overrides,
    releases,
    reverts,
    status,
)

RESOURCES: tuple[APIRouter, ...] = (
    modules.router,
    changes.router,
    reverts.router,
    builds.router,
    releases.router,
    environments.router,
    holds.router,
    overrides.router,
    status.router,
    events.router,
    audit.router,
    admin.router,
    description.router,
)
