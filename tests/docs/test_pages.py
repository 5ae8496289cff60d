"""Pages lead where they say, and what they tell to type exists."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from modwright.__main__ import command
from tests.docs.pages import ROOT, pages, without_code

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_TYPED = re.compile(r"(?:^|[`$ ])modwright ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)*)", re.MULTILINE)
_CODE = re.compile(r"`[^`\n]+`|^```.*?^```", re.MULTILINE | re.DOTALL)
_MAKE = re.compile(r"\bmake ([a-z]+)\b")
_NAMED = re.compile(r"\bdocs/[a-z/-]+\.md\b")

PAGES = [pytest.param(found, id=str(found.relative_to(ROOT))) for found in pages()]


@pytest.mark.parametrize("file", PAGES)
def test_links_lead_to_a_page_and_a_heading(file: Path) -> None:
    for target in _LINK.findall(without_code(file.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        linked = (file.parent / name).resolve() if name else file
        assert linked.exists(), f"{target} leads nowhere"
        assert not anchor or anchor in _anchors(linked), f"{target} names no heading"


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", without_code(file.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("file", PAGES)
def test_commands_that_are_shown_exist(file: Path) -> None:
    code = "\n".join(found.strip("`") for found in _CODE.findall(file.read_text(encoding="utf-8")))
    for typed in _TYPED.findall(code):
        _demand_command(typed.split(" "))


def _demand_command(words: list[str]) -> None:
    found = command.get_command(click.Context(command), words[0])
    assert found is not None, f"there is no command modwright {words[0]}"
    if isinstance(found, click.Group) and len(words) > 1:
        assert words[1] in found.commands, f"there is no command modwright {' '.join(words[:2])}"


@pytest.mark.parametrize("file", PAGES)
def test_targets_of_make_that_are_shown_exist(file: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    code = "\n".join(_CODE.findall(file.read_text(encoding="utf-8")))
    assert set(_MAKE.findall(code)) - targets == set()


def test_the_readme_has_the_two_commands_and_fits_one_screen() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text
    assert len(text.splitlines()) <= 90


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, waiting = set[Path](), [ROOT / "README.md"]
    while waiting:
        file = waiting.pop()
        if file in reached or file.suffix != ".md":
            continue
        reached.add(file)
        targets = _LINK.findall(without_code(file.read_text(encoding="utf-8")))
        waiting += [(file.parent / target.partition("#")[0]).resolve() for target in targets if ":" not in target]
    assert set((ROOT / "docs").rglob("*.md")) - reached == set()


def test_pages_that_the_code_names_exist() -> None:
    """But for a preset's: the pages that stand there are those of a platform."""
    presets = ROOT / "codegen" / "hosts"
    for package in ("controller", "codegen", "images", "modwright", "demo", "sandbox"):
        for file in sorted(found for found in (ROOT / package).rglob("*.py") if not found.is_relative_to(presets)):
            for name in _NAMED.findall(file.read_text(encoding="utf-8")):
                assert (ROOT / name).is_file(), f"{file.relative_to(ROOT)} sends people to {name}"


def test_prose_has_one_sentence_a_line() -> None:
    generated = ROOT / "docs" / "reference" / "commands.md"
    for file in {*(ROOT / "docs").rglob("*.md")} - {generated}:
        for line in without_code(file.read_text(encoding="utf-8")).splitlines():
            if not line.startswith(("|", "#")):
                assert not re.search(r"[a-z)`]\. [A-Z]", line), f"{file.relative_to(ROOT)}: {line}"


def test_fragments_of_the_changelog_have_a_known_kind() -> None:
    for file in (ROOT / "changelog.d").glob("*.md"):
        assert re.fullmatch(r"README|[a-z0-9-]+\.(feature|fix|change|removal|internal)", file.stem), file.name
