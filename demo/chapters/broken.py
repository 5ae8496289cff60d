"""`broken` does not compile: its proposal says where and why, and nothing is released."""

from __future__ import annotations

from demo import ledger
from demo.proposals import ask_for, gate
from demo.scene import Scene
from demo.seeing import expect, expect_in, until

_FILE, _LINE, _ERROR = "crates/platform-broken/src/lib.rs", 21, "mismatched types"


def does_not_compile(scene: Scene) -> None:
    """The gate fails with an annotation; nothing is released; alice withdraws."""
    before = (ledger.releases(scene.dave), scene.dave.head("main"))
    number = ask_for(scene, "install", "broken", reason="it looked useful")
    _gate_fails(scene, number)
    expect("releases and main", seen=(ledger.releases(scene.dave), scene.dave.head("main")), wanted=before)
    scene.product.type("alice", "withdraw", str(number), "--reason", "it does not compile")
    expect(f"#{number}", seen=scene.dave.get(f"/pulls/{number}")["state"], wanted="closed")
    scene.tell("nothing is released; alice withdraws it", where=f"#{number}", proof="main and releases are as before")


def _gate_fails(scene: Scene, number: int) -> None:
    head = str(scene.dave.get(f"/pulls/{number}")["head"]["sha"])
    check = until(
        f"the gate of #{number} fails",
        lambda: gate(scene.dave, head),
        lambda seen: seen["conclusion"] == "failure",
        expected="conclusion failure",
    )
    annotation = scene.dave.get(f"/check-runs/{check['id']}/annotations")[0]
    expect("the annotation's place", seen=(annotation["path"], annotation["start_line"]), wanted=(_FILE, _LINE))
    expect_in("the annotation's text", text=f"{annotation['title']} {annotation['message']}", wanted=_ERROR)
    expect_in("the gate's title", text=check["output"]["title"], wanted="broken")
    proof = f"annotation at {annotation['path']}:{annotation['start_line']}"
    scene.tell(f"the gate fails: {check['output']['title']}", where=f"#{number}", proof=proof)
