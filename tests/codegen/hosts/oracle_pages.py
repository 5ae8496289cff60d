"""What the platform's checks demand of the pages and of the example, which repeat the manifest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from tests.codegen.hosts.platform_facts import MANIFEST, SURFACES, Platform, difference

EXAMPLE = "modules.toml.example"
REGISTRY = "docs/modules/registry.md"
OVERVIEW = "docs/modules/overview.md"
INDEX = "docs/modules/_index.md"
SCREENS = "docs/modules/UI_PACKAGES_INDEX.md"

ROW = re.compile(r"([a-zA-Z0-9_]+)\s*=\s*\{(.+)\}\s*")
CODE = re.compile(r"`([^`]+)`")


@dataclass(frozen=True)
class Record:
    """What is repeated of a module."""

    crate: str
    required: bool
    needs: frozenset[str]
    runtime: str | None = None


def page_rules(platform: Platform) -> list[str]:
    """The script's comparison of manifest, example and overview, the registry's rows, and the links of both indexes.

    A platform of an earlier shape is only asked for the pages that it has.
    """
    wanted = [EXAMPLE, REGISTRY, OVERVIEW, INDEX, SCREENS]
    absent = [f"{path} is missing" for path in wanted if platform.is_current and path not in platform.files]
    return absent + topology(platform) + registry(platform) + links(platform)


def topology(platform: Platform) -> list[str]:
    """The manifest, line by line as the script reads it, against the example and the overview."""
    found: list[str] = []
    canonical = manifest_records(platform, MANIFEST, found)
    if EXAMPLE in platform.files:
        found += compared(EXAMPLE, canonical, manifest_records(platform, EXAMPLE, found))
    if OVERVIEW in platform.files:
        found += compared(OVERVIEW, canonical, overview_records(platform.text(OVERVIEW) or "", found))
    return found


def compared(path: str, wanted: Mapping[str, Record], there: Mapping[str, Record]) -> list[str]:
    return [
        sentence
        for slug in sorted({*wanted, *there})
        for sentence in difference(f"{path}: {slug}", wanted.get(slug), there.get(slug))
    ]


def manifest_records(platform: Platform, path: str, found: list[str]) -> dict[str, Record]:
    """The rows between two headings. A row is one line with nothing behind its brace, or the script refuses it."""
    text = platform.text(path) or ""
    start = text.find("[modules]")
    end = text.find("[settings]", start)
    if start < 0 or end < 0:
        found.append(f"{path}: [modules] and [settings] do not follow each other")
        return {}
    records: dict[str, Record] = {}
    for line in (line.strip() for line in text[start + len("[modules]") : end].split("\n")):
        if line and not line.startswith("#"):
            add_row(path, line, records, found)
    return records


def add_row(path: str, line: str, records: dict[str, Record], found: list[str]) -> None:
    match = ROW.fullmatch(line)
    crate = re.search(r'\bcrate\s*=\s*"([^"]+)"', match[2]) if match else None
    if match is None or crate is None:
        found.append(f"{path}: this is no row that the script could read: {line}")
        return
    needs = re.search(r"\bdepends_on\s*=\s*\[([^\]]*)\]", match[2])
    runtime = re.search(r'\bruntime\s*=\s*"([^"]+)"', match[2])
    record = Record(
        crate=crate[1],
        required=re.search(r"\brequired\s*=\s*true\b", match[2]) is not None,
        needs=frozenset(re.findall(r'"([^"]+)"', needs[1]) if needs else ()),
        runtime=runtime[1] if runtime else None,
    )
    keep(path, match[1], record, records, found)


def keep(path: str, slug: str, record: Record, records: dict[str, Record], found: list[str]) -> None:
    if slug in records:
        found.append(f"{path}: {slug} is there twice")
    records.setdefault(slug, record)


def overview_records(text: str, found: list[str]) -> dict[str, Record]:
    headings = ("### Core", "### Optional", "### Capability Extensions", "## What Lives Next to Modules")
    records: dict[str, Record] = {}
    for kind, (first, last) in enumerate(pairwise(headings)):
        start = text.find(first)
        end = text.find(last, start + len(first))
        if start < 0 or end < 0:
            found.append(f"{OVERVIEW}: the table below {first} is missing")
            continue
        for slug, crate, third in cells(text[start:end], 3):
            named = frozenset(CODE.findall(third))
            record = (
                Record(crate, kind == 0, named) if kind < 2 else Record(crate, False, frozenset(), third.strip("`"))
            )
            keep(OVERVIEW, slug, record, records, found)
    return records


def cells(text: str, columns: int) -> list[list[str]]:
    """The first cells of each row of a table whose first two cells are code, those two without their marks."""
    rows = [line.strip() for line in text.splitlines() if line.strip().startswith("| `")]
    split = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return [[row[0].strip("`"), row[1].strip("`"), *row[2:columns]] for row in split if len(row) >= columns]


def registry(platform: Platform) -> list[str]:
    """Rows of four cells below the headings of the core and of what is optional; extensions have none."""
    text = platform.text(REGISTRY)
    if text is None:
        return []
    found: list[str] = []
    there = registry_records(text, found)
    for slug, row in platform.modules.items():
        if not platform.is_extension(slug):
            wanted = Record(row["crate"], platform.is_required(slug), frozenset(platform.needs(slug)))
            found += difference(f"{REGISTRY}: {slug}", wanted, there.get(slug))
    strangers = sorted(set(there) - set(platform.modules))
    return found + [f"{REGISTRY}: {slug} is not installed" for slug in strangers]


def registry_records(text: str, found: list[str]) -> dict[str, Record]:
    records: dict[str, Record] = {}
    section: bool | None = None
    for line in text.splitlines():
        if line.startswith("## "):
            section = None
        elif line.startswith(("### Core", "### Optional")):
            section = line.startswith("### Core")
        elif section is not None:
            for slug, crate, needs, _ in cells(line, 4):
                record = Record(crate, section, frozenset(CODE.findall(needs)))
                keep(REGISTRY, slug, record, records, found)
    return records


def links(platform: Platform) -> list[str]:
    """Both indexes lead to a module's own pages and to those of its screens, and the pages are there."""
    found = []
    for slug in platform.modules if platform.is_current else ():
        folder = platform.folder(slug)
        own = [f"{folder}/docs/README.md", f"{folder}/docs/implementation-plan.md"]
        shown = [f"{folder}/{surface}/README.md" for surface in SURFACES if platform.screen_crate(slug, surface)]
        found += [f"{page} is missing" for page in own if page not in platform.files]
        for index, wanted in ((INDEX, own), (SCREENS, shown)):
            text = platform.text(index) or ""
            found += [f"{index}: no link to {page}" for page in wanted if f"../../{page}" not in text]
    return found
