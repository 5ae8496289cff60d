"""The manifest (`modules.toml`) as values: which modules the platform is built from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from operator import attrgetter
from typing import Any, Literal

from codegen.names import ModuleName

SourceKind = Literal["path", "git", "crates-io"]


@dataclass(frozen=True, kw_only=True)
class ModuleEntry:
    """One module of a manifest, with whether tenants have it on by default (a list of its own in the file).

    What decides a plan has a field of its own. Every other key that a manifest may have is in `other`, as canonical
    JSON by key and sorted, so that a delta and the hash see it too. A source that the file calls `registry`, the older
    word, is `crates-io` here: the two mean the same, and a file that changes the word has changed nothing.
    """

    slug: ModuleName
    crate: str
    source: SourceKind = "path"
    path: str | None = None
    git: str | None = None
    rev: str | None = None
    version: str | None = None
    required: bool = False
    depends_on: tuple[ModuleName, ...] = ()
    features: tuple[str, ...] = ()
    runtime: str | None = None
    default_enabled: bool = False
    conflicts_with: tuple[ModuleName, ...] = ()
    dependency_version_reqs: tuple[tuple[ModuleName, str], ...] = ()
    rustok_min_version: str | None = None
    rustok_max_version: str | None = None
    entry_type: str | None = None
    other: tuple[tuple[str, str], ...] = ()

    def __eq__(self, other: object) -> bool:
        """As a dataclass has it, but at once for one and the same: manifests share the rows that they have in common."""
        if self is other:
            return True
        return isinstance(other, ModuleEntry) and _values(self) == _values(other)

    def __hash__(self) -> int:
        """Worked out once: a plan looks up every entry many times."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(_values(self))

    def facts(self) -> dict[str, Any]:
        """What the manifest says of the module, for JSON; unset keys are left out, so a new key changes no hash."""
        said = {key: getattr(self, key) for key in _FIELDS}
        plain = {key: list(value) if isinstance(value, tuple) else value for key, value in said.items() if value}
        if self.dependency_version_reqs:
            plain["dependency_version_reqs"] = dict(self.dependency_version_reqs)
        return plain | {key: json.loads(value) for key, value in self.other}


_FIELDS = tuple(each.name for each in fields(ModuleEntry) if each.name != "other")
_values = attrgetter(*_FIELDS, "other")


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The composition at a commit; `modules` keeps the order of the file, `default_enabled` that of its list."""

    schema: int
    app: str
    modules: Mapping[ModuleName, ModuleEntry] = field(default_factory=dict)
    default_enabled: tuple[ModuleName, ...] = ()

    def canonical_json(self) -> str:
        """The composition as one line of JSON: sorted, so that order and comments of the file do not count."""
        modules = [self.modules[slug].facts() for slug in sorted(self.modules)]
        return canonical_json({"app": self.app, "modules": modules})


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no spaces, ASCII: the same value has the same bytes."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def manifest_hash(manifest: Manifest) -> str:
    """The composition's identity: SHA-256 of its canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(manifest.canonical_json().encode()).hexdigest()
