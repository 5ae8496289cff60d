"""
What may stand in a request's path. PyGithub sends what it is given: `o/r/../../x` asks for another repository.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from controller.core.errors import Terminal

_OWNER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?")
_REPOSITORY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")
_BRANCH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/+-]{0,243}")
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-_]{0,98})(?:\[bot\])?")
_TEAM = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_])?")
_SHA = re.compile(r"[0-9a-f]{40}")
_WORKFLOW = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}\.ya?ml")

ZERO = "0" * 40


@dataclass(frozen=True)
class RepositoryName:
    """`owner/name`, both checked."""

    owner: str
    name: str

    @staticmethod
    def parse(text: str) -> RepositoryName:
        """Reads `owner/name`. Raises `Terminal` for anything else."""
        owner, _, name = text.partition("/")
        if not _OWNER.fullmatch(owner) or not _REPOSITORY.fullmatch(name) or name in (".", ".."):
            raise _hostile("repository", text, "owner/name of letters, digits, '-', '_' and '.'")
        return RepositoryName(owner=owner, name=name)

    @property
    def path(self) -> str:
        """Where the API has it."""
        return f"/repos/{self.owner}/{self.name}"

    def __str__(self) -> str:
        return f"{self.owner}/{self.name}"


def branch_name(text: str) -> str:
    """The branch, if git and the forge both take it; `git check-ref-format` alone lets `-x` and `$(id)` through."""
    bad = ".." in text or "//" in text or text.endswith(("/", ".", ".lock")) or "/." in text or ".lock/" in text
    if bad or not _BRANCH.fullmatch(text):
        raise _hostile("branch", text, "letters, digits and ._/+- without '..', '//' or a leading '-'")
    return text


def branch_path(text: str) -> str:
    """The branch as part of a path."""
    return quote(branch_name(text), safe="/")


def commit_id(text: str) -> str:
    """A whole commit id."""
    if not _SHA.fullmatch(text):
        raise _hostile("commit", text, "40 hexadecimal digits")
    return text


def login_path(text: str) -> str:
    """A login as part of a path; a bot's has brackets."""
    if not _LOGIN.fullmatch(text):
        raise _hostile("login", text, "letters, digits and '-'")
    return quote(text, safe="")


def team_path(text: str) -> str:
    """A team, `organisation/slug`, as the path of the API."""
    organisation, _, slug = text.partition("/")
    if not _OWNER.fullmatch(organisation) or not _TEAM.fullmatch(slug):
        raise _hostile("team", text, "organisation/team")
    return f"/orgs/{organisation}/teams/{slug}"


def workflow_file(text: str) -> str:
    """The file name of a workflow, without a folder."""
    if not _WORKFLOW.fullmatch(text) or ".." in text:
        raise _hostile("workflow", text, "a file name ending in .yml or .yaml")
    return text


def number(value: int) -> int:
    """An issue's, run's or check run's number."""
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise _hostile("number", value, "a whole number above 0")
    return value


def _hostile(kind: str, found: object, allowed: str) -> Terminal:
    return Terminal("HostileName", f"{kind} {str(found)[:80]!r} cannot be used; allowed: {allowed}")
