"""A figure: what was measured, what it has to reach, and how it was taken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measure:
    """One number with the most that it may be. Every target is a ceiling: "200 clean" is "0 that are not"."""

    what: str
    value: float
    limit: float
    unit: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the ceiling is kept."""
        return self.value <= self.limit


@dataclass(frozen=True)
class Figure:
    """
    One row of the promise. `how` says how it was taken, in one sentence; `beside` are numbers without a target that
    help to judge it.
    """

    name: str
    measures: tuple[Measure, ...]
    how: str
    beside: tuple[str, ...] = ()

    @property
    def is_met(self) -> bool:
        """Whether every measure of it is."""
        return all(measure.is_met for measure in self.measures)


def median(values: list[float]) -> float:
    """The middle one; of an even number the upper middle one, so that it is a value that was seen."""
    return sorted(values)[len(values) // 2]
