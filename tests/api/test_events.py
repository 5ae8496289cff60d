"""What happens is told as it happens, in order, to everybody who may look, and nothing is lost over a restart."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from controller.showing.happenings import Thing
from controller.showing.hub import MOST_WAITING, Stream, Told
from tests.api.served import Api, served, token_lines, token_of
from tests.scenarios.story import install
from tests.world.world import World

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
QUICK = timedelta(milliseconds=200)
LISTENERS = ("alice", "bob", "carol", "dave")


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.begin()
    return made


@dataclass
class Listener:
    """One open stream. Events are collected by a thread, since reading waits."""

    answer: requests.Response
    events: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        event: dict[str, Any] = {}
        try:
            for line in self.answer.iter_lines(chunk_size=1, decode_unicode=True):
                self.lines.append(line)
                name, _, value = line.partition(": ")
                if line and not line.startswith(":"):
                    event[name] = json.loads(value) if name == "data" else value
                elif event:
                    self.events.append(event)
                    event = {}
        except (requests.RequestException, AttributeError, ValueError):
            pass
        self.ended.set()

    def until(self, *kinds: str) -> list[dict[str, Any]]:
        """The events up to the first that has one of these kinds."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = next((n for n, e in enumerate(self.events) if e.get("event") in kinds), None)
            if found is not None:
                return [event for event in self.events[: found + 1] if "data" in event]
            time.sleep(0.01)
        raise AssertionError(f"no {kinds} in {self.events}")

    def things(self) -> set[tuple[str, str]]:
        return {(event["event"], event["data"]["id"]) for event in self.events if "data" in event}

    @property
    def place(self) -> str:
        return str([event["id"] for event in self.events if "id" in event][-1])


@contextmanager
def listening(api: Api, who: str = "dave", after: str | None = None) -> Iterator[Listener]:
    headers = {"Authorization": f"Bearer {token_of(who)}"} | ({"Last-Event-ID": after} if after is not None else {})
    answer = requests.get(f"{api.url}/api/v1/events", headers=headers, stream=True, timeout=20)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/event-stream; charset=utf-8")
    listener = Listener(answer)
    thread = threading.Thread(target=listener.read)
    thread.start()
    try:
        if after is None:
            _wait_for(lambda: bool(listener.events))
        yield listener
    finally:
        # Reading and closing must not meet in two threads: the socket is shut down, and the reader then ends.
        with_socket = answer.raw.connection.sock if answer.raw.connection is not None else None
        if with_socket is not None:
            with_socket.shutdown(socket.SHUT_RDWR)
        thread.join()
        answer.close()


def _wait_for(what: Any) -> None:
    deadline = time.monotonic() + 10
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_is_done_is_told_with_where_to_fetch_it(api: Api) -> None:
    with listening(api) as listener:
        frozen = api.done("alice", "POST", "/freezes", {"reason": "a sale"})["id"]
        api.world.tick()
        told = listener.until("freeze")[-1]
    assert told["data"]["id"] == frozen
    assert set(told["data"]) == {"kind", "id", "at", "what"}
    assert api.ask("dave", "GET", told["data"]["what"].removeprefix("/api/v1")).status_code == 200


def test_a_change_is_told_from_its_opening_to_the_environments_in_order(api: Api) -> None:
    with listening(api) as listener:
        number = str(install(api.world, "blog").number)
        api.world.settle()
        listener.until("build")
        api.world.forge.review(int(number), "bob")  # type: ignore[arg-type]
        api.world.settle()
        listener.until("release")
        listener.until("environment")
        _wait_for(lambda: len({e["data"]["id"] for e in listener.events if e.get("event") == "environment"}) == 2)
    kinds = [event["event"] for event in listener.events if "data" in event]
    assert kinds.index("change") < kinds.index("build") < kinds.index("release") < len(kinds)
    assert ("change", number) in listener.things()
    numbers = [int(event["id"].rpartition("-")[2]) for event in listener.events if "id" in event]
    assert numbers == sorted(numbers)


def test_a_stream_goes_on_where_it_was_cut_off(api: Api) -> None:
    with listening(api) as first:
        place = first.place
    api.done("alice", "POST", "/freezes", {"reason": "a sale"})
    api.world.tick()
    with listening(api, after=place) as second:
        second.until("freeze")
        again = second.place
    with listening(api, after=again) as third:
        api.done("carol", "POST", "/freezes", {"reason": "more", "environment": "staging"})
        api.world.tick()
        third.until("freeze")
        assert len([event for event in third.events if event.get("event") == "freeze"]) == 1


