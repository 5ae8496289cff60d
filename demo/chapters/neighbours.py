"""Two proposals on neighbouring lines: one merges, the other is applied anew and keeps its approval."""

from __future__ import annotations

from demo.chapters.install import passed
from demo.proposals import ask_for, built, merged
from demo.scene import PRODUCTION, Scene
from demo.seeing import expect, until


def side_by_side(scene: Scene) -> None:
    """bob approves both at once; both merge, one review each."""
    first = built(scene, ask_for(scene, "uninstall", "gallery", reason="pictures did not sell"))
    second = built(scene, ask_for(scene, "install", "content", reason="pages at least"))
    scene.tell(f"#{first.number} and #{second.number} are open", where="the same lines of modules.toml", proof="REST")
    scene.bob.approve(first.number)
    scene.bob.approve(second.number)
    merged(scene, first.number)
    merged(scene, second.number)
    pull = scene.dave.get(f"/pulls/{second.number}")
    expect("the second was applied anew", seen=pull["head"]["sha"] != second.head, wanted=True)
    reviews = scene.dave.get(f"/pulls/{second.number}/reviews")
    expect("reviews of the second", seen=[review["commit_id"] for review in reviews], wanted=[second.head])
    proof = f"its head moved to {pull['head']['sha'][:12]}, bob's review of {second.head[:12]} counted"
    scene.tell("both merge; the second was applied anew", where="main", proof=proof)
    until(
        "both arrive",
        lambda: scene.answered(PRODUCTION).slugs & {"gallery", "content"},
        lambda seen: seen == {"content"},
        expected="content and no gallery",
    )
    passed(scene, PRODUCTION)
    scene.tell("content is in, gallery is out", where=PRODUCTION, proof="/health/modules")
