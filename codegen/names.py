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

# The platform has two grammars of module names, a wide one where its manifest is loaded and a strict one in its registry
# contract. A name that only the first takes would build and then be refused by a running server, so the strict one rules.
WIDE_SLUG = Grammar("lower-case letters, digits, `_` and `-`", re.compile(r"[a-z0-9_-]+", re.ASCII), longest=300)
STRICT_SLUG = Grammar(
    "lower-case letters, digits and `_`, at most 48 characters, no `_` at either end",
    re.compile(r"[a-z0-9](?:[a-z0-9_]*[a-z0-9])?", re.ASCII),
    longest=48,
)
MODULE = Grammar(
    "lower-case ASCII words joined by `_`, at most 48 characters, a letter first, no Rust keyword",
    re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*", re.ASCII),
    longest=48,
    is_identifier=True,
)

_UNSEEN = r"\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
TEXT = Grammar(
    "one line of text without invisible characters, at most 1000 characters", re.compile(f"[^{_UNSEEN}]*"), longest=1000
)
DESCRIPTION = Grammar(
    "one line of 20 to 1000 characters without invisible ones", re.compile(f"[^{_UNSEEN}]{{20,}}"), longest=1000
)
TAG = Grammar("lower-case ASCII words joined by `-` or `_`", re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*", re.ASCII))
TARGET = Grammar(
    "a Rust target such as x86_64-unknown-linux-gnu", re.compile(r"[a-z0-9_.]+(?:-[a-z0-9_.]+)+", re.ASCII)
)
PROFILE = Grammar("a Cargo profile such as release", re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*", re.ASCII))
WEB_URL = Grammar(
    "an http:// or https:// address",
    re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?][A-Za-z0-9._~:/?&=%+,;@!$()*-]*)?", re.ASCII),
    longest=500,
)
ICON_URL = Grammar(
    "an http:// or https:// address that ends in .svg",
    re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[A-Za-z0-9._~/%-]*\.svg", re.ASCII),
    longest=500,
)
PICTURE_URL = Grammar(
    "an http:// or https:// address that ends in .png, .jpg, .jpeg, .webp or .svg",
    re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[A-Za-z0-9._~/%-]*\.(?:png|jpe?g|webp|svg)", re.ASCII),
    longest=500,
)
SURFACE = Grammar("lower-case letters, digits and `-`", re.compile(r"[a-z0-9-]+", re.ASCII))
RUST_PATH = Grammar(
    "a Rust path such as graphql::BlogQuery",
    re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII),
    longest=200,
)
WORD = Grammar("ASCII letters, digits, `_` and `-`", re.compile(r"[A-Za-z0-9_-]+", re.ASCII), longest=100)
ROUTE = Grammar(
    "a part of an address: lower-case letters, digits, `-`, `_` and `/`",
    re.compile(r"[a-z0-9_-]+(?:/[a-z0-9_-]+)*", re.ASCII),
    longest=200,
)
LOCALE = Grammar("a language such as en or pt-BR", re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII))
PACKAGE = Grammar(
    "a package name such as @scope/name", re.compile(r"(?:@[a-z0-9._-]+/)?[a-z0-9._-]+", re.ASCII), longest=214
)


def module_hint(text: str) -> str:
    """Which of the platform's two grammars refuses a module's name, and letters that only look like ASCII ones."""
    odd = next((letter for letter in text if not letter.isascii()), "")
    if odd:
        return f"{odd!a} only looks like an ASCII letter, or is none" if odd.isalpha() else "use ASCII letters only"
    if not WIDE_SLUG.accepts(text):
        return f"the platform's manifest loader refuses it: it takes {WIDE_SLUG.allowed}"
    if not STRICT_SLUG.accepts(text):
        return f"the manifest loader takes it, the registry contract refuses it and rules: {STRICT_SLUG.allowed}"
    return (
        "a Rust keyword cannot be a module" if text in RUST_KEYWORDS else "begin with a letter, one `_` between words"
    )


def crate_identifier(crate: str) -> str:
    """A package's name as Rust code writes it."""
    return crate.replace("-", "_")


def family(name: str) -> str:
    """The first word of a name: `marketplace` and `marketplace_seller` are of one family."""
    return re.split("[_-]", name, maxsplit=1)[0]
