"""What people asked of a real platform, asked of the planner: the words of a change on the manifest before it."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from codegen import (
    Catalog,
    Change,
    Install,
    Manifest,
    ModuleEntry,
    ModuleFacts,
    ModuleName,
    Refused,
    Uninstall,
    Upgrade,
    delta,
    read_manifest,
    resolve,
)
from codegen.catalog.requirement import read_requirement
from codegen.manifest.edits import write_delta

DATA = Path(__file__).parents[3] / "shared" / "data" / "rustok"
CHANGES = sorted(path.parent for path in DATA.glob("changes/*/change.json"))
pytestmark = pytest.mark.skipif(not CHANGES, reason="the real changes are not beside this checkout")

# What a row says that its module does not say of itself: only a person can know it.
OF_THE_ROW_ALONE = ("crate", "path", "required", "runtime", "source")


def facts_after(after: Manifest, entry: ModuleEntry) -> ModuleFacts:
    """What the modules said of themselves once the change was made: what their rows say of their needs."""
    row = after.modules.get(entry.slug, entry)
    needs = tuple((need, read_requirement("*")) for need in row.depends_on)
    return ModuleFacts(slug=row.slug, version="0.1.0", entry_type=None, dependencies=needs)


def asked(told: dict[str, list[str]], after: Manifest) -> list[Change]:
    """The change in words; one that only edits rows asks to take over what the modules say by now."""
    installs = [
        Install(ModuleName(slug), None, after.modules[ModuleName(slug)].default_enabled) for slug in told["added"]
    ]
    uninstalls = [Uninstall(ModuleName(slug)) for slug in told["removed"]]
    return [*installs, *uninstalls, *(Upgrade(ModuleName(slug), "0.1.0") for slug in told["changed"])]


def only_turned_on(ours: ModuleEntry, theirs: ModuleEntry) -> bool:
    """What is on by default needs its needs to be on: the platform's own check says so today, and did not always."""
    return ours == replace(theirs, default_enabled=True)


def reached(folder: Path) -> str:
    """Whether the planner comes to what people came to; else which edit of a row no request can speak of."""
    text = (folder / "before.toml").read_bytes().decode()
    before, after = read_manifest(text), read_manifest((folder / "after.toml").read_bytes().decode())
    told = json.loads((folder / "change.json").read_text())
    catalog = Catalog("the modules there were", after.modules)
    try:
        resolution = resolve(before, catalog, lambda entry: facts_after(after, entry), asked(told, after))
    except Refused as refused:
        return f"refused: {refused.reason}"
    left = delta(read_manifest(write_delta(text, resolution.delta, path="modules.toml")), after)
    if left.is_empty:
        return "reached"
    if not (left.added or left.removed) and all(only_turned_on(one, other) for one, other in left.changed):
        return f"more on by default: {sorted(left.modules)}"
    keys = {key for one, other in left.changed for key in OF_THE_ROW_ALONE if getattr(one, key) != getattr(other, key)}
    beyond = left.added or left.removed or not keys
    return f"apart: {sorted(left.modules)}" if beyond else f"a row's own: {sorted(keys)}"


def test_every_change_that_a_request_can_speak_of_is_reached() -> None:
    found = {folder.name: reached(folder) for folder in CHANGES}
    counts = Counter(word.partition(":")[0] for word in found.values())
    known = ("reached", "a row's own", "more on by default")
    missed = {name: word for name, word in found.items() if not word.startswith(known)}
    assert missed == {}, f"{dict(counts)}: {missed}"
    assert counts["reached"] >= len(CHANGES) * 2 // 3, f"{dict(counts)}: {found}"
