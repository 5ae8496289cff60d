"""
Eight clients of a front, as a program of its own so that they do not slow what is measured: `python -m bench.load URL`.

Half of them keep their connection, half make a new one for each request. They ask until stdin closes, then say as JSON
how many requests there were and what became of those that were not answered with 200.
"""

from __future__ import annotations

import http.client
import json
import sys
import threading
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CLIENTS = 8
PAUSE_SECONDS = 0.01


@dataclass
class Tally:
    """What one client saw. `dropped` are sentences."""

    requests: int = 0
    dropped: list[str] = field(default_factory=list)


def ask(url: str, *, keeps: bool, ended: threading.Event, tally: Tally) -> None:
    """One client."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    while not ended.wait(PAUSE_SECONDS):
        tally.requests += 1
        try:
            connection.request("GET", "/health/", headers={} if keeps else {"Connection": "close"})
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.client.OK:
                tally.dropped.append(str(answer.status))
        except (OSError, http.client.HTTPException) as error:
            tally.dropped.append(f"{type(error).__name__}: {error}")
            connection.close()
        if not keeps:
            connection.close()
    connection.close()


def main(url: str) -> None:
    """Runs the clients until stdin closes."""
    ended, tallies = threading.Event(), [Tally() for _ in range(CLIENTS)]
    threads = [
        threading.Thread(target=ask, args=(url,), kwargs={"keeps": position % 2 == 0, "ended": ended, "tally": tally})
        for position, tally in enumerate(tallies)
    ]
    for thread in threads:
        thread.start()
    sys.stdin.buffer.read()
    ended.set()
    for thread in threads:
        thread.join()
    dropped = [sentence for tally in tallies for sentence in tally.dropped]
    sys.stdout.write(json.dumps({"requests": sum(tally.requests for tally in tallies), "dropped": dropped}))


if __name__ == "__main__":
    main(sys.argv[1])
