"""The modules as an admin looks at them: which there are, where each runs, what is on its way, what keeps an act back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from codegen import ModuleName, Sentence
from controller.core.errors import Denied
from controller.core.model import EnvironmentName, ReleaseId
from controller.core.snapshot import Snapshot
from controller.operations.catalog import CatalogRow, known_modules, list_modules
from controller.reconcile.loop import Loop
from controller.showing.ways import Way, ways

Health = Literal["well", "unwell"]


@dataclass(frozen=True)
class Place:
    """An environment that runs a module, and whether its last checks found the module unwell."""

    environment: EnvironmentName
    release: ReleaseId
    health: Health


@dataclass(frozen=True)
class Obstacle:
    """Why something cannot be asked of a module now. `by` are the modules that need it, `way` what is on its way."""

    why: Literal["required", "needed", "on-its-way"]
    by: tuple[ModuleName, ...] = ()
    way: Way | None = None


@dataclass(frozen=True)
class ModuleShown:
    """A module with where it runs and what is on its way."""

    row: CatalogRow
    runs_in: tuple[Place, ...]
    ways: tuple[Way, ...]
    needed_by: tuple[ModuleName, ...]

    @property
    def is_installed(self) -> bool:
        """Whether the default branch has it."""
        return self.row.state == "installed"

    @property
    def upgrade(self) -> str:
        """The version to which it can be upgraded, empty where it is the newest."""
        return self.row.newer[0] if self.row.newer else ""

    @property
    def is_unwell(self) -> bool:
        """Whether some environment's last checks found it unwell."""
        return any(place.health == "unwell" for place in self.runs_in)

    def choice_obstacle(self) -> Obstacle | None:
        """Why the module can be no part of a change: what others need may go together with them."""
        open_way = next((way for way in self.ways if not way.is_merged), None)
        if open_way is not None:
            return Obstacle("on-its-way", way=open_way)
        return Obstacle("required") if self.is_installed and self.row.required else None

    def obstacle(self) -> Obstacle | None:
        """Why the module cannot be installed or uninstalled by itself."""
        found = self.choice_obstacle()
        if found is None and self.is_installed and self.needed_by:
            return Obstacle("needed", by=self.needed_by)
        return found


@dataclass(frozen=True)
class ModuleFilter:
    """Which modules to show; empty asks for all."""

    text: str = ""
    category: str = ""
    state: Literal["", "installed", "available", "upgradable", "on-its-way", "unwell"] = ""

    def fits(self, module: ModuleShown) -> bool:
        """Whether a module is to be shown."""
        row = module.row
        in_text = f"{row.slug} {row.name} {row.description}".casefold()
        return (
            all(part in in_text for part in self.text.casefold().split())
            and self.category in ("", row.category)
            and self._has_state(module)
        )

    def _has_state(self, module: ModuleShown) -> bool:
        match self.state:
            case "":
                return True
            case "upgradable":
                return bool(module.upgrade)
            case "on-its-way":
                return bool(module.ways)
            case "unwell":
                return module.is_unwell
        return module.row.state == self.state


@dataclass(frozen=True)
class Modules:
    """Every module, by name; the categories there are; the environments in the platform's order."""

    modules: tuple[ModuleShown, ...]
    categories: tuple[str, ...]
    environments: tuple[EnvironmentName, ...]

    def chosen(self, wanted: ModuleFilter) -> tuple[ModuleShown, ...]:
        """Those that fit."""
        return tuple(module for module in self.modules if wanted.fits(module))

    def find(self, slug: str) -> ModuleShown:
        """One module. `Denied` (`NotFound`) where there is none."""
        found = next((module for module in self.modules if module.row.slug == slug), None)
        if found is None:
            raise Denied(
                "NotFound",
                Sentence("there is no module {slug}", slug=ascii(slug[:64])),
                hint=Sentence("see the list of modules"),
            )
        return found


def modules(loop: Loop) -> Modules:
    """Every module as the last pass left it. Waits for the loop's lock only where a commit's modules were not read yet."""
    seen = loop.look()
    rows = known_modules(loop.platform, seen.view)
    if rows is None:
        with loop.turn():
            rows = list_modules(loop.platform, seen.view)
    return shown(rows, seen.snapshot)


def shown(rows: tuple[CatalogRow, ...], snapshot: Snapshot) -> Modules:
    """Puts together what one snapshot says of these modules."""
    places, on_their_way = _places(snapshot), ways(snapshot)
    needed_by = _needed_by(rows)
    return Modules(
        modules=tuple(
            ModuleShown(
                row=row,
                runs_in=tuple(places.get(row.slug, ())),
                ways=tuple(on_their_way.get(row.slug, ())),
                needed_by=tuple(needed_by.get(row.slug, ())),
            )
            for row in rows
        ),
        categories=tuple(sorted({row.category for row in rows if row.category})),
        environments=tuple(definition.name for definition in snapshot.configuration.environments),
    )


def _needed_by(rows: Iterable[CatalogRow]) -> Mapping[ModuleName, list[ModuleName]]:
    """The installed modules that need each."""
    found: dict[ModuleName, list[ModuleName]] = defaultdict(list)
    for row in rows:
        for need in row.depends_on if row.state == "installed" else ():
            found[need].append(row.slug)
    return found


def _places(snapshot: Snapshot) -> Mapping[ModuleName, list[Place]]:
    found: dict[ModuleName, list[Place]] = defaultdict(list)
    for definition in snapshot.configuration.environments:
        state = snapshot.ledger.environments.get(definition.name)
        release = snapshot.ledger.releases.get(state.release) if state is not None and state.release else None
        if release is None:
            continue
        unwell = _unwell(snapshot, definition.name)
        for module in release.modules:
            health: Health = "unwell" if module in unwell else "well"
            found[module].append(Place(definition.name, release.id, health))
    return found


def _unwell(snapshot: Snapshot, environment: EnvironmentName) -> frozenset[ModuleName]:
    """The modules that the last probe found unwell."""
    probes = snapshot.probes.get(environment, ())
    return frozenset(module for result in probes[-1].results for module in result.modules) if probes else frozenset()
