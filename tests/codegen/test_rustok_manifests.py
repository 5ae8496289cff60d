"""The manifests of a real platform, where they are at hand: read whole, and changed as people changed them."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from codegen import Delta, ModuleEntry, delta, lint_manifest, read_manifest
from codegen.manifest.edits import modules_table, write_delta
from codegen.toml.text import parse

DATA = Path(__file__).parents[3] / "shared" / "data" / "rustok"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real manifests are not beside this checkout")

MANIFESTS = sorted(DATA.glob("schema-*/modules.toml"))
CHANGES = sorted(path.parent for path in DATA.glob("changes/*/change.json"))


def read(path: Path) -> str:
    return path.read_bytes().decode()


def changed_lines(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in lines if line.startswith(("+ ", "- "))]


def group_of(text: str, slug: str) -> int:
    """Which of the runs of lines under one comment a module stands in; people reword such comments now and then."""
    table = modules_table(parse(text, path="modules.toml"))
    statement = next(one for one in table.statements if one.key == (slug,))
    lines = ["", *text[table.body : statement.start].splitlines()]
    return sum(one.startswith("#") and not other.startswith("#") for other, one in pairwise(lines))


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.parent.name)
def test_both_schemas_are_read_without_a_finding(path: Path) -> None:
    assert lint_manifest(read(path), path="modules.toml") == ()
    assert read_manifest(read(path)).app == "rustok-server"


def test_no_manifest_of_the_past_has_an_error() -> None:
    texts = [read(folder / name) for folder in CHANGES for name in ("before.toml", "after.toml")]
    found = [one for text in texts for one in lint_manifest(text, path="modules.toml")]
    assert [one for one in found if one.severity == "error"] == []


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.parent.name)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_an_install_adds_its_line_and_its_inverse_takes_it_out(path: Path, line_end: str) -> None:
    before = read(path).replace("\n", line_end)
    entry = ModuleEntry(slug="newcomer", crate="rustok-newcomer", path="crates/rustok-newcomer", default_enabled=True)
    added = Delta(added=(entry,))
    after = write_delta(before, added, path="modules.toml")
    lines = changed_lines(before, after)
    assert [line[:2] for line in lines] == ["+ ", "- ", "+ "]
    assert lines[0].startswith("+ newcomer = {")
    assert all(line.endswith(line_end) for line in after.splitlines(keepends=True))
    assert write_delta(after, added.inverse(), path="modules.toml") == before


@pytest.mark.parametrize("folder", CHANGES, ids=lambda folder: folder.name)
def test_a_change_that_people_made_comes_to_the_same_composition(folder: Path) -> None:
    before, after = read(folder / "before.toml"), read(folder / "after.toml")
    change = delta(read_manifest(before), read_manifest(after))
    told = json.loads((folder / "change.json").read_text())
    assert [entry.slug for entry in change.added] == sorted(told["added"])
    assert [entry.slug for entry in change.removed] == sorted(told["removed"])
    written = write_delta(before, change, path="modules.toml")
    assert delta(read_manifest(written), read_manifest(after)).is_empty
    touched = {*told["added"], *told["removed"], *told["changed"], "default_enabled"}
    assert {line[2:].split(" = ")[0] for line in changed_lines(before, written)} <= touched


def test_changes_are_written_where_people_wrote_them_in_no_more_lines() -> None:
    counts: Counter[str] = Counter()
    odd = []
    for folder in CHANGES:
        before, after = read(folder / "before.toml"), read(folder / "after.toml")
        change = delta(read_manifest(before), read_manifest(after))
        written = write_delta(before, change, path="modules.toml")
        ours, theirs = len(changed_lines(before, written)), len(changed_lines(before, after))
        astray = [entry.slug for entry in change.added if group_of(written, entry.slug) != group_of(after, entry.slug)]
        counts.update(changes=1, added=len(change.added), removed=len(change.removed), edited=len(change.changed))
        counts.update(lines=ours, lines_of_people=theirs, astray=len(astray))
        odd += (
            [f"{folder.name}: {ours} lines, people wrote {theirs}; in another group: {astray}"]
            if astray or ours > theirs
            else []
        )
    assert not odd, f"{dict(counts)}: {odd}"
    assert counts["changes"] == len(CHANGES) > 0
