"""One environment: what it shall run, what it runs, and the way from one to the other."""

import asyncio
import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from sandbox.processes import rollout
from sandbox.processes.backend import Backend
from sandbox.processes.desired import Desired, load, save
from sandbox.processes.failures import RolloutError
from sandbox.processes.front import Front
from sandbox.processes.images import Images
from sandbox.processes.rollout import Setting, Started
from sandbox.processes.variables import Place

Phase = Literal["empty", "rolling", "serving", "failed"]
_DRAIN_LIMIT = timedelta(seconds=10)


@dataclass(frozen=True)
class _Serving:
    """The program behind the front."""

    digest: str
    started: Started
    since: datetime


class Environment:
    """A front, at most one serving program, at most one rollout. Lives in one event loop."""

    def __init__(self, name: str, *, folder: Path, configured: Mapping[str, str], images: Images) -> None:
        self.name = name
        self._folder = folder
        self._configured = configured
        self._images = images
        self._front = Front(name)
        self._desired, self._generation = load(folder / "desired.json")
        self._phase: Phase = "empty"
        self._serving: _Serving | None = None
        self._error: RolloutError | None = None
        self._bytes_pulled = 0
        self._rolling: asyncio.Task[None] | None = None
        self._wanting = asyncio.Lock()
        self._background: set[asyncio.Task[None]] = set()

    @property
    def url(self) -> str:
        """The address that stays."""
        return f"http://127.0.0.1:{self._front.port}"

    async def open(self) -> None:
        """Opens the front, on the port it had before if that is free, and starts what was desired before."""
        (self._folder / "data").mkdir(parents=True, exist_ok=True)
        note = self._folder / "port"
        await self._front.open(int(note.read_text()) if note.is_file() else 0)
        note.write_text(str(self._front.port))
        if self._desired is not None:
            self._begin(self._desired)

    async def close(self) -> None:
        """Ends the rollout, the front and every program."""
        await self._abandon_rollout()
        await self._front.close()
        serving, self._serving = self._serving, None
        backend = self._front.switch(None)
        if serving is not None and backend is not None:
            await _retire(serving, backend)
        await asyncio.gather(*self._background)

    async def want(self, desired: Desired) -> None:
        """Sets what shall run. The same digest again is the same wish unless it failed; a newer wish ends a rollout."""
        async with self._wanting:  # one wish after the other: the last one is the one that stays
            same = self._desired is not None and self._desired.reference().digest == desired.reference().digest
            self._desired = desired
            if not same or self._phase in ("failed", "empty"):
                self._generation += 1
                await self._abandon_rollout()
                self._begin(desired)
            save(self._folder / "desired.json", desired, generation=self._generation)

    def document(self) -> dict[str, Any]:
        """The environment as the host's API tells it; `bytes_pulled` are those of the latest generation."""
        desired, serving, error = self._desired, self._serving, self._error
        return {
            "name": self.name,
            "url": self.url,
            "generation": self._generation,
            "phase": self._phase,
            "desired": desired and {"image": desired.image, "digest": desired.reference().digest},
            "serving": serving and _serving_document(serving),
            "error": error and {"reason": error.reason, "message": error.message, "log": error.log},
            "bytes_pulled": self._bytes_pulled,
            "annotations": desired.annotations if desired else {},
        }

    def log(self) -> str:
        """The last output of the serving program."""
        return self._serving.started.child.log() if self._serving else ""

    def _begin(self, desired: Desired) -> None:
        self._phase, self._error, self._bytes_pulled = "rolling", None, 0
        if self._serving is not None and self._serving.digest == desired.reference().digest:
            self._phase = "serving"
            return
        self._rolling = asyncio.create_task(self._roll_out(desired))

    async def _abandon_rollout(self) -> None:
        task, self._rolling = self._rolling, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _roll_out(self, desired: Desired) -> None:
        digest = desired.reference().digest
        setting = Setting(self._configured, Place(self.name, (self._folder / "data").resolve(), digest))
        try:
            image, self._bytes_pulled = await rollout.pull(self._images, desired)
            await rollout.run_before_rollout(image, desired, setting)
            started = await rollout.start(image, desired, setting)
        except RolloutError as error:
            self._fail(error)
            return
        except OSError as error:
            self._fail(RolloutError("HostFailed", f"this machine could not do it: {error}"))
            return
        # From here on nothing waits: a newer wish cannot come between a started program and its place behind the front.
        self._switch(_Serving(digest, started, datetime.now(UTC)))

    def _fail(self, error: RolloutError) -> None:
        self._phase, self._error = "failed", error
        (self._folder / "error.log").write_text(f"{error.reason}: {error.message}\n{error.log}")

    def _switch(self, new: _Serving) -> None:
        previous_backend = self._front.switch(Backend(new.started.host, new.started.port))
        previous, self._serving, self._phase = self._serving, new, "serving"
        self._spawn(self._watch(new))
        if previous is not None and previous_backend is not None:
            self._spawn(_retire(previous, previous_backend))

    async def _watch(self, serving: _Serving) -> None:
        """Notices when the serving program ends by itself: nothing serves then, and the error holds its last words."""
        code = await serving.started.child.ended()
        if self._serving is serving:
            self._serving = None
            gone = self._front.switch(None)
            if gone is not None:
                await gone.drain(within=timedelta(0))
            if self._phase == "serving":
                log = serving.started.child.log()
                self._fail(RolloutError("ProcessEnded", f"the serving process ended with {code}", log=log))

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)


async def _retire(serving: _Serving, backend: Backend) -> None:
    await backend.drain(within=_DRAIN_LIMIT)
    await serving.started.child.stop(grace=rollout.STOP_GRACE)


def _serving_document(serving: _Serving) -> dict[str, Any]:
    return {"digest": serving.digest, "since": serving.since.isoformat(), "pid": serving.started.child.pid}
