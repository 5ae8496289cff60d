"""The pages of operators and auditors with thousands of releases: what a page costs the server."""

from __future__ import annotations

import time
from pathlib import Path

from tests.api.served import served
from tests.console.large import grow
from tests.scenarios.story import arrive
from tests.world.forge import PEOPLE
from tests.world.world import World

RELEASES, ENTRIES = 5_000, 10_000
PROMISED = 0.150
BOUND = 8 * PROMISED
"""Generous: the machine of a test run does much else. The printed figures are what is compared with the promise."""
MOST_BYTES = 150 * 1024


def test_each_page_is_quick_and_small_with_five_thousand_releases(tmp_path: Path, capsys: object) -> None:
    world = World(tmp_path)
    world.begin()
    arrive(world, "blog")
    grow(world, releases=RELEASES, entries=ENTRIES)
    release = next(iter(world.loop.look().view.state.releases))
    pages = (
        "/environments",
        "/environments/production",
        "/environments/production?after=2500",
        "/environments/production/rollback",
        "/releases",
        f"/releases?after={release}",
        "/releases?module=module-77",
        f"/releases/{release}",
        "/holds",
        "/freezes",
        "/builds",
        "/audit",
        "/audit?text=module-4999&who=alice",
        "/health",
    )
    with served(world, tmp_path) as api:
        client = api.browser(PEOPLE["alice"])
        for path in pages:
            client.get(api.url + path)
            begun = time.process_time()
            answer = client.get(api.url + path)
            took = time.process_time() - begun
            sent = int(answer.headers["Content-Length"])
            print(f"{path}: {took * 1000:.0f} ms, {sent} bytes sent")  # noqa: T201 - the figures
            assert answer.status_code == 200, (path, answer.text)
            assert took < BOUND, (path, took)
            assert sent < MOST_BYTES, (path, sent)
