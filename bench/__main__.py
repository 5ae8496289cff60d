"""`python -m bench`: measures every figure and prints one table. Exit 1 where one is missed, 2 where one cannot be taken."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from bench import arrival, edits, memory, passes, plans, return_home, reverts, start
from bench.figures import Figure
from bench.stage import begin_controller, end_controller, settled, soon, stage
from bench.table import as_json, as_text
from demo.errors import DemoError
from demo.scene import PRODUCTION, Scene
from demo.tools import project_root

_STORY = "installs of blog, comments and gallery and three rollbacks"


def main() -> int:
    """Everything, in the order in which it disturbs itself least."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="The figures that the project promises.")
    parser.add_argument("--json", action="store_true", dest="as_json", help="print one JSON document")
    chosen = parser.parse_args()
    figures = [*_alone(), *_on_stage()]
    sys.stdout.write((as_json if chosen.as_json else as_text)(figures) + "\n")
    return 0 if all(figure.is_met for figure in figures) else 1


def _alone() -> list[Figure]:
    """Those that need no platform that runs."""
    _say("starting the command line …")
    started = start.measure()
    _say("editing manifests …")
    edited = edits.measure()
    with tempfile.TemporaryDirectory(prefix="modwright-bench-") as place:
        _say("planning and checking …")
        planned = plans.measure(Path(place) / "platform")
        _say("200 installs and their reverts …")
        taken = reverts.measure(Path(place) / "reverts", platform=project_root() / "examples/platform")
    return [started, edited, *planned, taken]


def _on_stage() -> list[Figure]:
    _say("bringing a platform up …")
    with stage() as scene:
        paced = _paced(scene)
        controller = begin_controller(scene, pacing=0)
        _say("installs and rollbacks …")
        plain = [arrival.arrive(scene, module) for module in ("blog", "comments", "gallery")]
        returned = [_and_again(scene) for _ in range(3)]
        held = memory.figure(controller, story=_STORY)
        end_controller(scene)
        _say("passes …")
        loop = passes.loop_of(scene)
        quiet = passes.idle(scene, loop)
        proposed = passes.proposing(scene, loop, "reviews")
        return [arrival.figure(plain, paced), return_home.figure(returned), quiet, proposed, held]


def _paced(scene: Scene) -> tuple[float, int]:
    _say("an install with a second between two writes …")
    begin_controller(scene, pacing=1)
    return arrival.arrive(scene, "content")


def _and_again(scene: Scene) -> return_home.Returned:
    """Rolls production back and lets it go on again."""
    present = scene.digest(PRODUCTION)
    predecessor = return_home.predecessor(scene)
    found = return_home.roll_back(scene, predecessor=predecessor)
    return_home.lift(scene)
    soon("production goes on", lambda: scene.digest(PRODUCTION) == present)
    settled(scene)
    return found


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    try:
        sys.exit(main())
    except DemoError as error:
        _say(f"error: {error}")
        sys.exit(2)
    except KeyboardInterrupt:
        _say("interrupted")
        sys.exit(130)
