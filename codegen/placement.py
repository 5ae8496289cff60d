"""Where a new module's line stands in a manifest: where a person of the platform would have put it.

A manifest's groups are the runs of lines under one comment. A line goes into the group of its kind (required,
extension, or neither), after its last dependency or family member there, else at the group's end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from codegen.manifest import ModuleEntry
from codegen.row import read_row
from codegen.toml_text import Statement, Table, TomlText

_COMMENT_LINES = re.compile(r"(?:[ \t]*#[^\n]*(?:\n|\Z))+")
# What the comment of a group says, by the kind of the modules under it; asked only while it has no such module.
_BANNER_WORDS = {"required": ("core", "required"), "extension": ("extension",), "optional": ("optional", "domain")}


@dataclass
class _Group:
    """A run of module lines under one comment; `body` is where the first line stands or would stand."""

    banner: str
    body: int
    statements: list[Statement] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)

    @property
    def end(self) -> int:
        return self.statements[-1].end if self.statements else self.body


def place_for(entry: ModuleEntry, source: TomlText, modules: Table) -> int:
    """The offset of the line start at which the entry's line goes in."""
    group = _group_for(entry, _groups(source.text, modules))
    beside = [
        statement
        for statement in group.statements
        if statement.key[0] in entry.depends_on or _is_kin(entry.slug, statement.key[0])
    ]
    return beside[-1].end if beside else group.end


def _groups(text: str, modules: Table) -> list[_Group]:
    groups = [_Group("", modules.body)]
    at = modules.body
    for statement in modules.statements:
        groups += _banners(text, at, statement.start)
        groups[-1].statements.append(statement)
        groups[-1].kinds.append(_kind(read_row(text[statement.start : statement.end]).entry))
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


def _is_kin(one: str, other: str) -> bool:
    """Whether two names are of one family, as `marketplace`, `marketplace_seller` and `marketplace_listing` are."""
    return re.split("[_-]", one)[0] == re.split("[_-]", other)[0]


def _group_for(entry: ModuleEntry, groups: list[_Group]) -> _Group:
    kind = _kind(entry)
    fullest = max(groups, key=lambda group: group.kinds.count(kind))
    if kind in fullest.kinds:
        return fullest
    named = [group for group in groups if any(word in group.banner for word in _BANNER_WORDS[kind])]
    return named[0] if named else groups[0 if kind == "required" else -1]
