"""Sandbox and controller for the figures that need a platform: the demo's, with a configuration that waits for nothing."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import requests

from demo.first import adopt
from demo.folder import Folder
from demo.git import git
from demo.keeper import kept
from demo.people import person_of
from demo.platform import OWNER, push_first
from demo.processes import Process, end
from demo.product import Product
from demo.proposals import Candidate, ask_for, built, gate
from demo.running import recorded, start_controller, stop
from demo.scene import PRODUCTION, STAGING, Scene
from demo.timeline import Timeline
from demo.up import bring_up

T = TypeVar("T")

_LIMIT_SECONDS = 60.0


@contextmanager
def stage() -> Iterator[Scene]:
    """
    A platform whose first release runs everywhere, in a folder of its own. Nothing is left of it at the end.

    Soak is 0 and people merge: the moment of a merge is then known to whoever does it.
    """
    with tempfile.TemporaryDirectory(prefix="modwright-bench-") as place:
        folder = Folder(Path(place))
        with kept(folder):
            known = bring_up(folder)
            try:
                scene = Scene(folder, known, Timeline(is_silent=True), Product(known["MODWRIGHT_CONTEXT"]))
                _wait_for_nothing(scene)
                for environment in (STAGING, PRODUCTION):
                    adopt(scene.product, scene.alice, environment)
                yield scene
            finally:
                stop(folder)


def approved(scene: Scene, module: str) -> Candidate:
    """A proposal for a module whose image is built, approved by bob, with a gate that lets it be merged."""
    candidate = built(scene, ask_for(scene, "install", module, reason="it is measured"))
    scene.bob.approve(candidate.number)
    soon("the gate opens", lambda: gate(scene.dave, candidate.head)["conclusion"] == "success")
    return candidate


def settled(scene: Scene) -> None:
    """Waits until every environment serves and its checks have passed."""
    soon("the environments settle", lambda: all(_is_settled(found) for found in _environments(scene)))


def end_controller(scene: Scene) -> None:
    """Ends the controller and leaves the rest running."""
    end([process for process in recorded(scene.folder) if process.name == "controller"])


def begin_controller(scene: Scene, *, pacing: int) -> Process:
    """Starts the controller, in place of one that runs, with so many seconds between two writes to the forge."""
    end_controller(scene)
    settings = scene.folder.file("controller.json")
    document = json.loads(settings.read_text())
    document["forge"]["pacing"] = pacing
    scene.folder.write_private(settings.name, json.dumps(document, indent=2))
    return start_controller(scene.folder, scene.known["controller"])


def forge_calls(scene: Scene) -> dict[str, Any]:
    """What the forge was asked since it started: `content_creating`, `counted`, `free`, `graphql`, `by_route`."""
    found: dict[str, Any] = requests.get(f"{scene.known['forge']}/_sandbox/calls", timeout=10).json()
    return found


def image_bytes_given(scene: Scene) -> int:
    """The bytes that the image registry has given to anybody since it started, images and answers about them alike."""
    address = scene.known["images"]["address"]
    return int(requests.get(f"http://{address}/_sandbox/calls", timeout=10).json()["bytes_out"])


def image_bytes_pulled(scene: Scene, environment: str) -> int:
    """The bytes of image that an environment's host pulled for what it runs now, as the host counts them."""
    settings = json.loads(scene.folder.file("controller.json").read_text())["processes"]
    headers = {"Authorization": f"Bearer {scene.folder.file(settings['token_file']).read_text().strip()}"}
    found = requests.get(f"{settings['url']}/environments/{environment}", headers=headers, timeout=10).json()
    return int(found["bytes_pulled"])


def soon(what: str, look: Callable[[], T], *, seconds: float = _LIMIT_SECONDS) -> T:
    """What `look` finds as soon as it finds something; `TimeoutError` where it does not in time."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise TimeoutError(f"{what}: not within {seconds:g} s")


def _wait_for_nothing(scene: Scene) -> None:
    """Changes the platform's configuration by its owner's push, before anything of it is a release."""
    platform = scene.folder.file("platform")
    file = platform / ".modwright/config.yaml"
    text = re.sub(r"soak: \w+", "soak: 0s", file.read_text())
    file.write_text(re.sub(r"merge: \{ by: \w+ \}", "merge: { by: people }", text))
    git(platform, "commit", "--quiet", "--all", "--message", "Wait for nothing", who=OWNER)
    push_first(platform, scene.known["git"], token=person_of(scene.known, OWNER).token)


def _environments(scene: Scene) -> list[dict[str, object]]:
    found: list[dict[str, object]] = scene.product.ask("dave", "status")["environments"]
    return found


def _is_settled(environment: dict[str, object]) -> bool:
    verification = environment["verification"]
    return environment["phase"] == "serving" and isinstance(verification, dict) and verification["state"] == "passed"
