"""What is installed and what may be, as the platform repository says on its default branch."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from codegen import Manifest, ManifestError, ModuleEntry, ModuleFacts, ModuleName, read_catalog, read_facts
from controller.core.errors import Terminal
from controller.core.model import Sha
from controller.operations.platform import Platform
from controller.operations.reading import manifest_at
from controller.operations.view import View

_FACTS = "rustok-module.toml"


@dataclass(frozen=True)
class CatalogRow:
    """One module: installed or to be had. What its own file says is empty where that file cannot be read."""

    slug: ModuleName
    state: Literal["installed", "available"]
    version: str
    description: str
    depends_on: tuple[ModuleName, ...]
    required: bool


def list_modules(platform: Platform, view: View) -> tuple[CatalogRow, ...]:
    """Every module of the manifest and of the catalog, by name. `Terminal` where one of the two is not valid."""
    head = view.main.head.sha
    found = platform.remembered.get(("modules", head), lambda: _listed(platform, view, head))
    return found if isinstance(found, tuple) else ()


def _listed(platform: Platform, view: View, head: Sha) -> tuple[CatalogRow, ...]:
    files = platform.mirror.files(head)
    try:
        manifest = manifest_at(platform, view.configuration, head)
        text = files.get(view.configuration.catalog, b"format: 1\nmodules: {}\n").decode()
        offered = read_catalog(text, path=view.configuration.catalog).modules
    except (ManifestError, UnicodeDecodeError) as error:
        raise Terminal("RepositoryInvalid", str(error), hint="mend the file on the default branch") from error
    return tuple(_row(slug, manifest, offered, files) for slug in sorted({*manifest.modules, *offered}))


def _row(
    slug: ModuleName,
    manifest: Manifest,
    offered: Mapping[ModuleName, ModuleEntry],
    files: Mapping[str, bytes],
) -> CatalogRow:
    installed = manifest.modules.get(slug)
    entry = installed or offered[slug]
    facts, description = _facts(entry, files)
    needed = entry.depends_on if installed is not None else (facts.depends_on if facts is not None else ())
    version = facts.version if facts is not None else (entry.version or "")
    state: Literal["installed", "available"] = "installed" if installed is not None else "available"
    return CatalogRow(slug, state, version, description, needed, entry.required)


def _facts(entry: ModuleEntry, files: Mapping[str, bytes]) -> tuple[ModuleFacts | None, str]:
    """A module whose own file is not valid is still listed: a plan that needs it says what is wrong."""
    path = f"{entry.path}/{_FACTS}"
    content = files.get(path) if entry.path is not None else None
    if content is None:
        return None, ""
    try:
        text = content.decode()
        facts = read_facts(text, path=path)
        description = tomllib.loads(text).get("module", {}).get("description", "")
    except (ManifestError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None, ""
    return facts, description if isinstance(description, str) else ""
