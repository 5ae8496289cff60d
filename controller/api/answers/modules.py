"""Modules: the manifest's and the catalog's."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import Field

from controller.api.answers.shapes import Answer, Page, login_of
from controller.showing.deeds import Deed
from controller.showing.modules import Health as Wellness
from controller.showing.modules import ModuleShown, Obstacle, Place
from controller.showing.ways import Act, Way


class ModuleState(StrEnum):
    """Whether the manifest lists the module."""

    INSTALLED = "installed"
    AVAILABLE = "available"


class ModulePlace(Answer):
    """An environment that runs a module."""

    environment: str
    release: str
    health: Wellness = Field(description="`unwell` where the last checks found it so.")

    @classmethod
    def of(cls, place: Place) -> ModulePlace:
        """The place."""
        return cls(environment=place.environment, release=place.release, health=place.health)


class ModuleWay(Answer):
    """A change on its way that touches a module."""

    act: Act
    number: int | None = Field(description="The proposal.")
    commit: str | None = Field(description="The merge, where it is merged.")
    is_merged: bool
    missing: list[str] = Field(description="The environments that a merged one has not reached.")

    @classmethod
    def of(cls, way: Way) -> ModuleWay:
        """What is on its way."""
        return cls(
            act=way.act, number=way.number, commit=way.commit, is_merged=way.is_merged, missing=list(way.missing)
        )


class ModuleObstacle(Answer):
    """Why a module cannot be installed or uninstalled by itself now."""

    why: str = Field(description="`required`, `needed` or `on-its-way`.")
    by: list[str] = Field(description="The modules that need it.")
    number: int | None = Field(description="The proposal that is on its way.")

    @classmethod
    def of(cls, found: Obstacle) -> ModuleObstacle:
        """The obstacle."""
        return cls(why=found.why, by=list(found.by), number=found.way.number if found.way is not None else None)


class Module(Answer):
    """One module: installed or to be had."""

    slug: str = Field(examples=["blog"])
    name: str
    state: ModuleState
    version: str = Field(description="Empty where the module's own file cannot be read.", examples=["0.1.0"])
    upgrade: str = Field(description="The version to which it can be upgraded; empty where it is the newest.")
    offers: list[str] = Field(description="The versions that the catalog has, the highest first.")
    description: str
    category: str
    source: str
    crate: str
    trust_level: str
    depends_on: list[str]
    conflicts_with: list[str]
    needed_by: list[str]
    required: bool = Field(description="Whether the platform cannot be without it.")
    default_enabled: bool
    runs_in: list[ModulePlace]
    ways: list[ModuleWay] = Field(description="What is on its way, open proposals first.")
    obstacle: ModuleObstacle | None

    @classmethod
    def of(cls, shown: ModuleShown) -> Module:
        """What is shown of a module."""
        return cls(**_fields(shown))


class ModuleDeed(Answer):
    """Something that was done to a module, as a release's evidence has it."""

    act: Act
    at: datetime
    requested_by: str | None
    reason: str
    proposal: int | None
    commit: str
    release: str
    is_undoing: bool

    @classmethod
    def of(cls, deed: Deed) -> ModuleDeed:
        """The deed."""
        return cls(
            act=deed.act,
            at=deed.at,
            requested_by=login_of(deed.requested_by),
            reason=deed.reason,
            proposal=deed.proposal,
            commit=deed.commit,
            release=deed.release,
            is_undoing=deed.is_undoing,
        )


class ModuleDetail(Module):
    """A module with what was done to it, the newest first."""

    history: list[ModuleDeed]

    @classmethod
    def with_history(cls, shown: ModuleShown, deeds: tuple[Deed, ...]) -> ModuleDetail:
        """What is shown of a module, and its deeds."""
        return cls(**_fields(shown), history=[ModuleDeed.of(deed) for deed in deeds])


class Modules(Page[Module]):
    """Modules by name."""


def _fields(shown: ModuleShown) -> dict[str, Any]:
    row, obstacle = shown.row, shown.obstacle()
    return {
        "slug": row.slug,
        "name": row.name,
        "state": ModuleState(row.state),
        "version": row.version,
        "upgrade": shown.upgrade,
        "offers": list(row.offers),
        "description": row.description,
        "category": row.category,
        "source": row.source,
        "crate": row.crate,
        "trust_level": row.trust_level,
        "depends_on": list(row.depends_on),
        "conflicts_with": list(row.conflicts_with),
        "needed_by": list(shown.needed_by),
        "required": row.required,
        "default_enabled": row.default_enabled,
        "runs_in": [ModulePlace.of(place) for place in shown.runs_in],
        "ways": [ModuleWay.of(way) for way in shown.ways],
        "obstacle": ModuleObstacle.of(obstacle) if obstacle is not None else None,
    }
