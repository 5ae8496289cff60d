"""Runs the loop and the API in one process, and ends both at a signal."""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from types import FrameType

import uvicorn
from fastapi import FastAPI

from controller.access.callers import Doors
from controller.access.tokens import Tokens
from controller.console.rendering import compile_all
from controller.core.errors import Terminal
from controller.reconcile.loop import Loop
from controller.serving import heads
from controller.serving.application import Service, application
from controller.serving.giving_back import GivesBack, share_one_heap
from controller.showing.hub import Hub

_LAST_REQUESTS = timedelta(seconds=1)
_LAST_PASS = timedelta(milliseconds=700)
"""Together under two seconds, which is what a supervisor is promised."""


@dataclass(frozen=True)
class Face:
    """Where the API listens and what it believes. `web` is the address to which a proposal's number is added."""

    host: str
    port: int
    tokens: Tokens
    webhook_secrets: tuple[bytes, ...] = field(repr=False)
    web: str
    doors: Doors = field(default_factory=Doors)


def run(loop: Loop, face: Face, *, ready: Callable[[str], None]) -> None:
    """Serves until SIGTERM or SIGINT. `ready` is called with the API's address once it answers."""
    share_one_heap()
    thread = threading.Thread(target=loop.run, name="loop", daemon=True)
    app = application(
        Service(
            loop=loop,
            tokens=face.tokens,
            webhook_secrets=face.webhook_secrets,
            web=face.web,
            alive=thread.is_alive,
            doors=face.doors,
        )
    )
    compile_all()
    _set_aside()
    loop.heard.append(GivesBack())
    with _listening(face.host, face.port) as listener, _signals_taken():
        thread.start()
        Server(app, lambda: ready(_address(listener))).run(sockets=[listener])
        loop.stop()
        thread.join(_LAST_PASS.total_seconds())
    if thread.is_alive() or _is_busy():
        # A pass that waits for the forge would hold the process for its timeout. Every write is safe to be cut off:
        # the next start looks up what was done.
        logging.getLogger(__name__).warning("ended in the middle of a pass")
        logging.shutdown()
        os._exit(0)


def _set_aside() -> None:
    """
    Keeps what importing and building made out of the garbage collector's later passes: it stays for good, and walking
    it costs tens of milliseconds that may fall into a rollback.
    """
    gc.collect()
    gc.freeze()


class Server(uvicorn.Server):
    """Says when it answers, which is after the listener was taken over, and ends its streams when it ends."""

    def __init__(self, app: FastAPI, ready: Callable[[], None], *, patience: timedelta = heads.LONGEST) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                http=heads.hurried(patience),
                ws="none",
                loop="asyncio",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=int(_LAST_REQUESTS.total_seconds()),
            )
        )
        self._ready = ready
        self._hub: Hub = app.state.hub

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """
        What it accepts from a listener of ours sends at once: asyncio would leave it to the kernel, which holds the end of
        an answer back until the client has said that the beginning came, 40 ms on a kept connection.
        """
        for listener in sockets or ():
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await super().startup(sockets=sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends the streams first: the server waits for its requests, and these never end by themselves."""
        self._hub.close()
        await super().shutdown(sockets=sockets)


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        message = f"cannot listen on {host}:{port}: {error.strerror}"
        raise Terminal("CannotListen", message, hint="set listen.port to 0 for a free one") from error
    with listener:
        yield listener


@contextmanager
def _signals_taken() -> Iterator[None]:
    """The server ends itself at a signal and then raises it again, which would end us as killed."""
    before = {number: signal.signal(number, _ignored) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            with suppress(ValueError):
                signal.signal(number, handler)


def _ignored(_number: int, _frame: FrameType | None) -> None:
    """Nothing to do."""


def _is_busy() -> bool:
    """Whether a request's thread still waits: the interpreter would wait for it."""
    return any(t.is_alive() and not t.daemon and t is not threading.main_thread() for t in threading.enumerate())


def _address(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
