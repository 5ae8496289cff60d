"""Starts all services in one process and one event loop, and ends them in the reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from sandbox.actions.service import ActionsService
from sandbox.configuration import Settings
from sandbox.forge.application import Application
from sandbox.forge.forge import Forge
from sandbox.listener import Listener
from sandbox.processes.service import ProcessHost
from sandbox.registry.application import build_application

_SERVICES = ("forge", "images", "processes")


def _bind(settings: Settings, state: Path) -> dict[str, Listener]:
    """A listener for each service. A port of 0 becomes the one it had before the last stop, if that is still free."""
    file = state / "ports.json"
    before = json.loads(file.read_text()) if file.exists() else {}
    wanted = {name: getattr(settings.ports, name) or before.get(name, 0) for name in _SERVICES}
    listeners = {name: Listener.bind(port) for name, port in wanted.items()}
    file.write_text(json.dumps({name: listener.port for name, listener in listeners.items()}))
    return listeners


@contextlib.asynccontextmanager
async def running(settings: Settings, state: Path) -> AsyncIterator[dict[str, Any]]:
    """All services, answering, while the context lasts; its value is what `serve` prints."""
    state.mkdir(parents=True, exist_ok=True)
    listeners = _bind(settings, state)
    async with AsyncExitStack() as stack:
        for listener in listeners.values():
            stack.push_async_callback(listener.close)
        images = listeners["images"]
        await images.serve(build_application(state=state / "registry", settings=settings.registry))
        forge = Forge(settings, state=state / "forge", url=listeners["forge"].url)
        stack.callback(forge.close)
        stack.push_async_callback(forge.webhooks.stop)
        await _start_actions(stack, forge, settings, state, images.address)
        await listeners["forge"].serve(Application(forge))
        host = await _start_processes(stack, settings, state, images.address)
        await listeners["processes"].serve(host.application)
        for listener in listeners.values():
            # Once more, so that at the end nobody is let in any more before the services go.
            stack.push_async_callback(listener.close)
        yield _addresses(listeners, host.fronts())


async def _start_actions(stack: AsyncExitStack, forge: Forge, settings: Settings, state: Path, images: str) -> None:
    service = ActionsService(
        forge=forge, state=state / "actions", settings=settings.runner, forge_url=forge.url, registry_address=images
    )
    forge.runs.dispatcher = service
    stack.push_async_callback(service.stop)
    await service.start()


async def _start_processes(stack: AsyncExitStack, settings: Settings, state: Path, images: str) -> ProcessHost:
    host = ProcessHost(
        state=state / "processes",
        settings=settings.processes,
        registry_address=images,
        registry_token=settings.processes.registry_token,
    )
    stack.push_async_callback(host.stop)
    await host.start()
    return host


def _addresses(listeners: dict[str, Listener], fronts: dict[str, str]) -> dict[str, Any]:
    url = listeners["forge"].url
    return {
        "forge": url,
        "api": f"{url}/api/v3",
        "graphql": f"{url}/api/graphql",
        "images": listeners["images"].address,
        "processes": listeners["processes"].url,
        "environments": fronts,
        "pid": os.getpid(),
    }


async def serve(settings: Settings, state: Path) -> None:
    """Run until SIGTERM or SIGINT; one line of JSON on stdout says when everything answers."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, ended.set)
    async with running(settings, state) as addresses:
        os.write(1, (json.dumps(addresses) + "\n").encode())
        await ended.wait()
