"""What may be a branch, a commit and a path. `git check-ref-format` lets `-x`, `$(id)` and `a;b` through."""

from __future__ import annotations

import re

from controller.core.errors import Terminal

_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/+-]{0,243}")
_ID = re.compile(r"[0-9a-f]{40}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")


def branch(text: str) -> str:
    """The branch, checked. Raises `Terminal` (`HostileName`)."""
    bad = ".." in text or "//" in text or "/." in text or ".lock/" in text or text.endswith(("/", ".", ".lock"))
    if bad or not _BRANCH.fullmatch(text):
        raise Terminal("HostileName", f"branch {text[:80]!r} cannot be used; allowed: letters, digits and ._/+-")
    return text


def object_id(text: str) -> str:
    """A whole object id, checked: an abbreviation could come to mean something else."""
    if not _ID.fullmatch(text):
        raise Terminal("HostileName", f"{text[:80]!r} is no object id; allowed: 40 hexadecimal digits")
    return text


def path(text: str) -> tuple[str, ...]:
    """
    A path's parts, checked: relative, no `..`, nothing that git itself would read.

    Raises `Terminal` (`HostilePath`).
    """
    parts = tuple(text.split("/"))
    if _CONTROL.search(text) or any(part in ("", ".", "..") or part.lower() == ".git" for part in parts):
        raise Terminal("HostilePath", f"path {text[:120]!r} cannot be used; allowed: relative names without '..'")
    return parts
