"""
Writes the tables of `docs/reference/modules.md` from the rules that lint judges by: `python -m tests.docs.modules_page`.

Between two marks of the page all is written here; the rest of it is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from codegen.lint.module_file_keys import MODULE_FILE_TABLES
from codegen.manifest.key_rule import KeyRule, TableRule
from codegen.manifest.keys import MODULE, SCHEMAS, TABLES
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "reference" / "modules.md"
_MARKED = re.compile(r"(<!-- keys: (?P<name>[a-z-]+) -->\n).*?(<!-- end of keys -->)", re.DOTALL)
_KINDS = {
    "text": "text",
    "flag": "flag",
    "integer": "number",
    "texts": "list",
    "requirement": "requirement",
    "platform": "version",
    "requirements": "table of requirements",
    "free": "anything",
    "table": "table",
}


def written(page: str) -> str:
    """The page with its tables as the rules give them."""
    return _MARKED.sub(lambda match: f"{match[1]}{_table(_NAMED[match['name']]())}{match[3]}", page)


def keys_of(tables: Iterable[TableRule]) -> list[str]:
    """Every key, with the tables that it stands in; a table of nothing but names has a row of its own."""
    return [name for name, _, _ in _keys(tables)]


def _table(rows: Iterable[str]) -> str:
    return "\n".join(["", "| key | holds | what it says |", "|---|---|---|", *rows, "", ""])


def _keys(tables: Iterable[TableRule]) -> Iterator[tuple[str, TableRule, KeyRule | None]]:
    listed = list(tables)
    for table in listed:
        within = table.name.replace("*", "NAME")
        is_named = any(other.path == (*table.path, "*") for other in listed)
        if not table.keys and table.path and (table.is_open or is_named):
            yield within, table, None
        for key in table.keys:
            yield (f"{within}.{key.name}" if within else key.name), table, key


def _rows(tables: Iterable[TableRule]) -> Iterator[str]:
    for name, table, key in _keys(tables):
        yield _row(name, key) if key else f"| `{name}` | table | {table.says}{_only(table.schemas)} |"


def _row(name: str, key: KeyRule) -> str:
    needed = " Needed." if key.is_required else ""
    default = f" Default: `{_literal(key.default)}`." if key.default not in (None, "") else ""
    choices = f" One of {', '.join(f'`{choice}`' for choice in key.choices)}." if key.choices else ""
    says = key.says if key.says.endswith(".") else f"{key.says}."
    return f"| `{name}` | {_KINDS[key.kind]} | {says}{choices}{default}{needed}{_only(key.schemas)} |"


def _literal(value: str | bool | None) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _only(schemas: tuple[int, ...]) -> str:
    return "" if schemas == SCHEMAS else f" Schema {' and '.join(map(str, schemas))} only."


def _module_rows() -> Iterator[str]:
    yield from (_row(key.name, key) for key in MODULE.keys)


def _other_rows() -> Iterator[str]:
    yield from _rows(table for table in TABLES if table.path[:1] != ("modules",))


def _module_file_rows() -> Iterator[str]:
    yield from _rows(MODULE_FILE_TABLES)


_NAMED = {"module": _module_rows, "manifest": _other_rows, "module-file": _module_file_rows}


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
