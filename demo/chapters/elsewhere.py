"""A failure whose cause is elsewhere: the predecessor fails as well, so nothing is reverted and a person is called."""

from __future__ import annotations

from demo import ledger, outage
from demo.proposals import arrived, ask_for, built, lists, merged, newest
from demo.scene import PRODUCTION, Scene
from demo.seeing import expect, until


def cause_elsewhere(scene: Scene) -> int:
    """
    A shared service breaks right after `comments` arrived; when it is back, the release is tried once more. The number
    of its proposal.
    """
    before = scene.digest(PRODUCTION)
    comments = built(scene, ask_for(scene, "install", "comments", reason="readers want to answer"))
    scene.bob.approve(comments.number)
    commit = merged(scene, comments.number)
    arrived(scene, comments.digest)
    outage.begins(scene, PRODUCTION)
    scene.tell("comments arrives; then a shared service breaks", where=PRODUCTION, proof="search unhealthy")
    arrived(scene, before)
    _cleared(scene, commit)
    _person_called(scene, comments.number)
    expect("a revert of comments", seen=newest(scene.dave, branch=f"modwright/revert/{commit[:12]}-"), wanted=None)
    _tried_once_more(scene, comments.digest)
    return comments.number


def _tried_once_more(scene: Scene, digest: str) -> None:
    outage.ends(scene, PRODUCTION)
    arrived(scene, digest)
    lists(scene, present=frozenset({"comments"}))
    scene.tell("the service is back, the release is tried once more", where=PRODUCTION, proof="its digest, and passed")


def _cleared(scene: Scene, commit: str) -> None:
    hold = until(
        "the hold is cleared",
        lambda: ledger.hold_on(scene.dave, commit) or {},
        lambda seen: seen.get("state") == "cleared",
        expected="state cleared",
    )
    scene.tell(f"the hold is cleared: {hold['judgement']}", where=PRODUCTION, proof=f"holds/{hold['id']}.yaml")


def _person_called(scene: Scene, number: int) -> None:
    said = until(
        f"a person is called on #{number}",
        lambda: [comment["body"] for comment in scene.dave.pages(f"/issues/{number}/comments")],
        lambda bodies: any("person is needed" in body for body in bodies),
        expected="a comment that a person is needed",
    )
    words = next(body for body in said if "person is needed" in body).splitlines()[0]
    scene.tell("nothing is reverted, a person is called", where=f"#{number}", proof=f"“{words[:90]}…”")
