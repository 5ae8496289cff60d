"""Modules: the manifest's and the catalog's."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from controller.api.answers.shapes import Answer, Page
from controller.operations.catalog import CatalogRow


class ModuleState(StrEnum):
    """Whether the manifest lists the module."""

    INSTALLED = "installed"
    AVAILABLE = "available"


class Module(Answer):
    """One module: installed or to be had."""

    slug: str = Field(examples=["blog"])
    state: ModuleState
    version: str = Field(description="Empty where the module's own file cannot be read.", examples=["0.1.0"])
    description: str
    depends_on: list[str]
    required: bool = Field(description="Whether the platform cannot be without it.")

    @classmethod
    def of(cls, row: CatalogRow) -> Module:
        """A row of the catalog."""
        return cls(
            slug=row.slug,
            state=ModuleState(row.state),
            version=row.version,
            description=row.description,
            depends_on=list(row.depends_on),
            required=row.required,
        )


class Modules(Page[Module]):
    """Modules by name."""
