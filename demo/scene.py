"""Who and what a story is told with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from demo import fronts
from demo.folder import Folder
from demo.fronts import Answered
from demo.people import Person, person_of
from demo.product import Product
from demo.timeline import Timeline

STAGING, PRODUCTION = "staging", "production"


@dataclass(frozen=True)
class Scene:
    """A running demo, the people in it, and the timeline that it is told on."""

    folder: Folder
    known: Mapping[str, Any]
    timeline: Timeline
    product: Product

    @property
    def alice(self) -> Person:
        """Role admin: she asks for modules."""
        return person_of(self.known, "alice")

    @property
    def bob(self) -> Person:
        """Role super-admin: he approves, and admits what nobody approved."""
        return person_of(self.known, "bob")

    @property
    def carol(self) -> Person:
        """Role operator: she is on call."""
        return person_of(self.known, "carol")

    @property
    def dave(self) -> Person:
        """Role viewer: the story looks with his rights wherever they are enough."""
        return person_of(self.known, "dave")

    def runs(self) -> int:
        """How many builds were started so far."""
        return int(self.dave.get("/actions/runs", per_page="1")["total_count"])

    def answered(self, environment: str) -> Answered:
        """What an environment answers at its front."""
        return fronts.ask(self.known["environments"][environment])

    def digest(self, environment: str) -> str:
        """The digest that an environment says it runs."""
        return fronts.digest_of(self.known["environments"][environment])

    def condition(self, reason: str, *, about: str | None = None) -> dict[str, Any] | None:
        """A condition that the product shows to everybody, where it does."""
        conditions: list[dict[str, Any]] = self.product.ask("dave", "status")["conditions"]
        fitting = (found for found in conditions if found["reason"] == reason and about in (None, found["about"]))
        return next(fitting, None)

    def tell(self, what: str, *, where: str, proof: str) -> None:
        """A line of the timeline."""
        self.timeline.tell(what, where=where, proof=proof)
