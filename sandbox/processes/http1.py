"""As much of HTTP/1.1 (RFC 9112) as a proxy needs: heads, and where bodies end."""

import asyncio
from dataclasses import dataclass

_CHUNK = 1 << 16
# Fields that speak of one connection only and must not be passed on (RFC 9110 section 7.6.1).
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "proxy-connection", "te", "trailer", "upgrade", "expect"})


class ProtocolError(Exception):
    """The peer does not speak HTTP/1.1 as we understand it."""


class StaleConnectionError(Exception):
    """The peer closed before a single byte of its answer: what was sent may not have been read."""


@dataclass(frozen=True)
class Head:
    """A start line and its fields, in order."""

    start: str
    fields: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """The value of a field, its repetitions joined; empty when absent."""
        return ", ".join(value for key, value in self.fields if key.lower() == name)

    def encoded(self, *, close: bool = False) -> bytes:
        """The bytes for the next connection: without this connection's fields, with `Connection: close` if wanted."""
        named = {token.strip().lower() for token in self.get("connection").split(",")}
        kept = [f"{key}: {value}" for key, value in self.fields if key.lower() not in _HOP_BY_HOP | named]
        return "\r\n".join([self.start, *kept, *(["Connection: close"] if close else []), "", ""]).encode("latin-1")


@dataclass(frozen=True)
class Body:
    """How a body is delimited: a length, chunks, or the end of the connection (both empty)."""

    length: int | None = None
    chunked: bool = False


async def read_head(reader: asyncio.StreamReader) -> Head | None:
    """The next head, None when the peer closed between messages."""
    try:
        raw = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial.strip():
            raise ProtocolError("the connection ended within a head") from None
        return None
    except asyncio.LimitOverrunError:
        raise ProtocolError("the head is too long") from None
    lines = raw.decode("latin-1").strip("\r\n").split("\r\n")
    return Head(lines[0], tuple(_field(line) for line in lines[1:]))


def request_body(head: Head) -> Body:
    """The body of a request. Both length and chunks at once is how requests are smuggled: refused."""
    chunked = "chunked" in head.get("transfer-encoding").lower()
    length = head.get("content-length")
    if chunked and length:
        raise ProtocolError("both Content-Length and Transfer-Encoding")
    return Body(chunked=True) if chunked else Body(length=_length(length or "0"))


def response_body(head: Head, *, method: str) -> Body:
    """The body of an answer to a request with this method."""
    status = head.start.split(" ")[1]
    if method == "HEAD" or status in {"204", "304"}:
        return Body(length=0)
    if "chunked" in head.get("transfer-encoding").lower():
        return Body(chunked=True)
    length = head.get("content-length")
    return Body(length=_length(length)) if length else Body()


async def copy_body(body: Body, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Passes a body on as it comes."""
    if body.chunked:
        await _copy_chunks(source, target)
    elif body.length is not None:
        await _copy_length(body.length, source, target)
    else:
        while data := await source.read(_CHUNK):
            target.write(data)
            await target.drain()


async def _copy_length(length: int, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while length > 0:
        data = await source.read(min(length, _CHUNK))
        if not data:
            raise ProtocolError("the connection ended within a body")
        length -= len(data)
        target.write(data)
        await target.drain()


async def _copy_chunks(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while True:
        line = await source.readline()
        target.write(line)
        try:
            size = int(line.split(b";")[0], 16)
        except ValueError:
            raise ProtocolError("a chunk without a size") from None
        if size == 0:
            break
        await _copy_length(size + 2, source, target)
    while (line := await source.readline()) not in (b"\r\n", b""):
        target.write(line)
    target.write(b"\r\n")
    await target.drain()


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise ProtocolError("a line of the head is no field")
    return name, value.strip()


def _length(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ProtocolError("a Content-Length that is no number")
    return int(text)
