"""What a rollout does to an environment, with real images, a real registry and real processes."""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.support.children import living_children

from .conftest import Story, World, layer, running

Play = Callable[[Story], None]


def test_an_image_is_pulled_by_digest_and_answers_behind_the_front(play: Play) -> None:
    async def story(world: World) -> None:
        image = await world.push("first")
        shown = await world.roll_out(image, annotations={"release": "rel_1"})
        assert shown["serving"]["digest"] == shown["desired"]["digest"] == image.partition("@")[2]
        assert (shown["generation"], shown["annotations"], shown["error"]) == (1, {"release": "rel_1"}, None)
        assert shown["bytes_pulled"] > 0
        assert await world.name() == "first"

    play(story)


def test_a_process_gets_the_given_variables_and_no_others(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_SANDBOX", "x")

    async def story(world: World) -> None:
        image = await world.push("first")
        await world.roll_out(image)
        found = (await world.http.get(world.front)).json()["env"]
        digest = image.partition("@")[2]
        assert found.pop("PLATFORM_STATE").endswith("/environments/staging/data")
        assert found == {
            "NAME": "first",
            "GIVEN": f"staging {digest}",
            "PLATFORM_ADDRESS": "127.0.0.1:0",
            "PLATFORM_ENVIRONMENT": "staging",
            "PLATFORM_IMAGE_DIGEST": digest,
        }

    play(story)


def test_the_command_before_runs_once_with_the_new_image(play: Play, tmp_path: Path) -> None:
    async def story(world: World) -> None:
        for name in ("first", "second"):
            await world.roll_out(await world.push(name), before_rollout=[["migrate", "up"]])

    play(story)
    migrations = tmp_path / "processes" / "environments" / "staging" / "data" / "migrations"
    assert migrations.read_text() == "first\nsecond\n"


@pytest.mark.parametrize(
    ("name", "reason", "said"),
    [("bad-migration", "BeforeRolloutFailed", "migrating bad-migration"), ("mute", "StartFailed", "I say nothing")],
)
def test_a_failed_rollout_keeps_the_old_image(play: Play, name: str, reason: str, said: str) -> None:
    async def story(world: World) -> None:
        await world.roll_out(await world.push("first"))
        await world.want(await world.push(name), before_rollout=[["migrate", "up"]])
        error = (await world.settled("failed"))["error"]
        assert error["reason"] == reason
        assert said in error["log"]
        assert await world.name() == "first"

    play(story)


def test_an_image_that_is_not_there_fails_and_can_be_wished_again(play: Play) -> None:
    async def story(world: World) -> None:
        image = f"{world.images}/acme/platform@sha256:{'0' * 64}"
        await world.want(image)
        shown = await world.settled("failed")
        assert (shown["error"]["reason"], shown["generation"]) == ("PullFailed", 1)
        await world.want(image)
        assert (await world.settled("failed"))["generation"] == 2

    play(story)


def test_a_newer_wish_ends_the_rollout_in_flight(play: Play) -> None:
    before = living_children()

    async def story(world: World) -> None:
        await world.want(await world.push("unready"))
        assert (await world.show())["phase"] == "rolling"
        shown = await world.roll_out(await world.push("second"))
        assert shown["generation"] == 2
        assert await world.name() == "second"
        assert living_children() - before == {shown["serving"]["pid"]}

    play(story)


def test_the_same_wish_again_changes_nothing(play: Play) -> None:
    async def story(world: World) -> None:
        image = await world.push("first")
        first = await world.roll_out(image)
        assert await world.roll_out(image) == first

    play(story)


def test_a_return_to_a_known_image_moves_no_bytes(play: Play) -> None:
    async def story(world: World) -> None:
        first, second = await world.push("first"), await world.push("second")
        await world.roll_out(first)
        await world.roll_out(second)
        before = (await world.http.get(f"http://{world.images}/_sandbox/calls")).json()
        assert (await world.roll_out(first))["bytes_pulled"] == 0
        assert (await world.http.get(f"http://{world.images}/_sandbox/calls")).json() == before
        assert await world.name() == "first"

    play(story)


def test_no_request_is_dropped_while_images_change_under_load(play: Play) -> None:
    async def story(world: World) -> None:
        images = [await world.push(name) for name in ("first", "second")]
        await world.roll_out(images[0])
        answers: list[str] = []
        clients = [asyncio.create_task(_keep_asking(world.front, answers, fresh=n > 5)) for n in range(8)]
        for turn in range(5):
            await world.roll_out(images[(turn + 1) % 2])
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
        assert set(answers) == {"200"}
        assert len(answers) > 100

    play(story)


async def _keep_asking(front: str, answers: list[str], *, fresh: bool) -> None:
    """Asks over and over, on one connection or each time on another; notes each status or what went wrong."""
    host, _, port = front.removeprefix("http://").partition(":")
    while True:
        reader, writer = await asyncio.open_connection(host, int(port))
        try:
            while not writer.is_closing():
                writer.write(b"GET / HTTP/1.1\r\nHost: front\r\n\r\n")
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                await reader.readexactly(int(head.partition("Content-Length: ")[2].split("\r\n")[0]))
                answers.append(head.split(" ")[1])
                if fresh:
                    break
        except (OSError, asyncio.IncompleteReadError) as error:
            answers.append(repr(error))
        finally:
            writer.close()


def test_a_slow_request_is_answered_by_the_image_it_began_with(play: Play) -> None:
    async def story(world: World) -> None:
        await world.roll_out(await world.push("first"))
        slow = asyncio.create_task(world.http.get(world.front + "/slow"))
        await asyncio.sleep(0.02)
        await world.roll_out(await world.push("second"))
        assert await world.name() == "second"
        assert (await slow).json()["name"] == "first"

    play(story)


def test_a_connection_that_the_process_closed_is_replaced(play: Play) -> None:
    async def story(world: World) -> None:
        await world.roll_out(await world.push("first"))
        for path in ("/stale", "/", "/stale", "/"):
            assert (await world.http.get(world.front + path)).status_code == 200
        assert (await world.http.post(world.front, content=b"hello")).json()["body"] == "hello"

    play(story)


def test_a_process_that_ends_by_itself_is_noticed(play: Play) -> None:
    async def story(world: World) -> None:
        assert (await world.http.get(world.front)).status_code == 503
        await world.roll_out(await world.push("first"))
        assert (await world.http.get(world.front + "/die")).status_code == 502
        shown = await world.settled("failed") if (await world.show())["phase"] != "serving" else await _failed(world)
        assert (shown["serving"], shown["error"]["reason"]) == (None, "ProcessEnded")
        assert (await world.http.get(world.front)).status_code == 503

    play(story)


async def _failed(world: World) -> dict[str, object]:
    while (shown := await world.show())["phase"] == "serving":
        await asyncio.sleep(0.005)
    return shown


@pytest.mark.parametrize("name", ["../outside", "/outside", "deep/../../outside"])
def test_a_layer_that_leads_out_of_the_image_is_refused(play: Play, tmp_path: Path, name: str) -> None:
    async def story(world: World) -> None:
        await world.want(await world.push("first", content=layer({name: "x"})))
        assert (await world.settled("failed"))["error"]["reason"] == "ImageInvalid"

    play(story)
    assert not list(tmp_path.rglob("outside"))


@pytest.mark.parametrize(
    ("name", "run"),
    [("no entrypoint", {"Env": ["A=b"]}), ("no program", {"Entrypoint": ["/none"]}), ("no text", {"Entrypoint": [1]})],
)
def test_an_image_that_cannot_be_run_is_refused(play: Play, name: str, run: dict[str, object]) -> None:
    async def story(world: World) -> None:
        await world.want(await world.push(name, run=run))
        assert (await world.settled("failed"))["error"]["reason"] == "ImageInvalid"

    play(story)


def test_a_restarted_host_serves_what_was_desired_on_the_same_address(tmp_path: Path) -> None:
    before = living_children()

    async def story() -> None:
        async with running(tmp_path) as world:
            await world.roll_out(await world.push("first"))
            front = world.front
        assert living_children() <= before
        async with running(tmp_path) as world:
            await world.settled("serving")
            assert (world.front, await world.name()) == (front, "first")

    asyncio.run(story())


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ({"image": "acme/platform:latest"}, "image: found 'acme/platform:latest'"),
        ({"image": f"elsewhere:5000/acme/platform@sha256:{'0' * 64}"}, "found the host elsewhere:5000"),
        ({"image": "x", "surprise": 1}, "the unknown key 'surprise'"),
        ({"image": f"x/y@sha256:{'0' * 64}", "before_rollout": ["migrate up"]}, "a list of lists of strings"),
        ([], "found no object"),
    ],
)
def test_a_wish_that_cannot_be_understood_is_refused(play: Play, wish: object, said: str) -> None:
    async def story(world: World) -> None:
        url, token = f"{world.api}/environments/staging", {"Authorization": "Bearer host-token"}
        refused = await world.http.put(url, json=wish, headers=token)
        assert refused.status_code == 422
        assert said in refused.json()["error"]
        assert (await world.show())["phase"] == "empty"

    play(story)


def test_the_api_wants_its_token(play: Play) -> None:
    async def story(world: World) -> None:
        assert (await world.http.get(f"{world.api}/environments")).status_code == 401
        assert (await world.http.put(f"{world.api}/environments/staging", json={})).status_code == 401

    play(story)


PARENT = """
import subprocess
from sandbox.processes.tether import tethered
child = subprocess.Popen(tethered(["/bin/sleep", "60"]))
print(child.pid, flush=True)
child.wait()
"""


def test_a_tethered_program_dies_with_its_parent_even_by_sigkill() -> None:
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env={"PYTHONPATH": str(Path.cwd())}) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        while child.name() != "sleep":
            time.sleep(0.005)
        parent.kill()
    with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
        child.wait(timeout=2)
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
