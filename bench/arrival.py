"""From a merge to production answering with the new module."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from bench.figures import Figure, Measure, median
from bench.polling import seconds_until
from bench.stage import approved, settled
from demo.scene import PRODUCTION, Scene


def arrive(scene: Scene, module: str) -> tuple[float, int]:
    """Has a module arrive; the seconds from the click on merge, and how many builds were started after it."""
    candidate = approved(scene, module)
    settled(scene)
    runs = scene.runs()
    url = scene.known["environments"][PRODUCTION]
    with ThreadPoolExecutor(1) as people:
        started = time.perf_counter()
        merging = people.submit(scene.bob.merge, candidate.number)
        seconds = seconds_until(url, "/health/modules", lambda found: module in str(found), since=started)
        merging.result()
    settled(scene)
    return seconds, scene.runs() - runs


def figure(plain: Sequence[tuple[float, int]], paced: tuple[float, int]) -> Figure:
    """The figure of those arrivals; `paced` was taken with a second between two writes to the forge."""
    spent = [seconds for seconds, _ in plain]
    return Figure(
        name="merge → production answers with the new module",
        measures=(
            Measure("", median(spent), 2, "s"),
            Measure("compiles", sum(builds for _, builds in (*plain, paced)), 0),
        ),
        how=(
            f"median of {len(spent)} installs whose image was built for the proposal, soak 0, no pacing: from the moment "
            "that a person's merge is sent to the forge to the first answer of production's /health/modules with it, "
            "asked every 2 ms; staging is passed on the way"
        ),
        beside=(
            f"each: {', '.join(f'{seconds:.2f} s' for seconds in spent)}",
            f"with GitHub's 1 s between two writes: {paced[0]:.2f} s",
        ),
    )
