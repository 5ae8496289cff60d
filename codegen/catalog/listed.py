"""The catalog (`.modwright/catalog.yaml`): which modules may be installed and where each comes from.

```yaml
format: 1
modules:
  blog: { source: path, path: crates/blog }
  shop:                       # several offers of one module: a list
    - { source: path, path: crates/shop }
    - { source: git, git: https://…, rev: <full commit>, crate: shop, version: 1.2.0, entry_type: ShopModule }
```

Of several offers that fit, the highest version is taken. A module whose folder is in the repository says itself what it
needs. One from git or the package index cannot be asked, so the catalog says it: `entry_type`, `depends_on`,
`dependency_version_reqs`, `conflicts_with`, `rustok_min_version`, `rustok_max_version`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from io import StringIO
from typing import Any

from codegen import names
from codegen.catalog.requirement import RequirementError, read_requirement
from codegen.errors import Finding, ManifestError, shown
from codegen.manifest.model import ModuleEntry, SourceKind
from codegen.names import Grammar, ModuleName
from codegen.toml.text import refuse_invisible

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
    "entry_type": names.ENTRY_TYPE,
    "rustok_min_version": Grammar("a version or a version requirement", re.compile("[ -~]+"), longest=200),
    "rustok_max_version": Grammar("a version or a version requirement", re.compile("[ -~]+"), longest=200),
}
_FLAG_KEYS = ("required", "default_enabled")
_LIST_KEYS: dict[str, Grammar] = {"features": names.FEATURE, "depends_on": names.SLUG, "conflicts_with": names.SLUG}
_REQUIREMENTS = "dependency_version_reqs"
_KEYS = ("source", *_TEXT_KEYS, *_FLAG_KEYS, *_LIST_KEYS, _REQUIREMENTS)
_MOST_OFFERS = 50
_NEEDED: dict[SourceKind, tuple[str, ...]] = {
    "path": ("path",),
    "git": ("git", "rev", "crate"),
    "crates-io": ("version",),
}


@dataclass(frozen=True)
class Catalog:
    """What may be installed: each module's entry as an install would write it, but for what the module itself says.

    `modules` has the first offer of each, `others` the further ones. `findings` say what cannot be offered and why; it
    stops no change that does not ask for it.
    """

    path: str
    modules: Mapping[ModuleName, ModuleEntry] = field(default_factory=dict)
    others: Mapping[ModuleName, tuple[ModuleEntry, ...]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()

    def offers(self, module: ModuleName) -> tuple[ModuleEntry, ...]:
        """Every offer of a module, in the order of the file; none where it is not in the catalog."""
        first = self.modules.get(module)
        return () if first is None else (first, *self.others.get(module, ()))


@lru_cache(maxsize=16)
def read_catalog(text: str, *, path: str = ".modwright/catalog.yaml") -> Catalog:
    """The catalog of a text; raises `ManifestError` with all findings."""
    refuse_invisible(text, path=path)
    judge = _Judge(path)
    modules = judge.modules(_load(text, path=path))
    if judge.findings:
        raise ManifestError(*judge.findings)
    others = {slug: offers[1:] for slug, offers in modules.items() if len(offers) > 1}
    return Catalog(path, {slug: offers[0] for slug, offers in modules.items()}, others)


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

    def modules(self, data: Any) -> dict[ModuleName, tuple[ModuleEntry, ...]]:
        if not isinstance(data, dict) or not isinstance(data.get("modules"), dict):
            self._note(None, "modules", "not a catalog", allowed="format: 1 and modules: { slug: { source: … } }")
            return {}
        for key in data:
            if key not in ("format", "modules"):
                self._note((data, key), shown(key), "unknown key", allowed="format, modules")
        if data.get("format") != _FORMAT or isinstance(data.get("format"), bool):
            self._note(None, "format", "not a known format", found=shown(data.get("format")), allowed=str(_FORMAT))
        rows = data["modules"]
        offers = {slug: self._offers(rows, slug) for slug in rows}
        return {ModuleName(slug): entries for slug, entries in offers.items() if entries}

    def _offers(self, rows: Any, slug: Any) -> tuple[ModuleEntry, ...]:
        """One module's offers: a mapping is one, a list is several; nothing where any of it is wrong."""
        before = len(self.findings)
        listed = rows[slug] if isinstance(rows[slug], list) else [rows[slug]]
        if not isinstance(slug, str) or not names.SLUG.accepts(slug):
            self._note((rows, slug), "modules", "not a module name", found=shown(slug), allowed=names.SLUG.allowed)
        elif not all(isinstance(row, dict) for row in listed) or not 0 < len(listed) <= _MOST_OFFERS:
            allowed = f"{{ source: path, path: … }}, or a list of at most {_MOST_OFFERS} of these"
            self._note((rows, slug), slug, "not a mapping", found=shown(rows[slug]), allowed=allowed)
        else:
            for row in listed:
                self._judge_row(row, slug)
        return () if len(self.findings) > before else tuple(_entry(ModuleName(slug), dict(row)) for row in listed)

    def _judge_row(self, row: Any, slug: str) -> None:
        for key, value in row.items():
            name = f"{slug}.{shown(key)}"
            if key not in _KEYS:
                self._note((row, key), name, "unknown key", allowed=", ".join(_KEYS))
            elif (grammar := _TEXT_KEYS.get(key)) and not (isinstance(value, str) and grammar.accepts(value)):
                self._note((row, key), name, "not allowed", found=shown(value), allowed=grammar.allowed)
            elif key in _FLAG_KEYS and not isinstance(value, bool):
                self._note((row, key), name, "not a boolean", found=shown(value), allowed="true or false")
            elif (listed := _LIST_KEYS.get(key)) and not _are_names(value, listed):
                self._note((row, key), name, "not a list of names", found=shown(value), allowed=listed.allowed)
            elif key == _REQUIREMENTS and not _are_requirements(value):
                allowed = "{ module: a Cargo version requirement }"
                self._note((row, key), name, "not a mapping of requirements", found=shown(value), allowed=allowed)
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


def _are_names(value: Any, grammar: Grammar) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and grammar.accepts(item) for item in value)


def _are_requirements(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(slug, str) and names.SLUG.accepts(slug) and isinstance(text, str) and _is_requirement(text)
        for slug, text in value.items()
    )


def _is_requirement(text: str) -> bool:
    try:
        read_requirement(text)
    except RequirementError:
        return False
    return True


def _entry(slug: ModuleName, row: dict[str, Any]) -> ModuleEntry:
    path = row.get("path")
    is_required = row.get("required", False)
    values: dict[str, Any] = {key: row.get(key) for key in _TEXT_KEYS}
    values |= {key: tuple(row.get(key, ())) for key in _LIST_KEYS}
    values |= {
        "crate": row.get("crate") or (path.rsplit("/", 1)[-1] if path else slug),
        "dependency_version_reqs": tuple(sorted(row.get(_REQUIREMENTS, {}).items())),
    }
    return ModuleEntry(
        slug=slug,
        source=row["source"],
        required=is_required,
        default_enabled=row.get("default_enabled", not is_required),
        **values,
    )
