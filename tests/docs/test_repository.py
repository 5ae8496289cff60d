"""What every file of the repository keeps: it names no package index and no place of one machine."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

_INDEXES = (("pypi", "org"), ("pythonhosted", "org"), ("crates", "io"), ("npmjs", "com"), ("rubygems", "org"))
INDEXES = re.compile("|".join(re.escape(".".join(parts)) for parts in _INDEXES), re.IGNORECASE)
"""Put together here, so that this very file names none."""
_HOMES = ("home", "Users", "root", "work", "opt", "mnt", "workspace")
PLACES = re.compile(rf"""(?<![\w./$}})>-])/(?:{"|".join(_HOMES)})/[\w.-]+""")
PACKAGES = ("bench", "controller", "codegen", "images", "sandbox", "demo", "modwright")


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: which files belong to the repository is not known")
    return {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8", errors="replace") for file in _tracked()}


def _found(texts: dict[str, str], pattern: re.Pattern[str]) -> dict[str, str]:
    matches = {name: pattern.search(text) for name, text in texts.items()}
    return {name: match.group() for name, match in matches.items() if match}


def test_no_file_names_the_host_of_a_package_index(texts: dict[str, str]) -> None:
    assert _found(texts, INDEXES) == {}


def test_no_file_names_a_place_of_one_machine(texts: dict[str, str]) -> None:
    assert _found(texts, PLACES) == {}


def test_the_patterns_find_what_they_are_for() -> None:
    assert INDEXES.search("https://" + ".".join(("static", "crates", "io")))
    assert PLACES.search("see " + "/home" + "/alice/platform")
    assert not PLACES.search("https://forge.example/mnt/items and src/home/page")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_package_says_what_belongs_there(package: str) -> None:
    for file in sorted((ROOT / package).rglob("__init__.py")):
        said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
        assert len(said.split()) > 5, f"{file.relative_to(ROOT)} says nothing"
