"""`--wait`: follow a change or an environment until it is decided, with a line on stderr for whatever is new."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import click

from controller.cli.client import Client, Document
from controller.cli.progress import Progress
from controller.core.errors import Denied, Transient

STAGES = ("building", "waiting-for-approval", "merging", "merged", "released", "promoting", "verified")
"""The way of a change that goes well, in its order."""
_ENDED_BADLY = {"held", "reverted", "failed", "closed"}

wait_option = click.option("--wait", is_flag=True, help="Follow it until it is decided; exit 1 where it went wrong.")
until_option = click.option(
    "--until", type=click.Choice(STAGES), default="verified", show_default=True, help="With --wait: this far."
)
timeout_option = click.option(
    "--timeout", type=click.FloatRange(min=0), default=1800, show_default=True, help="With --wait: seconds."
)


def follow_change(client: Client, number: int, *, until: str, timeout: float) -> Document:
    """
    Waits until the change has come this far, and answers how it stands then.

    Raises `Denied` where it ended otherwise, `Transient` when the time is over.
    """
    progress = Progress()

    def look() -> Document | None:
        change: Document = client.get(f"/changes/{number}")
        for line in _lines(change):
            progress.say(line)
        stage = str(change.get("stage"))
        progress.wait_for(_waits(change))
        if stage in _ENDED_BADLY:
            raise Denied("ChangeEnded", f"proposal {number} is {stage}", hint=f"modwright status; {_last(change)}")
        reached = stage in STAGES and STAGES.index(stage) >= STAGES.index(until)
        return change if reached else None

    return _until(look, progress, timeout=timeout, what=f"proposal {number} is not {until} yet")


def follow_environment(
    client: Client, name: str, *, release: str | None, commit: str = "", verified: bool = True, timeout: float
) -> Document:
    """
    Waits until the environment serves the release and its checks passed.

    With `verified` off it is enough that it was seen serving: a rollback is done then, and what follows (the revert's
    release has the same image) may move the environment on before the checks are through.
    A commit that is adopted has no release before its image is built; then `commit`, whole or its beginning, says which.
    """
    progress = Progress()

    def look() -> Document | None:
        found: Document = next((e for e in client.get("/status")["environments"] if e["name"] == name), {})
        line = f"{name}: {found.get('release')} {found.get('phase')}, verification {_verification(found)}"
        progress.say(line)
        progress.wait_for(line)
        is_it = found.get("release") == release if release else str(found.get("commit") or "").startswith(commit)
        if not is_it:
            return None
        if _verification(found) == "failed":
            raise Denied("VerificationFailed", f"{release} failed its checks in {name}", hint="modwright status")
        done = found.get("phase") == "serving" and (not verified or _verification(found) == "passed")
        return found if done else None

    return _until(look, progress, timeout=timeout, what=f"{name} is not verified on {release or commit} yet")


def until_built(client: Client, path: str, body: Document, *, timeout: float) -> Document:
    """
    Repeats a promotion whose image is being built until it is promoted: nothing of ours remembers what waits for an image.
    """

    def look() -> Document | None:
        answer: Document = client.post(path, body)
        return answer if answer.get("state") != "building" else None

    progress = Progress()
    progress.say("the image is being built")
    return _until(look, progress, timeout=timeout, what="the image is not built yet")


def _until(look: Callable[[], Document | None], progress: Progress, *, timeout: float, what: str) -> Document:
    """Asks again and again, a little slower each time up to two seconds; an API that is away is asked again too."""
    try:
        return _asked_until(look, progress, timeout=timeout, what=what)
    finally:
        progress.clear()


def _asked_until(look: Callable[[], Document | None], progress: Progress, *, timeout: float, what: str) -> Document:
    end, pause = time.monotonic() + timeout, 0.1
    while True:
        try:
            found = look()
        except Transient as error:
            progress.say(f"waiting: {error}")
            found = None
        if found is not None:
            return found
        if time.monotonic() + pause > end:
            raise Transient(f"{what}, after {timeout:g} s")
        time.sleep(pause)
        pause = min(pause * 1.3, 2.0)


def _lines(change: Document) -> list[str]:
    steps: list[dict[str, Any]] = change.get("steps") or []
    told = [f"{step['name']}: {step['state']}" + _detail(step) for step in steps if step.get("state") != "waiting"]
    return [*told, f"stage: {change.get('stage')}"]


def _waits(change: Document) -> str:
    """What the change waits for: the API's own sentence, else the first step that is not through."""
    waits_for = change.get("waits_for")
    if isinstance(waits_for, dict):
        return str(waits_for["says"])
    open_steps = [step for step in change.get("steps") or [] if step.get("state") in ("running", "waiting")]
    return f"{open_steps[0]['name']}{_detail(open_steps[0])}" if open_steps else str(change.get("stage"))


def _detail(step: dict[str, Any]) -> str:
    return f" ({step['detail']})" if step.get("detail") else ""


def _last(change: Document) -> str:
    failed = [step for step in change.get("steps") or [] if step.get("state") == "failed"]
    return f"{failed[-1]['name']}{_detail(failed[-1])}" if failed else "no step failed"


def _verification(environment: Document) -> str:
    """The API gives a word, or an object with a `state`."""
    found = environment.get("verification")
    return str(found.get("state")) if isinstance(found, dict) else str(found)
