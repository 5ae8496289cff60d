"""The image registry cannot be reached for a while: a promotion waits, and the release is not blamed."""

from __future__ import annotations

import json

import pytest

from tests.e2e.running import Running, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def test_an_image_registry_that_is_away_holds_a_promotion_up(running: Running) -> None:
    number = running.asked(*running.toggle("gallery"))
    running.built(number)
    images = json.loads(running.folder.file("controller.json").read_text())["images"]
    running.kill()
    running.start(images={**images, "registry": "127.0.0.1:9"})
    try:
        running.person("bob").approve(number)
        commit = running.merged(number)
        until("it is told", lambda: "image registry 127.0.0.1:9 did not answer" in str(running.log()))
        assert running.way_of(commit) == [("release", "")]
    finally:
        running.kill()
        running.start(images=images)
    running.verified(commit)
    assert running.way_of(commit).count(("promote", "staging")) == 1
