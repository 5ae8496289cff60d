"""The catalog (`.modwright/catalog.yaml`): which modules may be installed and where each comes from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import StringIO
from typing import Any

from codegen import names
from codegen.errors import Finding, ManifestError, shown
from codegen.manifest import ModuleEntry, SourceKind
from codegen.names import Grammar, ModuleName
from codegen.toml_text import refuse_invisible

LARGEST = 128 * 1024
_FORMAT = 1
# More openings in a row than any catalog has: ruamel recurses on each.
_DEEP = re.compile(r"(?:[\[{]\s*){8}|(?:-[ \t]+){8}")
_TEXT_KEYS: dict[str, Grammar] = {
    "crate": names.CRATE,
    "path": names.PATH,
    "git": names.GIT_URL,
    "rev": names.REVISION,
    "version": names.VERSION,
    "runtime": names.RUNTIME,
}
_FLAG_KEYS = ("required", "default_enabled")
_KEYS = ("source", *_TEXT_KEYS, *_FLAG_KEYS, "features")
_NEEDED: dict[SourceKind, tuple[str, ...]] = {
    "path": ("path",),
    "git": ("git", "rev", "crate"),
    "crates-io": ("version",),
}


@dataclass(frozen=True)
class Catalog:
    """What may be installed: each module's entry as an install would write it, but for what the module itself says."""

    path: str
    modules: Mapping[ModuleName, ModuleEntry] = field(default_factory=dict)


@lru_cache(maxsize=16)
def read_catalog(text: str, *, path: str = ".modwright/catalog.yaml") -> Catalog:
    """The catalog of a text; raises `ManifestError` with all findings."""
    refuse_invisible(text, path=path)
    judge = _Judge(path)
    modules = judge.modules(_load(text, path=path))
    if judge.findings:
        raise ManifestError(*judge.findings)
    return Catalog(path, modules)


def _load(text: str, *, path: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(text) > LARGEST or _DEEP.search(text):
        allowed = f"at most {LARGEST} bytes, and less than 8 levels"
        raise ManifestError(Finding(path=path, problem="the file is too large or too deep", allowed=allowed))
    try:
        return YAML(typ="rt").load(StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (0, 0)
        raise ManifestError(
            Finding(path=path, line=line, column=column, problem=f"not YAML: {error.problem}", hint="mend the syntax")
        ) from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise ManifestError(Finding(path=path, problem=f"not YAML: {type(error).__name__}")) from error


class _Judge:
    """One reading of one catalog; findings are gathered."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: list[Finding] = []

    def modules(self, data: Any) -> dict[ModuleName, ModuleEntry]:
        if not isinstance(data, dict) or not isinstance(data.get("modules"), dict):
            self._note(None, "modules", "not a catalog", allowed="format: 1 and modules: { slug: { source: … } }")
            return {}
        for key in data:
            if key not in ("format", "modules"):
                self._note((data, key), shown(key), "unknown key", allowed="format, modules")
        if data.get("format") != _FORMAT or isinstance(data.get("format"), bool):
            self._note(None, "format", "not a known format", found=shown(data.get("format")), allowed=str(_FORMAT))
        rows = data["modules"]
        entries = (self._entry(rows, slug) for slug in rows)
        return {entry.slug: entry for entry in entries if entry is not None}

    def _entry(self, rows: Any, slug: Any) -> ModuleEntry | None:
        row, before = rows[slug], len(self.findings)
        if not isinstance(slug, str) or not names.SLUG.accepts(slug):
            self._note((rows, slug), "modules", "not a module name", found=shown(slug), allowed=names.SLUG.allowed)
        elif not isinstance(row, dict):
            self._note((rows, slug), slug, "not a mapping", found=shown(row), allowed="{ source: path, path: … }")
        else:
            self._judge_row(row, slug)
        return _entry(ModuleName(slug), dict(row)) if len(self.findings) == before else None

    def _judge_row(self, row: Any, slug: str) -> None:
        for key, value in row.items():
            name = f"{slug}.{shown(key)}"
            if key not in _KEYS:
                self._note((row, key), name, "unknown key", allowed=", ".join(_KEYS))
            elif (grammar := _TEXT_KEYS.get(key)) and not (isinstance(value, str) and grammar.accepts(value)):
                self._note((row, key), name, "not allowed", found=shown(value), allowed=grammar.allowed)
            elif key in _FLAG_KEYS and not isinstance(value, bool):
                self._note((row, key), name, "not a boolean", found=shown(value), allowed="true or false")
            elif key == "features" and not _are_features(value):
                self._note(
                    (row, key), name, "not a list of features", found=shown(value), allowed=names.FEATURE.allowed
                )
        self._judge_source(row, slug)

    def _judge_source(self, row: Any, slug: str) -> None:
        kind = row.get("source")
        if not isinstance(kind, str) or kind not in _NEEDED:
            self._note(None, f"{slug}.source", "not a source", found=shown(kind), allowed=", ".join(_NEEDED))
            return
        for key in _NEEDED[kind]:
            if key not in row:
                self._note(None, f"{slug}.{key}", f"missing for source {kind}", hint=f"add `{key}: …`")

    def _note(
        self, at: tuple[Any, Any] | None, key: str, problem: str, *, found: str = "", allowed: str = "", hint: str = ""
    ) -> None:
        line, column = at[0].lc.key(at[1]) if at else (-1, -1)
        finding = Finding(
            path=self.path,
            line=line + 1,
            column=column + 1,
            key=key,
            problem=problem,
            found=found,
            allowed=allowed,
            hint=hint,
        )
        self.findings.append(finding)


def _are_features(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and names.FEATURE.accepts(item) for item in value)


def _entry(slug: ModuleName, row: dict[str, Any]) -> ModuleEntry:
    path = row.get("path")
    is_required = row.get("required", False)
    return ModuleEntry(
        slug=slug,
        crate=row.get("crate") or (path.rsplit("/", 1)[-1] if path else slug),
        source=row["source"],
        path=path,
        git=row.get("git"),
        rev=row.get("rev"),
        version=row.get("version"),
        required=is_required,
        features=tuple(row.get("features", ())),
        runtime=row.get("runtime"),
        default_enabled=row.get("default_enabled", not is_required),
    )
