"""The whole way of a change, told in chapters; each is held to what can be seen from outside."""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

from demo import folder as folders
from demo.chapters import beginning, install
from demo.folder import Folder
from demo.keeper import kept
from demo.product import Product
from demo.running import stop
from demo.scene import Scene
from demo.timeline import Timeline
from demo.up import bring_up


def run_story(state: Path | None, *, as_json: bool) -> None:
    """Tells it all, from a fresh start. `NotSoError` at the first thing that is not so. No process is left in any case."""
    timeline = Timeline(as_json=as_json)
    folder = folders.make(state)
    with _ended_in_any_case(folder), kept(folder):
        known = bring_up(folder)
        timeline.tell("sandbox and controller answer", where=known["forge"], proof=f"{known['controller']}/healthz")
        tell(Scene(folder, known, timeline, Product(known["MODWRIGHT_CONTEXT"], timeline)))
    folder.remove_if_temporary()


def tell(scene: Scene) -> None:
    """The chapters, in order; what one leaves is what the next begins with."""
    scene.timeline.chapter("1 · The platform and its first release")
    beginning.first_release(scene)
    scene.timeline.chapter("2 · alice asks for blog")
    blog = install.ask(scene)
    scene.timeline.chapter("3 · bob approves")
    install.approve(scene, blog)


@contextlib.contextmanager
def _ended_in_any_case(folder: Folder) -> Iterator[None]:
    """SIGTERM and SIGHUP end the story as Ctrl-C does: by an exception, so that everything is ended on the way out."""

    def leave(number: int, _frame: object) -> None:
        sys.exit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        _undisturbed(folder)
        for number, handler in before.items():
            signal.signal(number, handler)


def _undisturbed(folder: Folder) -> None:
    """Ends the processes; an impatient second Ctrl-C does not leave half of them."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        if folder.mark.is_file():
            stop(folder)
    finally:
        signal.signal(signal.SIGINT, before)
