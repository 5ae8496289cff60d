"""`reviews` compiles, passes staging, fails in production: taken back, held, reverted; what was good goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from demo import ledger, outage
from demo.proposals import Candidate, arrived, ask_for, built, lists, merged, passed, reverting
from demo.running import fail_controller
from demo.scene import PRODUCTION, STAGING, Scene
from demo.seeing import expect, expect_in, stays, until


@dataclass(frozen=True)
class Waiting:
    """`reviews` on main and in staging, while production is unwell; `gallery` is built on top of it."""

    reviews: Candidate
    commit: str
    gallery: Candidate
    before: str
    """The digest that production answered before."""


def unwell_before(scene: Scene) -> Waiting:
    """Where the running release is unwell already, nothing is promoted: it would be blamed for what it did not do."""
    before = scene.digest(PRODUCTION)
    outage.begins(scene, PRODUCTION)
    scene.tell("a shared service breaks", where=PRODUCTION, proof="/health/modules: search unhealthy")
    reviews = built(scene, ask_for(scene, "install", "reviews", reason="customers shall speak"))
    scene.bob.approve(reviews.number)
    commit = merged(scene, reviews.number)
    arrived(scene, reviews.digest, environment=STAGING)
    passed(scene, STAGING)
    scene.tell("reviews is merged and passes", where=STAGING, proof=f"/health/ says {reviews.digest[:19]}")
    shown = _condition(scene, "RunningUnwell", PRODUCTION)
    gallery = built(scene, ask_for(scene, "install", "gallery", reason="pictures sell"))
    expect("production, while it is unwell", seen=scene.digest(PRODUCTION), wanted=before)
    scene.tell(f"production waits: {shown['message']}", where="modwright status", proof="its digest is as before")
    return Waiting(reviews, commit, gallery, before)


def taken_back(scene: Scene, waiting: Waiting) -> dict[str, Any]:
    """The service is back, `reviews` arrives, fails, and production answers with its predecessor; the hold."""
    outage.ends(scene, PRODUCTION)
    _arrives_for_a_moment(scene, waiting)
    began = scene.timeline.seconds
    scene.bob.approve(waiting.gallery.number)
    arrived(scene, waiting.before)
    after = scene.timeline.seconds - began
    proof = f"/health/ says {waiting.before[:19]} again, {after:.1f} s later"
    scene.tell("reviews fails there, the predecessor answers", where=PRODUCTION, proof=proof)
    hold = ledger.hold_on(scene.dave, waiting.commit) or {}
    expect("the commits on hold", seen=hold.get("commits"), wanted=[waiting.commit])
    scene.tell(
        f"held: {hold['reason']}", where=f"{waiting.commit[:12]}", proof=f"holds/{hold['id']}.yaml of the ledger"
    )
    return hold


def _arrives_for_a_moment(scene: Scene, waiting: Waiting) -> None:
    """It serves for a few checks only: on a busy machine the hold may be there before we have looked."""

    def look() -> str:
        if scene.digest(PRODUCTION) == waiting.reviews.digest:
            return "/health/ says its digest"
        hold = ledger.hold_on(scene.dave, waiting.commit)
        return "the ledger, which has taken it back already" if hold is not None else ""

    proof = until("reviews arrives in production", look, bool, expected=waiting.reviews.digest)
    scene.tell("the service is back, reviews arrives", where=PRODUCTION, proof=proof)


def restart_meanwhile(scene: Scene, waiting: Waiting) -> None:
    """A good install waits, visibly; the controller is killed and started again, and knows what it knew."""
    commit = merged(scene, waiting.gallery.number)
    fail_controller(scene.folder, scene.known["controller"])
    scene.tell("the controller is killed and started again", where="SIGKILL", proof="healthz answers")
    shown = _condition(scene, "Held", None)
    scene.tell(f"gallery, merged as {commit[:12]}, waits", where="modwright status", proof=f"“{shown['message']}”")


def reverted(scene: Scene, waiting: Waiting) -> None:
    """The predecessor passes, so the hold is confirmed and the revert merges by itself."""
    pull = reverting(scene, waiting.commit)
    commit = merged(scene, int(pull["number"]))
    message = scene.dave.get(f"/git/commits/{commit}")["message"]
    expect_in("the revert's message", text=message, wanted=f"This reverts commit {waiting.commit}")
    hold = ledger.hold_on(scene.dave, waiting.commit) or {}
    expect("the hold", seen=hold["state"], wanted="confirmed")
    scene.tell(f"the predecessor passes: {hold['judgement']}", where=PRODUCTION, proof="the hold is confirmed")
    scene.tell(
        f"the bot reverts it by #{pull['number']}", where=f"main at {commit[:12]}", proof="REST: merged by policy"
    )


def goes_on(scene: Scene) -> None:
    """`gallery` goes through once the revert is on main; `reviews` is not promoted again."""
    lists(scene, present=frozenset({"blog", "content", "gallery"}), absent=frozenset({"reviews"}))
    scene.tell("gallery goes through, blog stays, reviews is gone", where=PRODUCTION, proof="/health/modules")
    digest = scene.digest(PRODUCTION)
    stays("reviews is not promoted again", lambda: scene.digest(PRODUCTION), digest, seconds=1)


def _condition(scene: Scene, reason: str, about: str | None) -> dict[str, Any]:
    found = until(
        f"status says {reason}",
        lambda: scene.condition(reason, about=about),
        lambda seen: seen is not None,
        expected=f"a condition {reason}",
        seconds=20,
    )
    return found or {}
