"""A pass in which nothing changed, and what opening a proposal costs on the forge: by the loop, in this process."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from bench.figures import Figure, Measure, median
from bench.stage import forge_calls
from codegen import Install, ModuleName
from controller.core.model import Person
from controller.core.requests import Request
from controller.operations.propose import propose
from controller.operations.view import read_view, refresh_heads
from controller.reconcile.loop import Loop
from controller.settings import load
from controller.wiring import build_loop
from demo.scene import Scene

_TIMES = 50
_MOST_PASSES = 200
_SETTINGS, _STATE = "controller.json", "bench"


def loop_of(scene: Scene) -> Loop:
    """The loop as the service builds it, over the same outside, with a mirror of its own. No other one may run."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    settings = load(scene.folder.file(_SETTINGS))
    return build_loop(settings.model_copy(update={"state": scene.folder.file(_STATE)}))


def idle(scene: Scene, loop: Loop) -> Figure:
    """Passes until there is nothing to do, then those that are measured."""
    _calm(loop)
    before = forge_calls(scene)
    reports = [loop.tick() for _ in range(_TIMES)]
    after = forge_calls(scene)
    busy = sum(not report.is_idle or bool(report.problem) for report in reports)
    spent = [report.took / timedelta(milliseconds=1) for report in reports]
    return Figure(
        name="pass in which nothing changed",
        measures=(
            Measure("", median(spent), 10, "ms"),
            Measure("calls that count", after["counted"] - before["counted"], 0),
        ),
        how=(
            f"median of {_TIMES} passes of the real loop against the sandbox after the story; "
            "calls as the forge counts them against the rate limit"
        ),
        beside=(
            f"slowest {max(spent):.1f} ms; {(after['free'] - before['free']) / _TIMES:g} calls a pass that cost nothing",
            *((f"{busy} of them were not idle",) if busy else ()),
        ),
    )


def proposing(scene: Scene, loop: Loop, module: str) -> Figure:
    """Opens a proposal by the use case that API and command line call."""
    platform = loop.platform
    refresh_heads(platform)
    base = read_view(platform).main.head.sha
    request = Request("change", Person("alice"), "it is measured", changes=(Install(ModuleName(module)),))
    before = forge_calls(scene)
    opened = propose(platform, request, base=base)
    after = forge_calls(scene)
    if opened.state != "opened":
        raise RuntimeError(f"the proposal for {module} was {opened.state}")
    return Figure(
        name="content-creating calls for a proposal",
        measures=(Measure("", after["content_creating"] - before["content_creating"], 5),),
        how="as the forge counts them while the use case runs: branch, commit, pull request, label, check run",
        beside=(
            f"{after['counted'] - before['counted']} calls that count in all, reads among them",
            f"what was no read: {', '.join(_writes(before, after))}",
        ),
    )


def _writes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What was written, by the forge's routes; a GraphQL call changes something here, since reads are REST."""
    routes = {**after["by_route"], "POST /graphql": after["graphql"]}
    asked = {**before["by_route"], "POST /graphql": before["graphql"]}
    new = {route: count - asked.get(route, 0) for route, count in routes.items() if not route.startswith("GET ")}
    return [f"{count} {route}" for route, count in new.items() if count]


def _calm(loop: Loop) -> None:
    """`RuntimeError` where the loop does not come to rest."""
    for _ in range(_MOST_PASSES):
        report = loop.tick()
        if report.is_idle and not report.problem:
            return
    raise RuntimeError(f"the loop is not at rest after {_MOST_PASSES} passes: {report}")
