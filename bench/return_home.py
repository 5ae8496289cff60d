"""From asking for a rollback to the predecessor answering, while eight clients go on asking."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import requests

from bench.figures import Figure, Measure, median
from bench.load import CLIENTS, PAUSE_SECONDS
from bench.polling import seconds_until
from bench.stage import image_bytes_given, image_bytes_pulled, settled
from demo.scene import PRODUCTION, Scene

_WARM_SECONDS = 1.0


@dataclass(frozen=True)
class Returned:
    """One rollback, as it was seen from outside."""

    seconds: float
    builds: int
    bytes_pulled: int
    bytes_answered: int
    requests: int
    dropped: tuple[str, ...]


def roll_back(scene: Scene, *, predecessor: str) -> Returned:
    """Rolls production back to what ran before, whose digest is `predecessor`, under load."""
    settled(scene)
    url, runs, given = scene.known["environments"][PRODUCTION], scene.runs(), image_bytes_given(scene)
    with _asking(url) as load, requests.Session() as session, ThreadPoolExecutor(1) as people:
        session.get(f"{scene.known['controller']}/healthz", timeout=10)  # the connection stands when it is asked
        time.sleep(_WARM_SECONDS)
        started = time.perf_counter()
        asking = people.submit(_ask, session, scene)
        seconds = seconds_until(url, "/health/", lambda found: found["digest"] == predecessor, since=started)
        asking.result().raise_for_status()
        pulled, given = image_bytes_pulled(scene, PRODUCTION), image_bytes_given(scene) - given
        settled(scene)
        told, _ = load.communicate()
    counted = json.loads(told)
    return Returned(seconds, scene.runs() - runs, pulled, given, counted["requests"], tuple(counted["dropped"]))


def predecessor(scene: Scene) -> str:
    """The digest that production would return to: of the release before the newest."""
    releases = sorted(scene.product.ask("dave", "releases"), key=lambda release: str(release["created_at"]))
    return str(releases[-2]["digest"])


def lift(scene: Scene) -> None:
    """Lifts the hold that the rollback put, and waits until the release is back in production."""
    api, headers = f"{scene.known['controller']}/api/v1", _headers(scene)
    holds: list[dict[str, Any]] = requests.get(f"{api}/holds", headers=headers, timeout=10).json()["items"]
    body = {"reason": "it is measured again"}
    requests.post(f"{api}/holds/{holds[0]['id']}:lift", json=body, headers=headers, timeout=30).raise_for_status()


def figure(returned: Sequence[Returned]) -> Figure:
    """The figure of those rollbacks."""
    milliseconds = [one.seconds * 1000 for one in returned]
    asked, answered = sum(one.requests for one in returned), max(one.bytes_answered for one in returned)
    dropped = [sentence for one in returned for sentence in one.dropped]
    return Figure(
        name="rollback asked → predecessor answers",
        measures=(
            Measure("", median(milliseconds), 300, "ms"),
            Measure("compiles", sum(one.builds for one in returned), 0),
            Measure("image moved", sum(one.bytes_pulled for one in returned), 0, "bytes"),
            Measure("requests dropped", len(dropped), 0),
        ),
        how=(
            f"median of {len(returned)}: from the moment that POST /rollbacks is sent to the first answer of production's "
            "/health/ with the predecessor's digest, asked every 2 ms; bytes as production's host counts what it pulls; "
            f"{CLIENTS} clients meanwhile, half of them keeping their connection, each asking again "
            f"{PAUSE_SECONDS * 1000:g} ms after an answer"
        ),
        beside=(
            f"each: {', '.join(f'{one:.0f} ms' for one in milliseconds)}; {asked} requests in all",
            f"at most {answered} bytes out of the image registry: the manifest, to see that the image is still there",
            *dict.fromkeys(f"dropped: {sentence}" for sentence in dropped),
        ),
    )


def _ask(session: requests.Session, scene: Scene) -> requests.Response:
    body = {"environment": PRODUCTION, "reason": "it is measured"}
    url = f"{scene.known['controller']}/api/v1/rollbacks"
    return session.post(url, json=body, headers=_headers(scene), timeout=30)


def _headers(scene: Scene) -> dict[str, str]:
    return {"Authorization": f"Bearer {scene.known['users']['bob']['token']}"}


def _asking(url: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "bench.load", url]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
