"""A change as it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from codegen.names import ModuleName


@dataclass(frozen=True)
class Install:
    """Put a module into the composition, with what it needs; of this version, where one is named.

    `default_enabled` says whether tenants have it on by default; unsaid, it is as the catalog has it.
    """

    module: ModuleName
    version: str | None = None
    default_enabled: bool | None = None


@dataclass(frozen=True)
class Uninstall:
    """Take a module out; what came along with it stays unless it is named too."""

    module: ModuleName


@dataclass(frozen=True)
class Upgrade:
    """Move an installed module to another version."""

    module: ModuleName
    version: str


@dataclass(frozen=True)
class SetFeatures:
    """Build an installed module with exactly these Cargo features."""

    module: ModuleName
    features: tuple[str, ...]


@dataclass(frozen=True)
class SetDefaultEnabled:
    """Whether tenants have an installed module on by default."""

    module: ModuleName
    enabled: bool


Change = Install | Uninstall | Upgrade | SetFeatures | SetDefaultEnabled
