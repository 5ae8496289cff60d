"""Brings up a demo of its own and takes the pictures, one after the other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo import folder as folders
from demo.errors import DemoError, NotSoError
from demo.first import bring_up_with_release
from demo.folder import Folder
from demo.interruption import ended_in_any_case
from demo.keeper import kept
from demo.pictures.browser import chromium, launched, seat
from demo.pictures.cast import Cast
from demo.pictures.palette import reduced
from demo.pictures.table import PICTURES, Picture
from demo.pictures.visitor import connect
from demo.running import fail_controller
from demo.tools import demand_tools

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MOST_BYTES = 120_000
"""Of one picture: it is kept in the repository for good."""


def take_all(into: Path, *, say: Callable[[str], None]) -> None:
    """Replaces what is there of the table's pictures. `DemoError` where something is missing or one is too large."""
    demand_tools()
    with launched(chromium()) as browser:
        folder = folders.make(None)
        with kept(folder), ended_in_any_case(folder):
            known = _brought_up(folder, say)
            people = {login: seat(browser, login, console=known["controller"]) for login in ("alice", "bob", "carol")}
            into.mkdir(parents=True, exist_ok=True)
            _take(Cast(**people, known=known), browser, into, say)
        folder.remove_if_temporary()


def _brought_up(folder: Folder, say: Callable[[str], None]) -> dict[str, Any]:
    known = bring_up_with_release(folder, say=say)
    connect(folder)
    fail_controller(folder, known["controller"])
    return known


def _prepare(picture: Picture, cast: Cast) -> None:
    from playwright.sync_api import Error

    try:
        picture.before(cast)
    except Error as error:
        raise NotSoError(f"before {picture.name}.png", expected="what is clicked", seen=error.message) from error


def _take(cast: Cast, browser: Browser, into: Path, say: Callable[[str], None]) -> None:
    for picture in PICTURES:
        _prepare(picture, cast)
        file = into / f"{picture.name}.png"
        shown = cast.seat(picture.who).picture(top=picture.top, height=picture.height)
        content = reduced(browser, shown)
        say(f"{file}  {len(content) // 1000} kB")
        if len(content) > MOST_BYTES:
            raise DemoError(f"{file} would have {len(content)} bytes, more than {MOST_BYTES}: show less of the page")
        file.write_bytes(content)
