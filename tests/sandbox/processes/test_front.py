"""What the front does with HTTP/1.1 as clients and servers speak it, against a backend that says exact bytes."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from sandbox.processes.backend import Backend
from sandbox.processes.front import Front

Reply = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def exchange(reply: Reply, request: bytes) -> bytes:
    """What a client gets that sends `request` and reads to the end, RESET if there is none; each connection to the
    backend is served by `reply`."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reply(reader, writer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    front, backend = Front("staging"), Backend("127.0.0.1", server.sockets[0].getsockname()[1])
    await front.open(0)
    front.switch(backend)
    reader, writer = await asyncio.open_connection("127.0.0.1", front.port)
    writer.write(request)
    try:
        return await asyncio.wait_for(reader.read(), timeout=5)
    except ConnectionResetError:
        return RESET
    finally:
        await close(writer)
        await front.close()
        await backend.drain(within=timedelta(0))
        server.close()
        await asyncio.sleep(0.01)  # the transports that were closed are let go by the next turns of the loop


async def close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


def answers(content: bytes) -> Reply:
    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(content)

    return reply


RESET = b"(the connection was reset)"
GET = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


def test_chunks_are_passed_on_as_they_are() -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n3;x=y\r\nefg\r\n0\r\nTrailer: z\r\n\r\n"
    )
    answer = asyncio.run(exchange(answers(chunked), GET))
    assert answer.endswith(b"4\r\nabcd\r\n3;x=y\r\nefg\r\n0\r\nTrailer: z\r\n\r\n")
    assert b"\r\nConnection: close\r\n" in answer


def test_an_answer_that_ends_with_the_connection_ends_the_clients_too() -> None:
    request = GET.replace(b"Connection: close\r\n", b"")
    answer = asyncio.run(exchange(answers(b"HTTP/1.1 200 OK\r\n\r\nto the end"), request))
    assert answer == b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nto the end"


def test_the_head_of_an_answer_has_no_body() -> None:
    request = GET.replace(b"GET", b"HEAD")
    answer = asyncio.run(exchange(answers(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), request))
    assert answer == b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n"


def test_an_interim_answer_is_not_taken_for_the_answer() -> None:
    both = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n"
    assert asyncio.run(exchange(answers(both), GET)).startswith(b"HTTP/1.1 204 No Content\r\n")


def test_a_body_in_chunks_reaches_the_backend() -> None:
    got = bytearray()

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.extend(await reader.readuntil(b"0\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")

    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    answer = asyncio.run(exchange(reply, head + b"3\r\nabc\r\n0\r\n\r\n"))
    assert answer.startswith(b"HTTP/1.1 204")
    assert got.endswith(b"\r\n\r\n3\r\nabc\r\n0\r\n\r\n")
    assert b"Connection" not in got


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    ],
    ids=["length and chunks", "negative length", "space in a field's name", "endless head"],
)
def test_a_request_that_could_be_read_in_two_ways_is_refused(request_bytes: bytes) -> None:
    answer = asyncio.run(exchange(answers(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), request_bytes))
    assert answer.startswith(b"HTTP/1.1 400 Bad Request\r\n")


def test_an_answer_that_breaks_off_stays_visibly_short_and_gets_nothing_appended() -> None:
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"
    answer = asyncio.run(exchange(answers(half), GET))
    assert answer == RESET or answer.endswith(b"Content-Length: 100\r\nConnection: close\r\n\r\nonly this")


def test_a_repeatable_request_is_sent_again_when_a_kept_connection_is_stale() -> None:
    async def story() -> tuple[list[bytes], int]:
        connections = 0

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            await reader.readuntil(b"\r\n\r\n")  # the second request is read, and never answered
            writer.transport.abort()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        front = Front("staging")
        await front.open(0)
        backend = Backend("127.0.0.1", server.sockets[0].getsockname()[1])
        front.switch(backend)
        reader, writer = await asyncio.open_connection("127.0.0.1", front.port)
        bodies = []
        for _ in range(2):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            bodies.append(await reader.readexactly(2))
        await close(writer)
        await front.close()
        await backend.drain(within=timedelta(0))
        server.close()
        await asyncio.sleep(0.01)
        return bodies, connections

    assert asyncio.run(story()) == ([b"ok", b"ok"], 2)
