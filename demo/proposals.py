"""The way of a proposal as it is seen from outside: opened, built, approved, merged, arrived."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from demo import image_registry, ledger
from demo.errors import NotSoError
from demo.people import Person
from demo.scene import PRODUCTION, Scene
from demo.seeing import expect, until

BOT = "modwright[bot]"
_APP = 7
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Candidate:
    """A proposal whose image is there. `digest` is the image's, as the gate says it."""

    number: int
    head: str
    digest: str


def ask_for(scene: Scene, *words: str, reason: str) -> int:
    """alice types a request; the number of the proposal that `modwright[bot]` then has open."""
    before = {pull["number"] for pull in _pulls(scene.dave)}
    scene.product.type("alice", *words, "--reason", reason)
    opened = [pull for pull in _pulls(scene.dave) if pull["number"] not in before]
    expect(f"proposals opened for {' '.join(words)}", seen=len(opened), wanted=1)
    expect("who opened it", seen=opened[0]["user"]["login"], wanted=BOT)
    return int(opened[0]["number"])


def built(scene: Scene, number: int, *, seconds: float = 60) -> Candidate:
    """Waits until the gate says that the proposal's image is there, and asks the image registry for it."""

    def look() -> tuple[str, str]:
        head = str(scene.dave.get(f"/pulls/{number}")["head"]["sha"])
        return head, _image(gate(scene.dave, head))

    head, digest = until(
        f"the image of #{number}",
        look,
        lambda seen: seen[1],
        expected="a digest in the gate's summary",
        seconds=seconds,
    )
    image_registry.labels(scene.known["images"], digest)
    return Candidate(number, head, digest)


def merged(scene: Scene, number: int, *, by: str = BOT) -> str:
    """Waits until it is merged, by whom it should be; the commit on main."""
    pull = until(
        f"#{number} is merged",
        lambda: scene.dave.get(f"/pulls/{number}"),
        lambda seen: seen["merged"],
        expected="merged",
    )
    expect(f"who merged #{number}", seen=pull["merged_by"]["login"], wanted=by)
    return str(pull["merge_commit_sha"])


def arrived(scene: Scene, digest: str, *, environment: str = PRODUCTION) -> None:
    """Waits until an environment answers with that image."""
    until(
        f"{environment} answers with the image",
        lambda: scene.digest(environment),
        lambda seen: seen == digest,
        expected=digest,
    )


def passed(scene: Scene, environment: str) -> str:
    """Waits until the ledger says that the environment's release passed; its id."""
    state = until(
        f"{environment} passes its checks",
        lambda: ledger.environment(scene.dave, environment),
        lambda seen: seen["verification"]["state"] == "passed",
        expected="verification passed",
    )
    return str(state["release"])


def lists(scene: Scene, *, present: frozenset[str] = frozenset(), absent: frozenset[str] = frozenset()) -> None:
    """Waits until production lists these modules and none of those, and has passed its checks with them."""
    until(
        "the modules of production",
        lambda: scene.answered(PRODUCTION).slugs,
        lambda slugs: present <= slugs and not absent & slugs,
        expected=f"with {sorted(present) or 'what it has'} and without {sorted(absent) or 'nothing'}",
    )
    passed(scene, PRODUCTION)


def gate(reader: Person, head: str) -> dict[str, Any]:
    """The App's own check run on a commit; `NotSoError` where there is none."""
    runs = reader.get(f"/commits/{head}/check-runs", check_name="modwright")["check_runs"]
    ours = [run for run in runs if run["app"]["id"] == _APP]
    if not ours:
        raise NotSoError(f"the gate on {head[:12]}", expected="a check run of the App", seen="none")
    found: dict[str, Any] = max(ours, key=lambda run: run["id"])
    return found


def newest(reader: Person, *, branch: str) -> dict[str, Any] | None:
    """The newest pull request, open or not, whose branch begins so."""
    found = [pull for pull in _pulls(reader, state="all") if str(pull["head"]["ref"]).startswith(branch)]
    return max(found, key=lambda pull: int(pull["number"]), default=None)


def reverting(scene: Scene, commit: str) -> dict[str, Any]:
    """Waits for the bot's proposal that takes that commit's change out."""
    branch = f"modwright/revert/{commit[:12]}-"
    pull = until(
        f"a revert of {commit[:12]} is proposed",
        lambda: newest(scene.dave, branch=branch),
        lambda seen: seen is not None,
        expected=f"a pull request from {branch}…",
    )
    return pull or {}


def _pulls(reader: Person, *, state: str = "open") -> list[dict[str, Any]]:
    return reader.pages("/pulls", state=state)


def _image(found: dict[str, Any]) -> str:
    match = _DIGEST.search(str(found["output"]["summary"] or ""))
    return match.group() if match else ""
