"""The application: its routes, what stands before them, and how errors are answered."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import anyio.to_thread
from fastapi import APIRouter, Depends, FastAPI
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from controller.access import sign_in
from controller.access.callers import Access, Doors, authorize
from controller.access.forgery import guard
from controller.access.routes import API, WEBHOOK
from controller.access.tokens import Tokens
from controller.api import conditional, description, problems
from controller.api.resources import RESOURCES
from controller.console import parts as console
from controller.reconcile.loop import Loop
from controller.serving import headers, health, limits, metrics, webhooks
from controller.serving.measured import Measured
from controller.serving.metrics import Metrics
from controller.showing.hub import KEEP_ALIVE, Hub

ROUTERS: tuple[APIRouter, ...] = (*RESOURCES, webhooks.router, health.router, metrics.router)
FACES: tuple[APIRouter, ...] = (*ROUTERS, sign_in.router, *console.ROUTERS)
"""Everything that is served, the programs' face first."""
_THREADS = 8
"""Requests that are worked on at once: they wait for one lock, and each thread costs memory."""


@dataclass(frozen=True)
class Service:
    """
    What the application serves. `web` is the address to which a pull request's number is added; `alive` says whether the
    loop's thread lives.
    """

    loop: Loop
    tokens: Tokens
    webhook_secrets: tuple[bytes, ...] = field(repr=False)
    web: str
    alive: Callable[[], bool]
    doors: Doors = field(default_factory=Doors)
    keep_alive: timedelta = KEEP_ALIVE


def application(service: Service) -> FastAPI:
    """
    The ASGI application. It serves no documentation page and answers no other origin.

    Raises `ValueError` without a webhook secret: an empty one would let everybody in.
    """
    if not service.webhook_secrets or not all(service.webhook_secrets):
        raise ValueError("at least one webhook secret is needed")
    app = _Application(
        dependencies=[Depends(authorize), Depends(guard)],
        lifespan=_lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=description.operation_name,
    )
    app.state.loop = service.loop
    app.state.access = Access(service.tokens, service.loop, service.doors)
    app.state.webhook_secrets = service.webhook_secrets
    app.state.web = service.web
    app.state.alive = service.alive
    app.state.hub = Hub(service.loop, service.keep_alive)
    app.state.metrics = Metrics(service.loop, app.state.hub)
    app.add_middleware(limits.Bodies, exempt=frozenset({WEBHOOK}))
    app.add_middleware(conditional.Conditional, prefixes=(f"{API}/", description.PATH))
    problems.install(app)
    app.add_middleware(GZipMiddleware, minimum_size=1024)
    app.add_middleware(Measured, metrics=app.state.metrics)
    for router in ROUTERS:
        app.include_router(router)
    app.include_router(sign_in.router, include_in_schema=False)
    console.install(app)
    return app


class _Application(FastAPI):
    """Puts the headers around everything: the answer to a bug is made outside of what is added as middleware."""

    def build_middleware_stack(self) -> ASGIApp:
        access: Access = self.state.access
        forge = access.sign_in.origin if access.sign_in is not None else ""
        return headers.Headers(super().build_middleware_stack(), sessions=access.sessions, forge=forge)


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    anyio.to_thread.current_default_thread_limiter().total_tokens = _THREADS
    yield