def test_a_stream_goes_on_over_a_restart_of_the_controller(world: World, tmp_path: Path) -> None:
    with served(world, tmp_path) as api, listening(api) as first:
        place = first.place
        ended = first.ended
    assert ended.wait(5)
    number = str(install(world, "blog").number)
    world.settle()
    world.restart()
    with served(world, tmp_path) as api:
        frozen = api.done("alice", "POST", "/freezes", {"reason": "a sale"})["id"]
        with listening(api, after=place) as second:
            second.until("health")
            things = second.things()
            assert {event["id"] for event in second.events[:-1] if "id" in event} <= {place}
            newest = second.place
        assert {("freeze", frozen), ("change", number)} <= things
        assert {kind for kind, _ in things} >= {"build", "environment", "health"}
        with listening(api, after=newest) as third:
            api.world.loop.tick()
            assert "freeze" not in {event.get("event") for event in third.events}


@pytest.mark.parametrize(
    "place",
    ["", "nonsense", "0" * 40 + "-00000000-1", "f" * 40 + "-00000000-5", "x" * 150, "\u00e9", "{main}-00000000-1"],
)
def test_a_place_that_nobody_knows_means_fetch_everything(shared: Api, place: str) -> None:
    place = place.replace("{main}", shared.world.view().main.head.sha)
    with listening(shared, after=place.encode("latin-1")) as listener:  # type: ignore[arg-type]
        told = listener.until("reset")
    assert told[-1]["data"]["what"] == "/api/v1/status"


def test_a_quiet_stream_says_that_it_lives(world: World, tmp_path: Path) -> None:
    with served(world, tmp_path, keep_alive=QUICK) as api, listening(api) as listener:
        _wait_for(lambda: listener.lines.count(": keep-alive") >= 2)


def test_a_stream_ends_when_its_token_is_revoked(world: World, tmp_path: Path) -> None:
    with (
        served(world, tmp_path, keep_alive=QUICK) as api,
        listening(api, "dave") as revoked,
        listening(api, "alice") as other,
    ):
        api.tokens.write_text(token_lines("alice"))
        assert revoked.ended.wait(5)
        assert not other.ended.is_set()


def test_the_service_ends_in_time_with_streams_open(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with served(world, tmp_path) as api, listening(api) as listener:
        closing = time.monotonic()
        listener_ends = listener.ended
    assert listener_ends.is_set()
    assert time.monotonic() - closing < 5
    assert "ancel" not in caplog.text


def test_a_slow_listener_is_told_to_fetch_everything_and_costs_no_memory() -> None:
    async def heard() -> list[tuple[Told, ...] | None]:
        stream = Stream()
        many = [Told(f"{number}", NOW, Thing("change", "1")) for number in range(MOST_WAITING + 1)]
        stream.offer(many)
        first = await stream.wait(QUICK)
        stream.offer(many[:2])
        return [first, await stream.wait(QUICK), await stream.wait(timedelta())]

    first, second, nothing = asyncio.run(heard())
    assert first == (Told(f"{MOST_WAITING}", NOW),)
    assert second is not None
    assert [told.place for told in second] == ["0", "1"]
    assert nothing == ()


def test_nobody_listens_without_a_role(shared: Api) -> None:
    assert shared.refused(None, "GET", "/events")[0] == 401
    assert shared.refused("erin", "GET", "/events")[0] == 403


def test_nobody_alone_keeps_the_others_from_listening(api: Api) -> None:
    with api_streams(api, 50, "dave"):
        assert api.refused("dave", "GET", "/events")[0] == 503
        assert api.ask("frank", "GET", "/events").status_code == 200


def test_many_listen_and_none_takes_a_thread(api: Api) -> None:
    with ExitStack() as streams:
        sockets = [each for who in LISTENERS for each in streams.enter_context(api_streams(api, 50, who))]
        assert api.refused("frank", "GET", "/events")[0] == 503
        assert api.ask("dave", "GET", "/status").status_code == 200
        api.done("alice", "POST", "/freezes", {"reason": "a sale"})
        api.world.tick()
        for each in sockets:
            assert b"event: freeze" in _received(each, b"event: freeze")


@contextmanager
def api_streams(api: Api, number: int, who: str) -> Iterator[list[socket.socket]]:
    host, _, port = api.url.removeprefix("http://").partition(":")
    asked = f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token_of(who)}\r\n\r\n"
    made = [socket.create_connection((host, int(port))) for _ in range(number)]
    try:
        for each in made:
            each.settimeout(20)
            each.sendall(asked.encode())
        for each in made:
            _received(each, b"retry: ")
        yield made
    finally:
        for each in made:
            each.close()


def _received(each: socket.socket, until: bytes) -> bytes:
    got = b""
    while until not in got:
        part = each.recv(65536)
        assert part, got
        got += part
    return got
