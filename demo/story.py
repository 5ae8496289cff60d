"""The whole way of a change, told in chapters; each is held to what can be seen from outside."""

from __future__ import annotations

from pathlib import Path

import click

from demo import folder as folders
from demo.chapters import (
    audit,
    beginning,
    broken,
    direct,
    elsewhere,
    failing,
    install,
    neighbours,
    refusals,
    solo,
    undo,
)
from demo.errors import DemoError
from demo.interruption import ended_in_any_case
from demo.keeper import kept
from demo.product import Product
from demo.scene import Scene
from demo.timeline import Timeline
from demo.tools import demand_tools
from demo.up import bring_up


def run_story(state: Path | None, *, as_json: bool) -> None:
    """
    Tells it all, from a fresh start. `NotSoError` at the first thing that is not so; the folder with its logs then stays.
    No process is left in any case.
    """
    demand_tools()
    timeline = Timeline(as_json=as_json)
    folder = folders.make(state)
    try:
        with kept(folder), ended_in_any_case(folder):
            known = bring_up(folder)
            timeline.tell("sandbox and controller answer", where=known["forge"], proof=f"{known['controller']}/healthz")
            tell(Scene(folder, known, timeline, Product(known["MODWRIGHT_CONTEXT"], timeline)))
    except DemoError:
        click.echo(f"the parts' own words are in {folder.root}/*.log", err=True)
        raise
    except BaseException:
        folder.remove_if_temporary()
        raise
    folder.remove_if_temporary()


def tell(scene: Scene) -> None:
    """The chapters, in order; what one leaves is what the next begins with."""
    blog = _install(scene)
    _fail(scene)
    comments = _fail_elsewhere(scene)
    _undo(scene, blog=blog, comments=comments)
    _go_other_ways(scene)
    scene.timeline.chapter("12 · the audit, from a clone alone")
    audit.nothing_twice(scene)
    audit.from_a_clone(scene)


def _install(scene: Scene) -> int:
    chapter = scene.timeline.chapter
    chapter("1 · The platform and its first release")
    beginning.first_release(scene)
    chapter("2 · alice asks for blog")
    blog = install.ask(scene)
    chapter("3 · bob approves; the image that was built arrives")
    install.approve(scene, blog)
    return blog.number


def _fail(scene: Scene) -> None:
    scene.timeline.chapter("4 · reviews fails in production and is taken back; gallery waits for the revert")
    waiting = failing.unwell_before(scene)
    failing.taken_back(scene, waiting)
    failing.restart_meanwhile(scene, waiting)
    failing.reverted(scene, waiting)
    failing.goes_on(scene)


def _fail_elsewhere(scene: Scene) -> int:
    chapter = scene.timeline.chapter
    chapter("5 · a failure whose cause is elsewhere")
    comments = elsewhere.cause_elsewhere(scene)
    chapter("6 · broken does not compile")
    broken.does_not_compile(scene)
    chapter("7 · what cannot be is refused")
    refusals.refused(scene)
    return comments


def _undo(scene: Scene, *, blog: int, comments: int) -> None:
    scene.timeline.chapter("8 · on-call undoes changes")
    undo.by_the_forge(scene, comments)
    undo.by_a_comment(scene, blog)


def _go_other_ways(scene: Scene) -> None:
    chapter = scene.timeline.chapter
    chapter("9 · two proposals on neighbouring lines")
    neighbours.side_by_side(scene)
    chapter("10 · a push straight to main")
    direct.admitted(scene, direct.pushed(scene))
    chapter("11 · one maintainer alone")
    solo.alone(scene)
