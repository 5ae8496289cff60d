"""Faults on demand: what a network or a bad hour at the forge does to a call."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from sandbox.forge.refusals import Refusal


@dataclass(kw_only=True)
class Fault:
    """Calls that match `method` and `path` (patterns, whole text; path without the query) meet this, `times` times.

    `status` and `body` replace the answer, and the call has no effect. `delay` in seconds comes first. `drop_before`
    closes the connection without an effect, `drop_after` with it. `body_contains` narrows to requests with this text.
    """

    method: str = ".*"
    path: str = ".*"
    times: int = 1
    status: int | None = None
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    drop_before: bool = False
    drop_after: bool = False
    body_contains: str = ""

    def fits(self, method: str, path: str, body: bytes) -> bool:
        """Whether this call meets the fault."""
        if self.times <= 0 or not re.fullmatch(self.method, method) or not re.fullmatch(self.path, path):
            return False
        return self.body_contains.encode() in body


class Faults:
    """The rules in force, in order; the first that fits is used up by one."""

    def __init__(self) -> None:
        self.rules: list[Fault] = []

    def replace(self, documents: list[dict[str, Any]]) -> None:
        """Put these rules in force instead of the present ones. Raises `Refusal` 422 for one that is not understood."""
        try:
            self.rules = [Fault(**document) for document in documents]
        except TypeError as error:
            raise Refusal(422, f"A fault rule is not understood: {error}") from error

    def take(self, method: str, path: str, body: bytes) -> Fault | None:
        """The fault that this call meets, or None."""
        for rule in self.rules:
            if rule.fits(method, path, body):
                rule.times -= 1
                return rule
        return None
