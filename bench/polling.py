"""Asks a front every two milliseconds what it runs, over one connection, and says when the answer became another."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from urllib.parse import urlsplit

_INTERVAL_SECONDS = 0.002
_LIMIT_SECONDS = 30.0


def seconds_until(url: str, path: str, accept: Callable[[dict[str, object]], bool], *, since: float) -> float:
    """
    The seconds from `since` (of `time.perf_counter`) to the first answer that is accepted. `TimeoutError` after 30 s.

    An answer counts when it is here, so that the time it took is in the figure.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
    try:
        while time.perf_counter() - since < _LIMIT_SECONDS:
            connection.request("GET", path)
            found = json.loads(connection.getresponse().read())
            if accept(found):
                return time.perf_counter() - since
            time.sleep(_INTERVAL_SECONDS)
    finally:
        connection.close()
    raise TimeoutError(f"{url}{path} did not answer as wanted within {_LIMIT_SECONDS:g} s")
