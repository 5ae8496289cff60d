"""Each dependency has its reason written down, and is still one."""

from __future__ import annotations

import re
import tomllib

from tests.docs.pages import ROOT, page, part


def _declared() -> tuple[list[str], list[str], list[str]]:
    document = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = document["project"]["optional-dependencies"]["sandbox"]
    return document["project"]["dependencies"], extras, document["dependency-groups"]["dev"]


def _names(declared: list[str]) -> set[str]:
    return {re.split(r"[\[<>=~! ]", entry, maxsplit=1)[0] for entry in declared}


def _documented(heading: str) -> set[str]:
    rows = [row.split("|")[1] for row in part(page("development/dependencies.md"), heading).splitlines() if "|" in row]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def test_every_dependency_is_documented_and_no_other() -> None:
    runtime, sandbox, dev = map(_names, _declared())
    assert _documented("## The controller") == runtime
    assert _documented("## The sandbox (extra `sandbox`)") == sandbox
    assert _documented("## Developing (group `dev`)") == dev


def test_what_is_written_here_is_there() -> None:
    rows = part(page("development/dependencies.md"), "## Written here though a library exists").splitlines()
    places = [re.findall(r"`([^`]+)`", row.split("|")[2]) for row in rows if row.startswith("|") and "`" in row]
    for first, *others in places:
        folder = (ROOT / first).parent
        assert (ROOT / first).exists()
        assert all((folder / other).exists() for other in others)
