"""One HTTP connection to an image registry.

On `http.client`, because it follows no redirect by itself: a token must reach the image registry and nobody that
it points to.
"""

from __future__ import annotations

import http.client
import ipaddress
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from images.errors import ImageError

_TIMEOUT_SECONDS = 60
_ADDRESS = re.compile(r"(?P<host>\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(:(?P<port>[0-9]{1,5}))?")


class RegistryAwayError(Exception):
    """The image registry cannot be reached or is not able to answer; asking again may help."""


@dataclass(frozen=True)
class Answer:
    """Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Connection:
    """Reused for all requests to one address, such as `127.0.0.1:5000` or `ghcr.io`."""

    origin: str
    _http: http.client.HTTPConnection

    @classmethod
    def to(cls, address: str) -> Self:
        """Encrypted, except to this machine itself. Does not connect yet."""
        found = _ADDRESS.fullmatch(address)
        if not found:
            raise ImageError(f"{address!r} is not the address of an image registry", hint="give HOST or HOST:PORT")
        host, port = found["host"].strip("[]"), int(found["port"]) if found["port"] else None
        if is_loopback(host):
            return cls(f"http://{address}", http.client.HTTPConnection(host, port, timeout=_TIMEOUT_SECONDS))
        return cls(f"https://{address}", http.client.HTTPSConnection(host, port, timeout=_TIMEOUT_SECONDS))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def resolve(self, location: str) -> str:
        """The path of a `Location` header, which must lead back here: the upload carries the token."""
        url = urllib.parse.urlsplit(urllib.parse.urljoin(self.origin, location))
        if not location or f"{url.scheme}://{url.netloc}" != self.origin:
            raise ImageError(f"the image registry sends uploads to {url.netloc or 'nowhere'}, which is not followed")
        return url.path + (f"?{url.query}" if url.query else "")

    def ask(self, method: str, path: str, *, body: bytes = b"", headers: Mapping[str, str]) -> Answer:
        """One request and its whole answer. Raises `RegistryAwayError` where asking again may help."""
        try:
            self._http.request(method, path, body=body or None, headers=dict(headers) | _length(method, body))
            response = self._http.getresponse()
            answer = Answer(
                response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
            )
        except (OSError, http.client.HTTPException) as error:
            self._http.close()
            raise RegistryAwayError(f"{self.origin} does not answer: {error or type(error).__name__}") from error
        if answer.status == http.client.TOO_MANY_REQUESTS or answer.status >= http.client.INTERNAL_SERVER_ERROR:
            raise RegistryAwayError(f"{self.origin} answered {answer.status} to {method} {path.partition('?')[0]}")
        return answer


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by its spelling alone: a name that resolves to it could change its mind."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _length(method: str, body: bytes) -> dict[str, str]:
    """Some image registries refuse a POST without a length, even one without a body."""
    return {} if method in {"GET", "HEAD"} else {"Content-Length": str(len(body))}
