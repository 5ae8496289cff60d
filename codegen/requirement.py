"""Version requirements as Cargo reads them, strictly: what is not understood is an error and never a match.

No pinned library knows Cargo's rules (Python's `packaging` has others), and the rules are few:
https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

Parts = tuple[int, int, int]

_NUMBER = r"(0|[1-9][0-9]{0,8})"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?", re.ASCII)
_TERM = re.compile(rf"(\^|~|>=|<=|>|<|=)?\s*{_NUMBER}(?:\.(?:{_NUMBER}|(\*)))?(?:\.(?:{_NUMBER}|(\*)))?", re.ASCII)


class RequirementError(ValueError):
    """A text that is no version or no requirement."""


@dataclass(frozen=True)
class Requirement:
    """A requirement as half-open ranges that all must hold: `low <= version < high`."""

    text: str
    ranges: tuple[tuple[Parts, Parts | None], ...]

    def accepts(self, version: str) -> bool:
        """Whether a version satisfies it. A pre-release satisfies nothing here: none of our sources ask for one."""
        match = _VERSION.fullmatch(version)
        if match is None:
            raise RequirementError(f"not a version: {version!a}")
        parts = (int(match[1]), int(match[2]), int(match[3]))
        is_within = all(low <= parts and (high is None or parts < high) for low, high in self.ranges)
        return is_within and (match[4] is None)


@lru_cache(maxsize=1024)
def read_requirement(text: str) -> Requirement:
    """The requirement of a text such as `^1.2`, `~1.2`, `>=1, <2`, `=1.2.3`, `1.*`, `*`; raises `RequirementError`."""
    if len(text) > 200:
        raise RequirementError("a version requirement of more than 200 characters")
    terms = [term.strip() for term in text.split(",")]
    if terms == ["*"]:
        return Requirement(text, ())
    return Requirement(text, tuple(_range(term) for term in terms))


def _range(term: str) -> tuple[Parts, Parts | None]:
    match = _TERM.fullmatch(term)
    if match is None:
        raise RequirementError(f"not a version requirement: {term[:40]!a}")
    operator, major, minor, minor_star, patch, patch_star = match.groups()
    if (minor_star or patch_star) and operator not in (None, "="):
        raise RequirementError(f"a wildcard stands behind an operator: {term[:40]!a}")
    if minor is None and patch is not None:
        raise RequirementError(f"not a version requirement: {term[:40]!a}")
    given = tuple(int(part) for part in (major, minor, patch) if part is not None)
    if minor_star or patch_star:
        return _full(given), _next(given)
    return _OPERATORS[operator or "^"](given)


def _full(given: tuple[int, ...]) -> Parts:
    padded = (*given, 0, 0)
    return padded[0], padded[1], padded[2]


def _next(given: tuple[int, ...]) -> Parts:
    """The first version after all that begin with these parts."""
    return _full((*given[:-1], given[-1] + 1))


def _caret(given: tuple[int, ...]) -> tuple[Parts, Parts | None]:
    """Up to the next change of the leftmost part that is not zero: `^0.2.3` ends at 0.3.0."""
    leading = next((index for index, part in enumerate(given) if part), len(given) - 1)
    return _full(given), _next(given[: leading + 1])


_OPERATORS: dict[str, Callable[[tuple[int, ...]], tuple[Parts, Parts | None]]] = {
    "^": _caret,
    "~": lambda given: (_full(given), _next(given[:2])),
    "=": lambda given: (_full(given), _next(given)),
    ">=": lambda given: (_full(given), None),
    ">": lambda given: (_next(given), None),
    "<": lambda given: ((0, 0, 0), _full(given)),
    "<=": lambda given: ((0, 0, 0), _next(given)),
}
