"""The audit beside the forge and the image registry: both agree, until somebody changes there what git keeps."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from demo.running import modwright
from tests.e2e.running import Running
from tests.support.answering import Reply, answering

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@dataclass(frozen=True)
class Verdict:
    """The exit code, and the gaps that the forge's or the registry's word makes, by kind and standing."""

    status: int
    gaps: list[dict[str, Any]]

    def about(self, kind: str) -> list[tuple[str, str]]:
        """The standing of each gap of a kind, and what it is about."""
        return [(gap["standing"], gap["about"]) for gap in self.gaps if gap["kind"] == kind]


def verify_online(clone: Path, settings: Path) -> Verdict:
    """What `modwright audit verify --online` says of a clone with the controller's settings."""
    command = [modwright(), "audit", "verify", "--online", "--json", "--settings", settings]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MODWRIGHT_")}
    done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout, done.stderr
    return Verdict(done.returncode, json.loads(done.stdout)["gaps"])


def test_what_the_forge_and_the_image_registry_say_otherwise_is_found(running: Running) -> None:
    number = running.asked(*running.toggle("gallery"))
    commit = running.arrive(number)
    settings = running.folder.file("controller.json")
    with running.clone() as clone:
        assert verify_online(clone, settings) == Verdict(0, [])
        dismiss_approval(running, number)
        with another_registry(settings) as elsewhere:
            found = verify_online(clone, elsewhere)
    assert (found.status, found.about("forge-disagrees")) == (1, [("open", commit)])
    assert any(commit[:12] in gap["says"] and "the verdict is approved" in gap["says"] for gap in found.gaps)
    gone = found.about("image-gone")
    assert running.status()["environments"][0]["release"] in {release for _, release in gone}
    assert {standing for standing, _ in gone} == {"open"}


def dismiss_approval(running: Running, number: int) -> None:
    """Somebody who may write takes back bob's approval after the merge."""
    person = running.person("alice")
    (review,) = person.get(f"/pulls/{number}/reviews")
    answer = requests.put(
        f"{person.forge}/api/v3/repos/{person.repository}/pulls/{number}/reviews/{review['id']}/dismissals",
        json={"message": "looked at again"},
        headers={"Authorization": f"token {person.token}"},
        timeout=10,
    )
    assert answer.status_code == 200, answer.text


@contextmanager
def another_registry(settings: Path) -> Iterator[Path]:
    """Settings beside the controller's that name an image registry which has nothing."""
    document = json.loads(settings.read_text())
    nothing = {"errors": [{"code": "MANIFEST_UNKNOWN", "message": "manifest unknown"}]}
    with answering(lambda _: Reply(404, nothing)) as server:
        document["images"]["registry"] = server.address
        path = settings.with_name("elsewhere.json")
        path.write_text(json.dumps(document))
        try:
            yield path
        finally:
            path.unlink()
