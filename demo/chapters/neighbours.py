"""Two proposals on neighbouring lines: one merges, the other is applied anew and keeps its approval."""

from __future__ import annotations

from demo.proposals import ask_for, lists, merged
from demo.scene import PRODUCTION, Scene
from demo.seeing import expect


def side_by_side(scene: Scene) -> None:
    """bob approves both at once; both merge, one review each."""
    first = ask_for(scene, "uninstall", "gallery", reason="pictures did not sell")
    second = ask_for(scene, "install", "content", reason="pages at least")
    scene.tell(f"#{first} and #{second} are open", where="the same lines of modules.toml", proof="REST")
    reviewed = _head(scene, second)
    scene.bob.approve(first)
    scene.bob.approve(second)
    merged(scene, first)
    merged(scene, second)
    _kept_its_approval(scene, second, reviewed)
    lists(scene, present=frozenset({"content"}), absent=frozenset({"gallery"}))
    scene.tell("content is in, gallery is out", where=PRODUCTION, proof="/health/modules")


def _kept_its_approval(scene: Scene, number: int, reviewed: str) -> None:
    """Its head is another one than bob saw, and his one review, of the old head, was enough."""
    head = _head(scene, number)
    expect("the second was applied anew", seen=head != reviewed, wanted=True)
    reviews = scene.dave.get(f"/pulls/{number}/reviews")
    expect(f"reviews of #{number}", seen=[review["commit_id"] for review in reviews], wanted=[reviewed])
    proof = f"its head moved to {head[:12]}, bob's review of {reviewed[:12]} counted"
    scene.tell(f"both merge; #{number} was applied anew", where="main", proof=proof)


def _head(scene: Scene, number: int) -> str:
    return str(scene.dave.get(f"/pulls/{number}")["head"]["sha"])
