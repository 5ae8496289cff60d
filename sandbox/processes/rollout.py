"""The steps of a rollout, in their order; each is one function that succeeds or raises RolloutError.

    pull → unpack → before_rollout → start → ready        (then the environment switches, drains, stops the old one)

Until the switch nothing of what serves is touched, so a failed rollout costs nothing but time.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sandbox.processes.child import Child
from sandbox.processes.desired import Desired
from sandbox.processes.failures import RolloutError
from sandbox.processes.http1 import ProtocolError, read_head
from sandbox.processes.images import Image, Images
from sandbox.processes.variables import Place, variables

BEFORE_ROLLOUT_LIMIT = timedelta(seconds=60)
START_LIMIT = timedelta(seconds=10)
READY_LIMIT = timedelta(seconds=30)
STOP_GRACE = timedelta(seconds=3)
_PROBE_INTERVAL = timedelta(milliseconds=5)


@dataclass(frozen=True)
class Started:
    """A program that runs, listens and is ready."""

    child: Child
    host: str
    port: int


@dataclass(frozen=True)
class Setting:
    """The environment as an image meets it."""

    configured: Mapping[str, str]
    place: Place


async def pull(images: Images, desired: Desired) -> tuple[Image, int]:
    """The image on disk (pulled and unpacked if it was not), and the bytes that moved."""
    return await asyncio.to_thread(images.fetch, desired.reference())


async def run_before_rollout(image: Image, desired: Desired, setting: Setting) -> None:
    """Runs each command with the new image, one after the other; the first that fails ends the rollout."""
    for command in desired.before_rollout:
        child = await _start(image, command, setting)
        try:
            async with asyncio.timeout(BEFORE_ROLLOUT_LIMIT.total_seconds()):
                code = await child.ended()
        except TimeoutError:
            message = f"{' '.join(command)} was still running after {BEFORE_ROLLOUT_LIMIT.total_seconds():g} s"
            raise RolloutError("BeforeRolloutFailed", message, log=child.log()) from None
        finally:
            await child.stop(grace=timedelta(0))
        if code != 0:
            raise RolloutError("BeforeRolloutFailed", f"{' '.join(command)} ended with {code}", log=child.log())


async def start(image: Image, desired: Desired, setting: Setting) -> Started:
    """Starts the image beside what runs and waits until it is ready; a start that fails leaves no process."""
    child = await _start(image, (), setting)
    try:
        host, port = await child.listening(within=START_LIMIT)
        if desired.ready_path is not None:
            await _until_ready(child, host, port, path=desired.ready_path)
    except BaseException:
        await child.stop(grace=timedelta(0))
        raise
    return Started(child, host, port)


async def _start(image: Image, arguments: tuple[str, ...], setting: Setting) -> Child:
    environment = variables(image.environment, setting.configured, setting.place)
    command = [str(image.program()), *image.entrypoint[1:], *arguments]
    try:
        return await Child.start(command, environment=environment, folder=setting.place.state)
    except OSError as error:
        raise RolloutError("StartFailed", f"the image's program does not start: {error}") from error


async def _until_ready(child: Child, host: str, port: int, *, path: str) -> None:
    ending = asyncio.create_task(child.ended())
    found = "no answer"
    try:
        async with asyncio.timeout(READY_LIMIT.total_seconds()):
            while (found := await _probe(host, port, path=path)) != "200":
                await asyncio.wait({ending}, timeout=_PROBE_INTERVAL.total_seconds())
                if ending.done():
                    message = f"the process ended with {ending.result()} before it was ready"
                    raise RolloutError("StartFailed", message, log=child.log())
    except TimeoutError:
        message = f"{path} did not answer 200 within {READY_LIMIT.total_seconds():g} s, last: {found}"
        raise RolloutError("NotReady", message, log=child.log()) from None
    finally:
        ending.cancel()


async def _probe(host: str, port: int, *, path: str) -> str:
    try:
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode())
            head = await read_head(reader)
        finally:
            writer.close()
    except (OSError, ProtocolError) as error:
        return str(error)
    return head.start.split(" ")[1] if head else "no answer"
