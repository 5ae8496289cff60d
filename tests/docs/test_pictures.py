"""The guides' pictures: each is there, is shown, and is one that the command takes; each says what it shows."""

from __future__ import annotations

import re
import struct

from demo.pictures.browser import WIDTH
from demo.pictures.table import PICTURES
from demo.pictures.taking import MOST_BYTES
from tests.docs.pages import ROOT, pages, without_code

FOLDER = ROOT / "docs" / "guides" / "pictures"
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")


def shown() -> dict[str, str]:
    """Every picture that a page shows, by its file's name, with what is said of it."""
    found = {}
    for file in pages():
        for text, target in _PICTURE.findall(without_code(file.read_text(encoding="utf-8"))):
            assert (file.parent / target).resolve().parent == FOLDER, f"{file}: {target}"
            found[target.rpartition("/")[2]] = text
    return found


def test_pictures_that_pages_show_that_exist_and_that_the_command_takes_are_the_same() -> None:
    taken = {f"{picture.name}.png" for picture in PICTURES}
    assert len(taken) == len(PICTURES)
    assert {file.name for file in FOLDER.iterdir()} == taken
    assert set(shown()) == taken


def test_who_cannot_see_a_picture_is_told_what_is_on_it() -> None:
    assert {name: text for name, text in shown().items() if len(text.split()) < 8} == {}


def test_pictures_are_small_and_of_one_width() -> None:
    for file in FOLDER.iterdir():
        content = file.read_bytes()
        assert len(content) <= MOST_BYTES
        assert struct.unpack(">I", content[16:20]) == (WIDTH,), file.name
