"""Grammars of everything that a manifest can carry into generated code or a Cargo file.

A name that passes here can be written into Rust and TOML without quoting or escaping; that is the whole defence
against injection, so the grammars are narrow, ASCII and matched in full.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NewType

ModuleName = NewType("ModuleName", str)

# https://doc.rust-lang.org/reference/keywords.html: strict and reserved ones of every edition.
RUST_KEYWORDS = frozenset(
    "abstract as async await become box break const continue crate do dyn else enum extern false final fn for gen if "  # noqa: SIM905 - read as words
    "impl in let loop macro match mod move mut override priv pub ref return self static struct super trait true try "
    "type typeof unsafe unsized use virtual where while yield".split()
)


@dataclass(frozen=True)
class Grammar:
    """What one kind of name may be: a pattern for the machine, a sentence for the person."""

    allowed: str
    pattern: re.Pattern[str]
    longest: int = 64
    is_identifier: bool = False

    def accepts(self, text: str) -> bool:
        """Whether the whole text is such a name; where it becomes a Rust identifier, no keyword is one."""
        if len(text) > self.longest or self.pattern.fullmatch(text) is None:
            return False
        return not (self.is_identifier and crate_identifier(text) in RUST_KEYWORDS)


SLUG = Grammar(
    "lower-case ASCII words joined by `_` or `-`, at most 64 characters, no Rust keyword",
    re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*", re.ASCII),
    is_identifier=True,
)
CRATE = Grammar(
    "a Cargo package name: lower-case ASCII words joined by `_` or `-`, at most 64 characters, no Rust keyword",
    re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*", re.ASCII),
    is_identifier=True,
)
PATH = Grammar(
    "a relative path inside the repository: ASCII words joined by `/`, without `.` or `..` parts",
    re.compile(r"(?!\.)[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/(?!\.)[A-Za-z0-9._-]+)*", re.ASCII),
    longest=200,
)
GIT_URL = Grammar(
    "an https:// address without user, query or fragment",
    re.compile(r"https://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/[A-Za-z0-9._-]+)+", re.ASCII),
    longest=300,
)
REVISION = Grammar("a full commit: 40 lower-case hexadecimal digits", re.compile(r"[0-9a-f]{40}", re.ASCII))
VERSION = Grammar(
    "a version such as 1.2.3",
    re.compile(
        r"(?:0|[1-9][0-9]{0,8})\.(?:0|[1-9][0-9]{0,8})\.(?:0|[1-9][0-9]{0,8})(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?",
        re.ASCII,
    ),
)
FEATURE = Grammar(
    "a Cargo feature name: ASCII letters, digits, `-`, `_`", re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*", re.ASCII)
)
ENTRY_TYPE = Grammar("a Rust type name such as BlogModule", re.compile(r"[A-Z][A-Za-z0-9]*", re.ASCII), longest=100)
RUNTIME = Grammar("a lower-case word such as extension", re.compile(r"[a-z][a-z_]*", re.ASCII))


def crate_identifier(crate: str) -> str:
    """A package's name as Rust code writes it."""
    return crate.replace("-", "_")


def default_entry_type(slug: ModuleName) -> str:
    """The type that a module's crate exports when its own file names none: `social_graph` has `SocialGraphModule`."""
    return "".join(part.capitalize() for part in re.split("[_-]", slug)) + "Module"
