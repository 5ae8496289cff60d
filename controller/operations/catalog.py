"""What is installed and what may be, as the platform repository says on its default branch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from codegen import CodegenError, ModuleEntry, ModuleFacts, ModuleName, Repository, read_facts
from codegen.catalog.requirement import RequirementError, Version, read_version
from controller.core.configuration import Configuration
from controller.core.errors import Terminal
from controller.core.wanted import Offer, Supply
from controller.operations.platform import Platform
from controller.operations.view import View

_FACTS = "rustok-module.toml"
_NOTHING = "format: 1\nmodules: {}\n"


@dataclass(frozen=True)
class CatalogRow:
    """
    One module: installed or to be had. What its own file says is empty where that file cannot be read.

    `offers` are the versions that the catalog has of it, the highest first; `newer` those above the installed one, to
    which it can be upgraded.
    """

    slug: ModuleName
    state: Literal["installed", "available"]
    version: str
    description: str
    depends_on: tuple[ModuleName, ...]
    required: bool
    name: str = ""
    category: str = ""
    source: str = "path"
    crate: str = ""
    path: str = ""
    trust_level: str = ""
    conflicts_with: tuple[ModuleName, ...] = ()
    default_enabled: bool = False
    offers: tuple[str, ...] = ()
    newer: tuple[str, ...] = ()


def list_modules(platform: Platform, view: View) -> tuple[CatalogRow, ...]:
    """
    Every module of the manifest, of the catalog and of the folders in which the host's modules are found, by name.

    `Terminal` where one of these is not valid. Read once for each commit, with the loop's lock held.
    """
    head = view.main.head.sha
    found = platform.remembered.get(
        ("modules", head), lambda: read_modules(platform.mirror.files(head), view.configuration)
    )
    return found if isinstance(found, tuple) else ()


def read_modules(files: Mapping[str, bytes], configuration: Configuration) -> tuple[CatalogRow, ...]:
    """The same of a commit's files alone, as a clone has them."""
    repository, read = _repository(files, configuration)
    slugs = sorted({*repository.manifest.modules, *repository.catalog.modules})
    return tuple(_row(slug, repository, read) for slug in slugs)


def known_modules(platform: Platform, view: View) -> tuple[CatalogRow, ...] | None:
    """The modules where they were read already: for who must not wait for the lock. `None` where they were not."""
    found = platform.remembered.by_key.get(("modules", view.main.head.sha))
    return found if isinstance(found, tuple) else None


def read_supply(platform: Platform, view: View) -> Mapping[ModuleName, Supply]:
    """What is installed and what is offered, entry by entry. `Terminal` where one of the files is not valid."""
    repository, files = _repository(platform.mirror.files(view.main.head.sha), view.configuration)
    slugs = sorted({*repository.manifest.modules, *repository.catalog.modules})

    def offer(entry: ModuleEntry) -> Offer:
        facts = _facts(entry, files)
        return Offer(entry, facts.version if facts is not None else (entry.version or ""))

    installed = {slug: offer(entry) for slug, entry in repository.manifest.modules.items()}
    return {
        slug: Supply(installed.get(slug), tuple(offer(entry) for entry in repository.catalog.offers(slug)))
        for slug in slugs
    }


def _repository(files: Mapping[str, bytes], configuration: Configuration) -> tuple[Repository, Mapping[str, bytes]]:
    """With an empty catalog where the platform has none."""
    if configuration.catalog not in files:
        files = {**files, configuration.catalog: _NOTHING.encode()}
    try:
        repository = Repository(
            files, configuration.host, manifest_path=configuration.manifest, catalog_path=configuration.catalog
        )
    except CodegenError as error:
        raise Terminal("RepositoryInvalid", str(error), hint="mend the file on the default branch") from error
    return repository, files


def _row(slug: ModuleName, repository: Repository, files: Mapping[str, bytes]) -> CatalogRow:
    installed = repository.manifest.modules.get(slug)
    entry = installed or repository.catalog.modules[slug]
    facts = _facts(entry, files)
    version = facts.version if facts is not None else (entry.version or "")
    offers = _offers(repository, slug, files)
    needs = entry.depends_on if installed is not None else (*entry.depends_on, *(facts.depends_on if facts else ()))
    return CatalogRow(
        slug=slug,
        state="installed" if installed is not None else "available",
        version=version,
        description=(facts.description or "") if facts is not None else "",
        depends_on=tuple(dict.fromkeys(needs)),
        required=entry.required,
        name=(facts.name or "") if facts is not None else "",
        category=(facts.category or "") if facts is not None else "",
        source=entry.source,
        crate=entry.crate,
        path=entry.path or "",
        trust_level=(facts.trust_level or "") if facts is not None else "",
        conflicts_with=tuple(dict.fromkeys((*entry.conflicts_with, *(facts.conflicts if facts else ())))),
        default_enabled=entry.default_enabled,
        offers=offers,
        newer=_newer(version, offers) if installed is not None else (),
    )


def _offers(repository: Repository, slug: ModuleName, files: Mapping[str, bytes]) -> tuple[str, ...]:
    found: set[str] = set()
    for entry in repository.catalog.offers(slug):
        facts = _facts(entry, files)
        found.add(facts.version if facts is not None else (entry.version or ""))
    return tuple(sorted(found - {""}, key=_order, reverse=True))


def _newer(version: str, offers: tuple[str, ...]) -> tuple[str, ...]:
    here = _parsed(version)
    if here is None:
        return ()
    return tuple(offer for offer in offers if (there := _parsed(offer)) is not None and there.order > here.order)


def _order(version: str) -> tuple[bool, tuple[object, ...]]:
    parsed = _parsed(version)
    return (parsed is not None, parsed.order if parsed is not None else ())


def _parsed(version: str) -> Version | None:
    try:
        return read_version(version)
    except RequirementError:
        return None


def _facts(entry: ModuleEntry, files: Mapping[str, bytes]) -> ModuleFacts | None:
    """A module whose own file is not valid is still listed: a plan that needs it says what is wrong."""
    path = f"{entry.path}/{_FACTS}"
    content = files.get(path) if entry.path is not None else None
    if content is None:
        return None
    try:
        return read_facts(content.decode(), path=path)
    except (CodegenError, UnicodeDecodeError):
        return None
