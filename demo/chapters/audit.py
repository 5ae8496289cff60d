"""All of it from a fresh clone, forge and controller stopped: who, what, when, why."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from demo.errors import NotSoError
from demo.git import git
from demo.product import in_clone
from demo.running import stop
from demo.scene import PRODUCTION, STAGING, Scene
from demo.seeing import expect, expect_in

_TOLD = (
    "why: we want to write",
    "approved by bob",
    "unhealthy: reviews",
    "the cause is elsewhere",
    "mismatched types",
    "why: the editors have left",
    "why: looked at it, harmless",
    "self-approved",
)
"""A fact of each kind that the audit has to tell: who asked and why, who approved, what failed, what was undone."""


def from_a_clone(scene: Scene) -> None:
    """The clone is dave's; then everything is stopped, and git alone is asked."""
    with tempfile.TemporaryDirectory() as scratch:
        clone = Path(scratch) / "clone"
        scene.dave.clone(clone)
        stop(scene.folder)
        scene.tell("sandbox and controller are stopped", where="a fresh clone of dave's", proof="no process is left")
        scene.timeline.typed("dave", "modwright audit")
        text = in_clone(clone, "audit")
        scene.timeline.show(text)
        for wanted in _TOLD:
            expect_in("the audit", text=text, wanted=wanted)
        scene.tell("git alone tells who, what, when, why", where="modwright audit", proof=f"{len(_TOLD)} facts found")
        _judged(scene, clone)
        _kustomized(scene, clone)


def _judged(scene: Scene, clone: Path) -> None:
    """Every release is derived anew; the push past every proposal is answered by its admission, and nothing is left."""
    scene.timeline.typed("dave", "modwright audit verify")
    text = in_clone(clone, "audit", "verify")
    scene.timeline.show(text)
    figures = next((line for line in text.splitlines() if "; judged: " in line), "")
    expect_in("the judgement", text=text, wanted="admitted by bob")
    expect("open and unknown gaps", seen=[figures.startswith("0 gaps"), ", 0 unknown" in figures], wanted=[True, True])
    scene.tell("every release is derived anew from git", where="modwright audit verify", proof=figures)


def nothing_twice(scene: Scene) -> None:
    """Each tree was built once: a run is named by its input tree."""
    runs = scene.dave.pages("/actions/runs", key="workflow_runs")
    trees = [str(run["display_title"]).split()[0] for run in runs if run["conclusion"] == "success"]
    expect("trees that were built twice", seen=sorted({tree for tree in trees if trees.count(tree) > 1}), wanted=[])
    scene.tell(f"{len(runs)} builds in all, none twice", where="Actions", proof="a run is named by its tree")


def _kustomized(scene: Scene, clone: Path) -> None:
    """Kustomize accepts the overlays at every step of the ledger, where it is here to be asked."""
    if shutil.which("kubectl") is None:
        scene.tell("kubectl is not here", where="the ledger's overlays", proof="nothing: they were not rendered")
        return
    steps = _steps(clone)
    for step in steps:
        git(clone, "checkout", "--quiet", "--detach", step, who="dave")
        for environment in (STAGING, PRODUCTION):
            _render(clone / "environments" / environment, step)
    scene.tell(f"{len(steps)} steps of the ledger are sound", where="kubectl kustomize", proof="both overlays at each")


def _steps(clone: Path) -> list[str]:
    """The commits that changed an overlay; the others have the same bytes."""
    paths = [f"environments/{name}/kustomization.yaml" for name in (STAGING, PRODUCTION)]
    return git(clone, "log", "--format=%H", "origin/environments", "--", *paths, who="dave").split()


def _render(overlay: Path, step: str) -> None:
    done = subprocess.run(["kubectl", "kustomize", str(overlay)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise NotSoError(f"kubectl kustomize of {overlay.name} at {step[:12]}", expected="exit 0", seen=done.stderr)
