"""The console's routes, a part for each file, and how they are put into an application."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI

from controller.console import (
    audit,
    builds,
    changes,
    choices,
    environments,
    errors,
    freezes,
    health,
    holds,
    modules,
    plan,
    releases,
    sign_in,
    static,
)

ROUTERS: tuple[APIRouter, ...] = tuple(
    part.router
    for part in (
        static,
        choices,
        sign_in,
        modules,
        plan,
        changes,
        environments,
        releases,
        holds,
        freezes,
        builds,
        audit,
        health,
    )
)


def install(app: FastAPI) -> None:
    """Adds the pages to an application that answers errors already: those of pages become pages."""
    errors.install(app)
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
