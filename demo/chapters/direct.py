"""A push straight to main, past every proposal: not promoted until somebody admits it with a reason."""

from __future__ import annotations

from demo.product import in_clone
from demo.proposals import lists
from demo.scene import PRODUCTION, STAGING, Scene
from demo.seeing import expect, stays, until


def pushed(scene: Scene) -> str:
    """alice takes `content` out by hand; it waits, visibly. The commit."""
    before = _digests(scene)
    commit = scene.alice.push(
        lambda clone: in_clone(clone, "codegen", "apply", "--uninstall", "content"), subject="Remove content by hand"
    )
    scene.tell("alice pushes to main", where=f"{commit[:12]}", proof="git push, allowed to admins")
    shown = until(
        "status says that it waits",
        lambda: scene.condition("AwaitsAdmission", about=STAGING),
        lambda seen: seen is not None,
        expected="a condition AwaitsAdmission",
    )
    scene.tell("it is not promoted", where="modwright status", proof=f"“{(shown or {})['message']}”")
    stays("environments before the admission", lambda: _digests(scene), before, seconds=0.5)
    return commit


def admitted(scene: Scene, commit: str) -> None:
    """bob admits it, since alice may not; that composition was built before."""
    runs = scene.runs()
    said = scene.product.refused("alice", "admit", commit, "--reason", "it is mine")
    scene.tell(f"alice may not admit it: {said}", where="API", proof="exit 1")
    scene.product.type("bob", "admit", commit, "--reason", "looked at it, harmless")
    lists(scene, absent=frozenset({"content"}))
    expect("builds", seen=scene.runs() - runs, wanted=0)
    scene.tell("bob admits it, it goes through", where=PRODUCTION, proof="/health/modules without content; 0 builds")


def _digests(scene: Scene) -> dict[str, str]:
    return {name: scene.digest(name) for name in (STAGING, PRODUCTION)}
