"""How far a build is, in six words and in percent."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from controller.core.builds import percent_done, stage_word
from controller.core.model import BuildStage, BuildStatus, BuildStep

AT = datetime(2026, 3, 1, tzinfo=UTC)
QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED = BuildStatus


def stage(name: str, status: BuildStatus, **steps: BuildStatus) -> BuildStage:
    """A stage whose steps are named by words with `_` for spaces."""
    made = tuple(BuildStep(word.replace("_", " "), state) for word, state in steps.items())
    return BuildStage(name, status, None if status is QUEUED else AT, None, made)


WAITS = stage("publish", QUEUED, Push=QUEUED)


@pytest.mark.parametrize(
    ("status", "stages", "word", "percent"),
    [
        (QUEUED, (), "pending", 0),
        (RUNNING, (stage("build", QUEUED, Compile=QUEUED), WAITS), "pending", 0),
        (RUNNING, (stage("build", RUNNING, Check_out_the_commit=RUNNING, Compile=QUEUED), WAITS), "checkout", 0),
        (RUNNING, (stage("build", RUNNING, Check_out=SUCCEEDED, Compile=RUNNING), WAITS), "build", 33),
        (RUNNING, (stage("build", RUNNING, Compile=SUCCEEDED, Run_the_tests=RUNNING), WAITS), "test", 33),
        (
            RUNNING,
            (stage("build", SUCCEEDED, Compile=SUCCEEDED), stage("publish", RUNNING, Push=RUNNING)),
            "deploy",
            50,
        ),
        (FAILED, (stage("build", FAILED, Check_out=SUCCEEDED, Compile=FAILED), WAITS), "build", 33),
        (FAILED, (stage("build", FAILED, Compile=SUCCEEDED),), "build", 99),
        (SUCCEEDED, (), "complete", 100),
        (CANCELLED, (), "pending", 0),
    ],
)
def test_a_build_is_so_far(status: BuildStatus, stages: tuple[BuildStage, ...], word: str, percent: int) -> None:
    assert (stage_word(status, stages), percent_done(status, stages)) == (word, percent)
