"""A push straight to main, past every proposal: not promoted until somebody admits it with a reason."""

from __future__ import annotations

from demo.chapters.install import passed
from demo.product import in_clone
from demo.scene import PRODUCTION, STAGING, Scene
from demo.seeing import expect, stays, until


def admitted(scene: Scene) -> None:
    """alice takes `content` out by hand; it waits, visibly, until bob admits it. That composition was built before."""
    runs = scene.runs()
    before = {name: scene.digest(name) for name in (STAGING, PRODUCTION)}
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
    now = lambda: {name: scene.digest(name) for name in before}  # noqa: E731 (a name for what is looked at twice)
    stays("environments before the admission", now, before, seconds=0.5)
    said = scene.product.refused("alice", "admit", commit, "--reason", "it is mine")
    scene.tell(f"alice may not admit it: {said}", where="API", proof="exit 1")
    scene.product.type("bob", "admit", commit, "--reason", "looked at it, harmless")
    until(
        "it arrives",
        lambda: scene.answered(PRODUCTION).slugs,
        lambda slugs: "content" not in slugs,
        expected="no content among the modules",
    )
    passed(scene, PRODUCTION)
    expect("staging and production", seen=scene.digest(STAGING), wanted=scene.digest(PRODUCTION))
    expect("builds", seen=scene.runs() - runs, wanted=0)
    scene.tell("bob admits it, it goes through", where=PRODUCTION, proof="/health/modules without content; 0 builds")
