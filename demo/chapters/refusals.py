"""What cannot be: refused at once, with what was wanted and what is there."""

from __future__ import annotations

from demo.scene import Scene
from demo.seeing import expect, expect_in

_ASKED = (
    (("uninstall", "content"), "blog"),
    (("install", "warehouse"), "catalog"),
    (("install", "reviews@9.0.0"), "0.1.0"),
    (("install", "forum"), "comments"),
)
"""What is asked for, and a word of the reason that has to be given."""


def refused(scene: Scene) -> None:
    """Four requests that are refused; no proposal comes of them."""
    before = _numbers(scene)
    for words, reason in _ASKED:
        said = scene.product.refused("alice", *words, "--reason", "just trying")
        expect_in(f"the answer to {' '.join(words)}", text=said, wanted=reason)
        scene.tell(f"refused: {said}", where="API", proof="exit 1")
    expect("proposals", seen=_numbers(scene), wanted=before)


def _numbers(scene: Scene) -> list[int]:
    return sorted(int(pull["number"]) for pull in scene.dave.pages("/pulls", state="all"))
