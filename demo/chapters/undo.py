"""On-call undoes changes: by the forge's Revert where its text comes out cleanly, by a comment where it does not."""

from __future__ import annotations

from demo.errors import NotSoError
from demo.people import RefusedError
from demo.proposals import BOT, lists, merged, reverting
from demo.scene import PRODUCTION, Scene
from demo.seeing import expect, until


def by_the_forge(scene: Scene, number: int) -> None:
    """carol presses Revert on the newest install; an exact inverse needs one approver, and nothing is built."""
    runs = scene.runs()
    opened = scene.carol.revert(number)
    scene.tell(f"carol presses Revert on #{number}", where=str(opened["url"]), proof="GraphQL: revertPullRequest")
    scene.bob.approve(int(opened["number"]))
    commit = merged(scene, int(opened["number"]))
    lists(scene, absent=frozenset({"comments"}))
    expect("builds for a composition that was built before", seen=scene.runs() - runs, wanted=0)
    scene.tell(f"bob approves, the bot merges {commit[:12]}", where=PRODUCTION, proof="comments is gone; 0 builds")


def by_a_comment(scene: Scene, number: int) -> None:
    """The forge refuses where a neighbour was installed since; the change itself can be taken out all the same."""
    _forge_refuses(scene, number)
    scene.carol.comment(number, "/modwright revert the editors have left")
    pull = reverting(scene, str(scene.dave.get(f"/pulls/{number}")["merge_commit_sha"]))
    answer = until(
        "the bot answers the comment",
        lambda: _words_of_bot(scene, number),
        lambda words: any(f"#{pull['number']}" in text for text in words),
        expected=f"a comment that names #{pull['number']}",
    )
    scene.tell("carol comments /modwright revert", where=f"#{number}", proof=f"the bot answers “{answer[-1][:70]}…”")
    merged(scene, int(pull["number"]))
    lists(scene, absent=frozenset({"blog", "content"}))
    scene.tell(f"#{pull['number']} merges; content goes with blog", where=PRODUCTION, proof="/health/modules")


def _forge_refuses(scene: Scene, number: int) -> None:
    try:
        opened = scene.carol.revert(number)
    except RefusedError as refused:
        scene.tell(f"the forge cannot revert #{number}", where="its Revert button", proof=f"“{refused.message}”")
    else:
        raise NotSoError(f"the forge's Revert of #{number}", expected="refused for a conflict", seen=opened["url"])


def _words_of_bot(scene: Scene, number: int) -> list[str]:
    comments = scene.dave.pages(f"/issues/{number}/comments")
    return [comment["body"].splitlines()[0] for comment in comments if comment["user"]["login"] == BOT]
