"""An environment cannot be asked for a while: its checks could not tell, and nothing is decided over that."""

from __future__ import annotations

import json

import pytest

from tests.e2e.running import Running, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


def test_nothing_is_promoted_onto_what_cannot_be_asked(running: Running) -> None:
    number = running.asked(*running.toggle("gallery"))
    running.built(number)
    running.door.hidden.update(("staging", "production"))
    running.person("bob").approve(number)
    commit = running.merged(number)
    until("it is told", lambda: "could not tell" in json.dumps(running.status()))
    assert running.way_of(commit) == [("release", "")]
    running.door.hidden.clear()
    running.verified(commit)
    assert running.way_of(commit).count(("promote", "production")) == 1


def test_a_release_that_cannot_be_asked_stays_and_is_verified_later(running: Running) -> None:
    number = running.asked(*running.toggle("gallery"))
    running.built(number)
    running.door.hides_next.add("staging")
    running.person("bob").approve(number)
    commit = running.merged(number)
    until("its deadline is over", lambda: ("verification-errored", "staging") in running.way_of(commit))
    assert "could not tell" in json.dumps(running.status())
    running.door.hides_next.clear()
    running.door.hidden.clear()
    running.verified(commit)
    assert [found for found, _ in running.way_of(commit)] == [
        "release",
        "promote",
        "verification-errored",
        "verification-passed",
        "promote",
        "verification-passed",
    ]
