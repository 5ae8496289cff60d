"""The first page at 1,000 modules and 5,000 releases: at most 150 ms of the server's time, at most 150 KB transferred."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest

from tests.api.served import Api, served
from tests.console.browsing import Reader
from tests.console.large_platform import grow
from tests.world.world import World

MOST_SECONDS = 0.150
MOST_BYTES = 150 * 1024


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("large")
    world = World(folder)
    world.begin()
    grow(world)
    with served(world, folder) as made:
        yield made


@pytest.mark.parametrize(
    "path",
    ["/modules", "/modules?q=module&page=10", "/modules/module-0004", "/changes", "/changes?page=200", "/changes/1"],
)
def test_a_page_takes_little_of_the_servers_time(large: Api, path: str) -> None:
    """
    The processor's time of the whole process, the asking client included: that of the clock is other programs' too.
    """
    reader = Reader(large, "alice")
    reader.open(path)
    assert min(_spent(reader, path) for _ in range(8)) <= MOST_SECONDS


def _spent(reader: Reader, path: str) -> float:
    began = time.process_time()
    answer = reader.client.get(reader.api.url + path, timeout=20)
    assert answer.status_code == 200
    return time.process_time() - began


def test_the_first_page_with_all_that_it_needs_is_small(large: Api) -> None:
    reader = Reader(large, "alice")
    page = reader.client.get(f"{large.url}/modules", timeout=20, stream=True)
    size = len(page.raw.read())
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', reader.open("/modules").html):
        size += len(reader.client.get(large.url + address, timeout=20, stream=True).raw.read())
    assert size <= MOST_BYTES
    assert "1000 modules" in reader.open("/modules").text


def test_every_module_is_on_some_page(large: Api) -> None:
    reader = Reader(large, "alice")
    last = reader.open("/modules?page=1000")
    assert "Page 20 of 20" in last.text
    assert "/modules/module-0999" in last.links
