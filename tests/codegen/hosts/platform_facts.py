"""A platform's files as the platform's own checks see them. Shares nothing with what it is used to judge."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Files = Mapping[str, bytes]
Table = dict[str, Any]

MANIFEST = "modules.toml"
SERVER = "apps/server/Cargo.toml"
DISTRIBUTION = "crates/rustok-distribution/Cargo.toml"
SURFACES = ("admin", "storefront")


@dataclass(frozen=True)
class Platform:
    """The files, and what the checks take out of them again and again."""

    files: Files

    def text(self, path: str) -> str | None:
        """A file's text with no regard for the ends of its lines; none where the file is not there."""
        content = self.files.get(path)
        return None if content is None else content.decode().replace("\r\n", "\n")

    def table(self, path: str) -> Table:
        """A file of TOML; empty where it is not there."""
        return tomllib.loads(self.text(path) or "")

    @property
    def is_current(self) -> bool:
        """Whether this is a platform of today, which has every page and both hosts, or one of an earlier shape."""
        return DISTRIBUTION in self.files

    @cached_property
    def manifest(self) -> Table:
        return self.table(MANIFEST)

    @property
    def modules(self) -> dict[str, Table]:
        found: dict[str, Table] = self.manifest.get("modules", {})
        return found

    @property
    def default_enabled(self) -> list[str]:
        found: list[str] = self.manifest.get("settings", {}).get("default_enabled", [])
        return found

    def folder(self, slug: str) -> str:
        return str(self.modules[slug].get("path", ""))

    @cached_property
    def facts(self) -> dict[str, Table]:
        """What each module says of itself, where it says anything."""
        paths = {slug: f"{self.folder(slug)}/rustok-module.toml" for slug in self.modules}
        return {slug: self.table(path) for slug, path in paths.items() if path in self.files}

    @cached_property
    def features(self) -> dict[str, list[str]]:
        """The server's features."""
        found: dict[str, list[str]] = self.table(SERVER).get("features", {})
        return found

    @property
    def has_module_features(self) -> bool:
        return any(name.startswith("mod-") for name in self.features)

    def needs(self, slug: str) -> set[str]:
        return set(self.modules[slug].get("depends_on", []))

    def is_required(self, slug: str) -> bool:
        return bool(self.modules[slug].get("required", False))

    def is_extension(self, slug: str) -> bool:
        return bool(self.modules[slug].get("runtime") == "extension")

    def source(self, slug: str) -> str:
        return self.text(f"{self.folder(slug)}/src/lib.rs") or ""

    def stated_type(self, slug: str) -> str | None:
        """The module's type as its facts name it."""
        found: str | None = self.facts.get(slug, {}).get("crate", {}).get("entry_type")
        return found

    def compiled_type(self, slug: str) -> str | None:
        """The module's type as its source has it."""
        found = re.search(r"impl RusToKModule for (\w+)", self.source(slug))
        return found[1] if found else None

    def screen_crate(self, slug: str, surface: str) -> str | None:
        """The crate that a module's screens for one host are in, as its facts name it."""
        provides = self.facts.get(slug, {}).get("provides", {})
        found: str | None = provides.get(f"{surface}_ui", {}).get("leptos_crate")
        return found


def difference(what: str, wanted: object, found: object) -> list[str]:
    """A sentence where two things ought to be equal and are not."""
    return [] if wanted == found else [f"{what}: {found} is there, {wanted} should be"]
