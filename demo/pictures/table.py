"""Which pictures there are. They tell one story: each begins where the one before it has ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from demo.pictures.cast import Cast


@dataclass(frozen=True)
class Picture:
    """
    One picture: its file's name without `.png`, whose window it shows, and what is done before. Of the page it shows what
    fits into `height` pixels, from the element `top` (a CSS selector) on.
    """

    name: str
    who: str
    before: Callable[[Cast], object]
    height: int = 800
    top: str = ""


_APPROVAL = "Waits for 1 approval"


def _blast_radius(cast: Cast) -> None:
    production = cast.carol.page.get_by_role("region", name="production")
    production.get_by_role("link", name="Roll back").click()
    cast.carol.write("Reason", "checkout is slow since noon")


def _roll_back(cast: Cast) -> None:
    cast.carol.press("Roll back production to")
    cast.carol.waits_for("rolled back")


PICTURES: tuple[Picture, ...] = (
    Picture("sign-in", "alice", lambda cast: cast.alice.go("/sign-in"), height=560),
    Picture("modules", "alice", lambda cast: cast.alice.sign_in()),
    Picture("plan", "alice", lambda cast: cast.plan("blog", "we want to write"), height=1180),
    Picture("request", "alice", lambda cast: cast.ask("blog", "we want to write", until=_APPROVAL), height=820),
    Picture("pull-request", "bob", lambda cast: cast.bob_looks(), height=800, top="#checks"),
    Picture("request-done", "alice", lambda cast: cast.bob_approves(until="it runs in every environment"), height=700),
    Picture("environments", "carol", lambda cast: cast.carol.sign_in("/environments"), height=760),
    Picture("roll-back", "carol", _blast_radius, height=1060),
    Picture("rolled-back", "carol", _roll_back, height=800),
    Picture("request-does-not-compile", "alice", lambda cast: cast.ask("broken", "to see", until="The build failed")),
    Picture("request-taken-back", "alice", lambda cast: _taken_back(cast), height=700),
    Picture(
        "request-by-a-stranger",
        "alice",
        lambda cast: cast.olga_asks("gallery", until="Waits for 2 approvals"),
        height=700,
    ),
)


def _taken_back(cast: Cast) -> None:
    cast.ask("reviews", "customers shall speak", until=_APPROVAL)
    cast.bob_approves(until="Undone by")
