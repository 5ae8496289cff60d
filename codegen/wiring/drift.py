"""What is said of a place that is not in step with the manifest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from codegen.cargo.entries import items
from codegen.cargo.features import enabled
from codegen.errors import Finding, ManifestError
from codegen.names import ModuleName
from codegen.wiring.preset import ArrayItem, Place, TableEntry
from codegen.wiring.shape import Shape


@dataclass(frozen=True, kw_only=True)
class Drift:
    """One place that is not in step. `line` counts from 1, 0 where no line is at fault; `by_hand`: `apply` leaves it."""

    path: str
    problem: str
    line: int = 0
    module: ModuleName | None = None
    place: str = ""
    hint: str = ""
    by_hand: bool = False

    @property
    def identity(self) -> tuple[str, str, ModuleName | None, str]:
        """The same for the same drift, wherever its line has moved to."""
        return self.path, self.problem, self.module, self.place

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        subject = f"{self.module}: {self.problem}" if self.module else self.problem
        return f"{place}: {subject}" + (f"; hint: {self.hint}" if self.hint else "")


class UnreadableHost(ManifestError):
    """Files that cannot be read, beside the drift of those that can."""

    def __init__(self, drift: list[Drift], *findings: Finding) -> None:
        super().__init__(*findings)
        self.drift = tuple(drift)


APPLY = "modwright codegen apply"
"""What mends whatever is not for a person."""


def typeless(shape: Shape) -> Drift:
    """A module of the manifest whose crate has nothing to register."""
    path, problem = (
        f"{shape.path}/src/lib.rs",
        "is in the manifest and registered nowhere: its crate has no module type",
    )
    hint = "implement the module's trait there, or take the row out"
    return Drift(path=path, module=shape.slug, place="registration", problem=problem, hint=hint, by_hand=True)


def otherwise(place: Place, shape: Shape, line: int) -> Drift:
    """A module that stands in a form of its own, which nobody but a person may change."""
    problem = f"in a form that no feature switches: {place.what}"
    hint = "bring it into the form of the other modules by hand"
    return Drift(
        path=place.path, line=line, module=shape.slug, place=place.what, problem=problem, hint=hint, by_hand=True
    )


def missing(place: Place, shape: Shape, text: str, ensured: str) -> Drift:
    """A place that putting the module in would change: `ensured` is what it would then say."""
    line = first_difference(text, ensured)
    is_there = len(text.splitlines()) == len(ensured.splitlines())
    problem = f"not as the manifest gives it: {place.what}" if is_there else f"missing: {place.what}"
    return Drift(path=place.path, line=line, module=shape.slug, place=place.what, problem=problem, hint=APPLY)


def beyond_needs(place: Place, text: str, shape: Shape) -> Iterator[Drift]:
    """Modules that a module's feature turns on though the module does not need them."""
    if not isinstance(place, TableEntry) or place.turns_on is None:
        return
    key = shape.render(place.key)
    for item, line in items(text, place.table, key, path=place.path).items():
        match = re.fullmatch(place.turns_on, item)
        if match and match["name"] not in shape.all_needs:
            problem = f"turns on {match['name']}, which it does not need: {place.what}"
            hint = f"take {item} out by hand, or let the module say that it needs {match['name']}"
            yield Drift(
                path=place.path,
                line=line,
                module=shape.slug,
                place=place.what,
                problem=problem,
                hint=hint,
                by_hand=True,
            )


def chain_to(place: Place, text: str, name: str) -> str:
    """How a module comes to be turned on though nobody installed it."""
    if not isinstance(place, ArrayItem) or not place.reached:
        return "nobody else says what it is"
    chains = [chain for chain in enabled(text, place.key, path=place.path).values() if chain[-1].endswith(f"-{name}")]
    return "turned on by " + " → ".join(chains[0]) if chains else "nobody else says what it is"


def first_difference(found: str, expected: str) -> int:
    """The first line that differs, from 1."""
    lines = list(zip(found.split("\n"), expected.split("\n"), strict=False))
    return next((number for number, (old, new) in enumerate(lines, 1) if old != new), len(lines))


def drift_without(drift: tuple[Drift, ...], known: tuple[Drift, ...]) -> tuple[Drift, ...]:
    """The drift that was not there before."""
    before = {one.identity for one in known}
    return tuple(one for one in drift if one.identity not in before)
