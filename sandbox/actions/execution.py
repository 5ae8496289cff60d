"""One act process: started, read line by line, interrupted, ended."""

import asyncio
import contextlib
import os
import signal
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.actions.act import parse_line, read_json
from sandbox.actions.masking import Masks
from sandbox.actions.progress import RunProgress
from sandbox.processes.tether import tethered

_LONGEST_LINE = 1 << 24
_INTERRUPT_GRACE = timedelta(seconds=15)


class Execution:
    """A run of act over a prepared folder."""

    def __init__(self, progress: RunProgress, masks: Masks) -> None:
        self._progress = progress
        self._masks = masks
        self._process: asyncio.subprocess.Process | None = None
        self._killing: asyncio.TimerHandle | None = None
        self._other_words: deque[str] = deque(maxlen=20)
        self.is_cancelled = False

    async def run(self, command: Sequence[str], *, environment: Mapping[str, str], secrets: Path) -> int:
        """Runs act to its end; its exit code. The secrets' file goes as soon as act has read it."""
        if self.is_cancelled:
            return 1
        process = self._process = await asyncio.create_subprocess_exec(
            *tethered(list(command)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=dict(environment),
            start_new_session=True,
            limit=_LONGEST_LINE,
        )
        try:
            while line := await self._next_line(process):
                # act reads its files before the first job speaks.
                if self._take(line) and secrets.exists():
                    secrets.unlink()
            return await process.wait()
        finally:
            self._kill()
            await process.wait()
            if self._killing is not None:
                self._killing.cancel()

    def cancel(self) -> None:
        """Lets act end its steps and run those for `cancelled()` and `always()`; kills it after a grace."""
        self.is_cancelled = True
        self._progress.cancel()
        self._interrupt()

    def last_words(self) -> str:
        """What act said outside of its jobs: why it did not even begin."""
        return "\n".join(self._other_words)

    async def _next_line(self, process: asyncio.subprocess.Process) -> bytes:
        assert process.stdout is not None  # noqa: S101 (stdout=PIPE above)
        while True:
            deadline = self._progress.next_deadline()
            left = (deadline - datetime.now(UTC)).total_seconds() if deadline else None
            try:
                async with asyncio.timeout(left):
                    return await process.stdout.readline()
            except TimeoutError:
                self._progress.time_out(datetime.now(UTC))
                self._interrupt()

    def _take(self, raw: bytes) -> bool:
        """Notes a line; whether a job spoke."""
        document = read_json(raw)
        if document is None:
            self._other_words.append(self._masks.text(raw.decode(errors="replace").rstrip("\n")))
            return False
        if document.get("command") == "add-mask":
            self._masks.add(str(document.get("arg", "")))
        line = parse_line(self._masks.anything(document))
        self._progress.take(line, now=datetime.now(UTC))
        if not line.job and line.level in ("error", "fatal"):
            self._other_words.append(line.message)
        return bool(line.job)

    def _interrupt(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGINT)
            if self._killing is None:
                grace = _INTERRUPT_GRACE.total_seconds()
                self._killing = asyncio.get_running_loop().call_later(grace, self._kill)

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
