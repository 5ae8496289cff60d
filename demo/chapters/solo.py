"""`approval: solo`: one maintainer alone gets through the whole way, and the history says so."""

from __future__ import annotations

from pathlib import Path

from demo import ledger
from demo.proposals import arrived, ask_for, built, gate, merged, passed
from demo.scene import PRODUCTION, Scene
from demo.seeing import expect, until

_CONFIGURATION = ".modwright/config.yaml"


def alone(scene: Scene) -> None:
    """The rule is changed by a proposal that the old rule judges; then alice needs nobody."""
    _change_rule(scene)
    runs = scene.runs()
    blog = built(scene, ask_for(scene, "install", "blog", reason="I write alone now"))
    scene.alice.approve(blog.number)
    merged(scene, blog.number)
    arrived(scene, blog.digest)
    release = ledger.release(scene.dave, passed(scene, PRODUCTION))
    found = {commit["approval"] for commit in release["commits"] if commit["changes_modules"]}
    expect("the approval that the ledger tells", seen=found, wanted={"self-approved"})
    expect("builds for a composition that was built before", seen=scene.runs() - runs, wanted=0)
    proof = f"{release['id']} in the ledger: self-approved; 0 builds"
    scene.tell("alice asks, approves, and it arrives", where=PRODUCTION, proof=proof)


def _change_rule(scene: Scene) -> None:
    branch = "alice/solo"
    scene.alice.push(_write_rule, subject="Let one maintainer be enough", to=branch)
    body = "There is only me now."
    number = int(scene.alice.open(branch=branch, title="Let one maintainer be enough", body=body)["number"])
    scene.bob.approve(number)
    head = str(scene.dave.get(f"/pulls/{number}")["head"]["sha"])
    until(
        f"the gate of #{number} passes",
        lambda: gate(scene.dave, head)["conclusion"],
        lambda seen: seen == "success",
        expected="success",
    )
    scene.alice.merge(number)
    merged(scene, number, by="alice")
    scene.tell("approval: solo, approved by bob", where=f"#{number}", proof="judged by the rule before it")


def _write_rule(clone: Path) -> None:
    file = clone / _CONFIGURATION
    file.write_text(file.read_text().replace("mode: review,", "mode: solo,"))
