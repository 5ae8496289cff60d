"""The guides' pictures are taken by the command that says so, and small."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from demo.errors import DemoError
from demo.pictures.browser import chromium, launched
from demo.pictures.palette import reduced
from demo.pictures.table import PICTURES
from demo.pictures.taking import MOST_BYTES
from tests.demo.conftest import demo, running_in

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def browser() -> Iterator[Browser]:
    try:
        program = chromium()
    except DemoError as error:
        pytest.skip(str(error))
    with launched(program) as found:
        yield found


def colours(browser: Browser, picture: bytes) -> list[list[int]]:
    """The picture's pixels, as the browser reads the file."""
    page = browser.new_page()
    found: list[list[int]] = page.evaluate(
        """async (bytes) => {
          const image = await createImageBitmap(new Blob([Uint8Array.from(bytes)]));
          const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
          context.drawImage(image, 0, 0);
          const data = [...context.getImageData(0, 0, image.width, image.height).data];
          return Array.from({ length: data.length / 4 }, (_, place) => data.slice(place * 4, place * 4 + 3));
        }""",
        list(picture),
    )
    page.close()
    return found


def test_a_reduced_picture_shows_the_same_in_fewer_bytes(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 120, "height": 40})
    page.set_content("<body style='background:#2050c0;color:#ffffff'><b>Modwright</b>")
    before = page.screenshot()
    after = reduced(browser, before)
    assert len(after) < len(before)
    wanted, seen = colours(browser, before), colours(browser, after)
    assert len(seen) == len(wanted) == 120 * 40
    assert max(abs(a - b) for one, other in zip(wanted, seen, strict=True) for a, b in zip(one, other, strict=True)) < 8


def test_a_picture_of_many_colours_keeps_256_of_them(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 600, "height": 20})
    page.set_content("<body style='margin:0;height:20px;background:linear-gradient(90deg,#f00,#0f0,#00f)'>")
    assert len({tuple(one) for one in colours(browser, page.screenshot())}) > 256
    assert len({tuple(one) for one in colours(browser, reduced(browser, page.screenshot()))}) <= 256


def test_every_picture_of_the_table_is_taken_and_nothing_is_left_running(browser: Browser, home: Path) -> None:
    into = home / "pictures"
    said = demo("pictures", "--into", str(into)).stdout
    taken = {file.stem: file.read_bytes() for file in into.iterdir()}
    assert set(taken) == {picture.name for picture in PICTURES}
    assert all(name in said for name in taken)
    assert max(map(len, taken.values())) <= MOST_BYTES
    assert not running_in(home)
