"""The platform is on the forge; its first release runs everywhere."""

from __future__ import annotations

from demo.first import adopt_first
from demo.scene import PRODUCTION, STAGING, Scene
from demo.seeing import expect

_MODULES = {"auth", "events", "search"}


def first_release(scene: Scene) -> None:
    """alice adopts the first commit; one build serves both environments."""
    head = scene.dave.head("main")
    scene.tell("the platform is on the forge", where=scene.known["git"], proof=f"REST: main is {head[:12]}")
    for environment, release in adopt_first(scene.product, scene.alice, (STAGING, PRODUCTION)).items():
        found = scene.answered(environment)
        expect(f"the modules of {environment}", seen=found.slugs, wanted=_MODULES)
        proof = f"{scene.known['environments'][environment]}/health/ says {found.digest[:19]}"
        scene.tell(f"the first release {release} runs", where=environment, proof=proof)
    expect("both run the same image", seen=scene.digest(STAGING), wanted=scene.digest(PRODUCTION))
    expect("builds so far", seen=scene.runs(), wanted=1)
