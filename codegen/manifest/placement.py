"""Where a new module's line stands in a manifest: where a person of the platform would have put it.

A manifest's groups are the runs of lines under one comment. A line goes into the group of its kind (required,
extension, or neither). A group that is sorted stays sorted. In any other the line goes after its last dependency or
family member, else to the group's end. Lines that go to the same place stand there in order, so that two changes come
to the same text whichever is made first.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from codegen.manifest.model import ModuleEntry
from codegen.manifest.row import read_row
from codegen.toml.table import Statement, Table
from codegen.toml.text import TomlText

_COMMENT_LINES = re.compile(r"(?:^[ \t]*+#[^\n]*+(?:\n|\Z))++", re.MULTILINE)
# What the comment of a group says, by the kind of the modules under it; asked only while it has no such module.
_BANNER_WORDS = {"required": ("core", "required"), "extension": ("extension",), "optional": ("optional", "domain")}

Order = tuple[str, ...]


@dataclass
class _Group:
    """A run of module lines under one comment; `body` is where the first line stands or would stand."""

    banner: str
    body: int
    statements: list[Statement] = field(default_factory=list)
    entries: list[ModuleEntry | None] = field(default_factory=list)

    def offset(self, index: int) -> int:
        """Where a line goes in to become the one at `index`."""
        if index:
            return self.statements[index - 1].end
        return self.statements[0].start if self.statements else self.body


def place_for(entry: ModuleEntry, source: TomlText, modules: Table) -> int:
    """The offset of the line start at which the entry's line goes in."""
    group = _group_for(entry, _groups(source.text, modules))
    return group.offset(_index(entry, group))


def index_in_list(listed: Sequence[str], name: str, *, modules: Table) -> int:
    """Where a name goes into a list of modules: authors write such lists in the order of the manifest, or sorted."""
    ranks = {written.key[0]: rank for rank, written in enumerate(modules.written)}
    keys = [ranks.get(each, -1) for each in listed]
    if _is_sorted(listed) and not _is_sorted(keys):
        return bisect_left(listed, name)
    return _index_at_end(keys, ranks.get(name, -1))


def _is_sorted(keys: Sequence[Any]) -> bool:
    return all(one < other for one, other in pairwise(keys))


def _index_at_end(keys: Sequence[Any], own: Any) -> int:
    """At the end, but in order among those that are in order there already."""
    start = len(keys) - 1
    while start > 0 and keys[start - 1] < keys[start]:
        start -= 1
    return _first_greater(keys, own, max(start, 0), len(keys))


def _index(entry: ModuleEntry, group: _Group) -> int:
    names = [statement.key[0] for statement in group.statements]
    if _is_sorted(names):
        return bisect_left(names, entry.slug)
    orders, own = [_order(name) for name in names], _order(entry.slug)
    last_need = max((index for index, name in enumerate(names) if name in entry.depends_on), default=-1)
    last_kin = max((index for index, order in enumerate(orders) if order[0] == own[0]), default=-1)
    if last_kin > last_need:
        return _first_greater(orders, own, max(_family_start(orders, last_kin), last_need + 1), last_kin + 1)
    if last_need >= 0:
        return _first_greater(orders, own, last_need + 1, _followers_end(group, orders, last_need))
    return _index_at_end(orders, own)


def _first_greater(keys: Sequence[Any], own: Any, start: int, end: int) -> int:
    return next((index for index in range(start, end) if keys[index] > own), end)


def _family_start(orders: list[Order], last: int) -> int:
    """Where the family members that end at `last` begin to stand side by side."""
    start = last
    while start and orders[start - 1][0] == orders[last][0]:
        start -= 1
    return start


def _followers_end(group: _Group, orders: list[Order], need: int) -> int:
    """The end of the lines behind `need` that stand there because they, too, go with it or with one another."""
    places = {statement.key[0]: index for index, statement in enumerate(group.statements)}
    families = {orders[need][0]}
    end = need + 1
    while end < len(orders):
        entry = group.entries[end]
        wanted = entry.depends_on if entry else ()
        goes_with_it = any(need <= places.get(name, -1) < end for name in wanted) or orders[end][0] in families
        if not goes_with_it:
            break
        families.add(orders[end][0])
        end += 1
    return end


def _order(name: str) -> Order:
    """Word by word, so that a family stands together: `page`, `page_view`, `page2`."""
    return tuple(re.split("[_-]", name))


def _groups(text: str, modules: Table) -> list[_Group]:
    groups = [_Group("", modules.body)]
    at = modules.body
    for statement in modules.statements:
        if statement.start > at:
            groups += _banners(text, at, statement.start)
        groups[-1].statements.append(statement)
        groups[-1].entries.append(read_row(statement.line).entry)
        at = statement.end
    groups += _banners(text, at, _own_end(text, modules, at))
    return groups if groups[0].statements or len(groups) == 1 else groups[1:]


def _banners(text: str, start: int, end: int) -> list[_Group]:
    return [_Group(comment[0].lower(), comment.end()) for comment in _COMMENT_LINES.finditer(text, start, end)]


def _own_end(text: str, modules: Table, at: int) -> int:
    """The end of what belongs to the table: a comment that touches the next header is that header's banner."""
    if modules.end == len(text):
        return modules.end
    touching = [comment for comment in _COMMENT_LINES.finditer(text, at, modules.end) if comment.end() == modules.end]
    return touching[0].start() if touching else modules.end


def _kind(entry: ModuleEntry | None) -> str:
    if entry is None:
        return "unknown"
    return "required" if entry.required else "extension" if entry.runtime == "extension" else "optional"


def _group_for(entry: ModuleEntry, groups: list[_Group]) -> _Group:
    kind = _kind(entry)
    counts = [sum(_kind(each) == kind for each in group.entries) for group in groups]
    if max(counts):
        return groups[counts.index(max(counts))]
    named = [group for group in groups if any(word in group.banner for word in _BANNER_WORDS[kind])]
    return named[0] if named else groups[0 if kind == "required" else -1]
