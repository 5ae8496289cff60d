"""Versions and version requirements as Cargo reads them, strictly: what is not understood is an error, never a match.

No pinned library knows Cargo's rules (Python's `packaging` has others), and the rules are few:
https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html and, for pre-releases, the crate `semver`, which
is what Cargo itself asks: https://docs.rs/semver/latest/semver/struct.VersionReq.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

_NUMBER = r"(0|[1-9][0-9]{0,8})"
_PART = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_TAIL = rf"(?:-({_PART}(?:\.{_PART})*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?"
_VERSION = re.compile(rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}{_TAIL}", re.ASCII)
_TERM = re.compile(
    rf"(\^|~|>=|<=|>|<|=)? *{_NUMBER}(?:\.(?:([*xX])(?:\.[*xX])?|{_NUMBER}(?:\.(?:([*xX])|{_NUMBER}{_TAIL}))?))?",
    re.ASCII,
)
_LONGEST = 200
_MOST_TERMS = 32


class RequirementError(ValueError):
    """A text that is no version or no requirement."""


@dataclass(frozen=True)
class Version:
    """A version; `pre` are the identifiers of a pre-release. Build metadata does not count."""

    numbers: tuple[int, int, int]
    pre: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[object, ...]:
        """The key that sorts versions: a pre-release stands before its release."""
        return (self.numbers, _pre_order(self.pre))


@dataclass(frozen=True)
class Term:
    """One condition of a requirement: an operator and a version, of which minor and patch may be left open."""

    operator: str
    given: tuple[int, ...]
    pre: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left open."""
        return len(self.given) == 3


@dataclass(frozen=True)
class Requirement:
    """A requirement as conditions that all must hold; none at all is `*`."""

    text: str
    terms: tuple[Term, ...]

    def accepts(self, version: str) -> bool:
        """Whether a version satisfies it; raises `RequirementError` where the text is no version.

        A pre-release satisfies only what names a pre-release of the same three numbers.
        """
        found = read_version(version)
        if found.pre and not any(term.pre and term.given == found.numbers for term in self.terms):
            return False
        return all(_HOLDS[term.operator](term, found) for term in self.terms)


@lru_cache(maxsize=4096)
def read_version(text: str) -> Version:
    """The version of a text; raises `RequirementError`."""
    match = _VERSION.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None:
        raise RequirementError(f"not a version: {text[:40]!a}")
    return Version((int(match[1]), int(match[2]), int(match[3])), _identifiers(match[4]))


@lru_cache(maxsize=1024)
def read_requirement(text: str) -> Requirement:
    """The requirement of a text such as `^1.2`, `~1.2`, `>=1, <2`, `=1.2.3-rc.1`, `1.*`, `*`; raises `RequirementError`."""
    if len(text) > _LONGEST:
        raise RequirementError(f"a version requirement of more than {_LONGEST} characters")
    terms = [term.strip(" ") for term in text.split(",")]
    if terms in (["*"], ["x"], ["X"]):
        return Requirement(text, ())
    if len(terms) > _MOST_TERMS:
        raise RequirementError(f"a version requirement of more than {_MOST_TERMS} conditions")
    return Requirement(text, tuple(map(_term, terms)))


def read_platform_bound(text: str, *, is_maximum: bool) -> Requirement:
    """The requirement that a module's lowest or highest platform version stands for; raises `RequirementError`.

    A bare version is a bound that itself is allowed, `1.x` is `1.*`, anything else is a requirement as it stands.
    """
    wished = text.strip().replace(".x", ".*").replace(".X", ".*")
    if any(mark in wished for mark in "<>=~^*,"):
        return read_requirement(wished)
    return read_requirement(f"{'<=' if is_maximum else '>='}{wished}")


def _term(text: str) -> Term:
    match = _TERM.fullmatch(text)
    if match is None:
        raise RequirementError(f"not a version requirement: {text[:40]!a}")
    operator, major, minor_star, minor, patch_star, patch, pre = match.groups()
    operator = operator or ("=" if minor_star or patch_star else "^")
    given = tuple(int(part) for part in (major, minor, patch) if part is not None)
    return Term(operator, given, _identifiers(pre))


def _identifiers(text: str | None) -> tuple[str, ...]:
    return tuple(text.split(".")) if text else ()


def _pre_order(pre: tuple[str, ...]) -> tuple[object, ...]:
    """None at all is the release and highest; numbers stand before words."""
    return (not pre, tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in pre))


def _compare(term: Term, version: Version) -> int:
    """-1, 0 or 1: how a version stands to the parts that are given. With parts left open only the numbers count."""
    mine: tuple[object, ...] = (version.numbers[: len(term.given)],)
    other: tuple[object, ...] = (term.given,)
    if term.is_whole:
        mine, other = (*mine, _pre_order(version.pre)), (*other, _pre_order(term.pre))
    return (mine > other) - (mine < other)


def _is_exact(term: Term, version: Version) -> bool:
    """With parts left open, every release that begins with those given, and no pre-release."""
    return _compare(term, version) == 0 and version.pre == term.pre


def _is_from(term: Term, version: Version) -> bool:
    return _compare(term, version) > 0 or _is_exact(term, version)


def _is_tilde(term: Term, version: Version) -> bool:
    is_there = version.numbers[: len(term.given[:2])] == term.given[:2]
    return is_there and _is_from(term, version)


def _is_caret(term: Term, version: Version) -> bool:
    """Up to the next change of the leftmost part that is not zero: `^0.2.3` ends at 0.3.0."""
    leading = next((index for index, part in enumerate(term.given) if part), len(term.given) - 1)
    fixed = term.given[: leading + 1]
    return version.numbers[: len(fixed)] == fixed and _compare(term, version) >= 0


_HOLDS: dict[str, Callable[[Term, Version], bool]] = {
    "=": _is_exact,
    ">": lambda term, version: _compare(term, version) > 0,
    ">=": _is_from,
    "<": lambda term, version: _compare(term, version) < 0,
    "<=": lambda term, version: _compare(term, version) < 0 or _is_exact(term, version),
    "~": _is_tilde,
    "^": _is_caret,
}
