"""The controller's process dies by SIGKILL in the midst of a change: a new one brings it to the same end."""

from __future__ import annotations

import os
import subprocess

import pytest

from demo import ledger
from demo.running import modwright
from tests.e2e.running import Running, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

TO_PRODUCTION = [
    ("release", ""),
    ("promote", "staging"),
    ("verification-passed", "staging"),
    ("promote", "production"),
    ("verification-passed", "production"),
]


def test_killed_after_the_merge(running: Running) -> None:
    number = running.asked(*running.toggle("gallery"))
    running.built(number)
    main = running.branch("main")
    answer_is_lost = {"method": "PUT", "path": ".*/merge", "drop_after": True}
    second_look_waits = {"method": "GET", "path": f".*/pulls/{number}", "delay": 4, "times": 9}
    running.faults(answer_is_lost, second_look_waits)
    running.person("bob").approve(number)
    until("main moves", lambda: running.branch("main") != main)
    running.kill()
    running.faults()
    assert running.way_of(running.branch("main")) == []
    running.start()
    commit = running.merged(number)
    assert commit == running.branch("main")
    running.verified(commit)
    assert running.way_of(commit) == TO_PRODUCTION


def test_killed_after_the_dispatch_of_a_build(running: Running) -> None:
    runs = len(running.runs())
    running.faults({"method": "POST", "path": ".*/dispatches", "drop_after": True})
    number = running.asked("install", "comments", "--reason", "readers answer")
    until("a run begins", lambda: len(running.runs()) > runs)
    running.kill()
    assert running.pull(number)["state"] == "open"
    running.start()
    commit = running.arrive(number)
    trees = [str(run["display_title"]).split()[0] for run in running.runs()[: len(running.runs()) - runs]]
    assert len(trees) == len(set(trees)) == 1
    assert running.way_of(commit) == TO_PRODUCTION
    assert "comments" in running.modules("production")


def test_killed_after_the_ledger_commit_of_a_rollback(running: Running) -> None:
    commit = running.arrive(running.asked("install", "blog", "--reason", "we want to write"))
    before, main = running.branch("environments"), running.branch("main")
    running.door.holds.set()
    command = [modwright(), "rollback", "production", "--reason", "it is slow", "--as", "carol"]
    environment = {**os.environ, "MODWRIGHT_CONTEXT": running.known["MODWRIGHT_CONTEXT"]}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as asking:
        until("the ledger has it", lambda: running.branch("environments") != before)
        running.kill()
        assert asking.wait(timeout=30) == 2
    assert running.decisions()[-1]["Decision"] == "roll-back"
    assert "blog" in running.modules("production")
    running.door.holds.clear()
    running.start()
    until("production is back", lambda: "blog" not in running.modules("production"))
    until("the revert is on main", lambda: running.branch("main") != main)
    reverting = running.branch("main")
    running.verified(reverting)
    assert "blog" not in running.modules("production")
    assert [found["Decision"] for found in running.decisions()].count("roll-back") == 1
    assert [hold["state"] for hold in ledger.holds(running.person()) if commit in hold["commits"]] == ["confirmed"]
