"""The demo itself: the whole story, and its end at any moment."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.demo.conftest import MODWRIGHT, demo, eventually, running_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

_PROVED = (
    "the bot merges",
    "nothing was compiled again",
    "the predecessor answers",
    "gallery goes through, blog stays, reviews is gone",
    "the hold is cleared",
    "the gate fails: module broken",
    "carol comments /modwright revert",
    "was applied anew",
    "bob admits it",
    "alice asks, approves, and it arrives",
    "git alone tells who, what, when, why",
)


def test_the_whole_story_is_so_and_leaves_nothing(home: Path) -> None:
    lines = [json.loads(line) for line in demo("run", "--json").stdout.splitlines()]
    told = [line["what"] for line in lines if "what" in line]
    assert [words for words in _PROVED if not any(words in what for what in told)] == []
    assert all(line["proof"] for line in lines if "what" in line)
    assert not running_in(home)
    assert list(home.glob("modwright-demo-*/demo-*")) == []


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM), (signal.SIGKILL, -signal.SIGKILL)],
)
def test_it_leaves_no_process_however_it_ends(home: Path, number: signal.Signals, status: int) -> None:
    """The signal comes while the first image is built: then most processes are there."""
    story = subprocess.Popen(
        [MODWRIGHT, "demo", "run", "--json"], stdout=subprocess.PIPE, text=True, env=dict(os.environ), bufsize=1
    )
    assert story.stdout is not None
    for line in story.stdout:
        if "the platform is on the forge" in line:
            break
    time.sleep(0.7)
    assert len(running_in(home)) >= 2
    story.send_signal(number)
    assert story.wait(timeout=60) == status
    story.stdout.close()
    assert eventually(lambda: not running_in(home)), running_in(home)
