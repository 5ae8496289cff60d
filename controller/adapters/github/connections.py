"""
Connections to the forge's API, each in the hands of one thread at a time.

PyGithub would share a single one among all threads, and writes what is asked into it before it sends: two that ask at the
same moment could get each other's answers. It also has `requests` look through the whole environment for a proxy at every
call, which takes as long as the rest of a small one; here that is done once for a connection.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from requests.utils import get_environ_proxies
from urllib3 import Retry

from controller.adapters.github.library import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass

Connection = HTTPRequestsConnectionClass | HTTPSRequestsConnectionClass

_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Where the environment may name the authorities that count, as `requests` has it."""


class Connections:
    """As many as there are threads that ask at once; kept open."""

    def __init__(self, api: str, *, timeout: int, retry: Retry) -> None:
        self._api = api
        self._timeout = timeout
        self._retry = retry
        self._idle: deque[Connection] = deque()

    @contextmanager
    def one(self) -> Iterator[Connection]:
        """One that nobody else has until the end of the block."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._opened()
        try:
            yield connection
        finally:
            self._idle.append(connection)

    def _opened(self) -> Connection:
        address = urlsplit(self._api)
        kind = HTTPSRequestsConnectionClass if address.scheme == "https" else HTTPRequestsConnectionClass
        verify = next((found for name in _BUNDLES if (found := os.environ.get(name))), True)
        connection = kind(address.hostname or "", address.port, timeout=self._timeout, retry=self._retry, verify=verify)
        connection.session.trust_env = False
        connection.session.proxies = get_environ_proxies(self._api)
        return connection
