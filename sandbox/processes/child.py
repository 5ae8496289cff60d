"""A started program: its address, its last words, its end."""

import asyncio
import contextlib
import os
import re
import signal
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from sandbox.processes.failures import RolloutError
from sandbox.processes.tether import tethered

_LISTENING = re.compile(rb"listening (127\.0\.0\.1):(\d{1,5})\s*")
_TAIL_LINES = 200


class Child:
    """A program that runs until it ends or is stopped; it dies with this process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._address: asyncio.Future[tuple[str, int]] = asyncio.get_running_loop().create_future()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, command: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> "Child":
        """Starts a program (absolute path first) with exactly this environment, in this folder and its own group."""
        process = await asyncio.create_subprocess_exec(
            *tethered(list(command)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=dict(environment),
            cwd=folder,
            start_new_session=True,
        )
        return cls(process)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def log(self) -> str:
        """The last lines of what it wrote."""
        return "".join(self._tail)

    async def listening(self, *, within: timedelta) -> tuple[str, int]:
        """The address that it says to listen on, by its line `listening 127.0.0.1:PORT`."""
        try:
            async with asyncio.timeout(within.total_seconds()):
                return await asyncio.shield(self._address)
        except TimeoutError:
            message = f"no line 'listening 127.0.0.1:PORT' within {within.total_seconds():g} s"
            raise RolloutError("StartFailed", message, log=self.log()) from None

    async def ended(self) -> int:
        """Waits for its end and for its last output; its exit code."""
        code = await self._process.wait()
        await self._reading
        return code

    async def stop(self, *, grace: timedelta) -> None:
        """SIGTERM, and SIGKILL when it is still there after the grace."""
        self._signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(grace.total_seconds()):
                await self._process.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self._process.wait()
        await self._reading

    def _signal(self, number: signal.Signals) -> None:
        if self._process.returncode is None:  # else the number may already belong to another group
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)

    async def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 (stdout=PIPE above)
        while line := await _line(self._process.stdout):
            self._tail.append(line.decode(errors="replace"))
            match = _LISTENING.fullmatch(line)
            if match and not self._address.done():
                self._address.set_result((match[1].decode(), int(match[2])))
        if not self._address.done():
            ended = RolloutError("StartFailed", "the process ended before it listened", log=self.log())
            self._address.set_exception(ended)
            self._address.exception()  # retrieved: nobody need be waiting for it


async def _line(stream: asyncio.StreamReader) -> bytes:
    try:
        return await stream.readline()
    except ValueError:  # longer than the reader's limit; what follows still counts
        return b"(a line too long to show)\n"
