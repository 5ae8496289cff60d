"""A request in one form whatever the order of its changes, and what it wishes of modules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from codegen.catalog.requirement import Requirement
from codegen.change import Change, Install, SetDefaultEnabled, SetFeatures, Uninstall, Upgrade
from codegen.errors import BadName, Refused, Row
from codegen.manifest.model import ModuleEntry
from codegen.names import FEATURE, SLUG, VERSION, Grammar, ModuleName
from codegen.sentences import Sentence

Face = Literal["there", "on"]
_Value = TypeVar("_Value")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Something that is asked of a module: to be there, or to be on by default.

    `version` and `entry` pin it, `accepts` bounds its version, `absent` forbids it.
    """

    module: ModuleName
    face: Face = "there"
    accepts: tuple[Requirement, ...] = ()
    version: str | None = None
    entry: ModuleEntry | None = None
    absent: bool = False


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked for, by kind and module."""

    installs: Mapping[ModuleName, str | None] = field(default_factory=dict)
    gone: tuple[ModuleName, ...] = ()
    upgrades: Mapping[ModuleName, str] = field(default_factory=dict)
    features: Mapping[ModuleName, tuple[str, ...]] = field(default_factory=dict)
    defaults: Mapping[ModuleName, bool] = field(default_factory=dict)

    @property
    def altered(self) -> tuple[ModuleName, ...]:
        """The modules that must be there already, or come with the request."""
        return tuple(sorted({*self.upgrades, *self.features, *self.defaults} - self.installs.keys()))

    @property
    def modules(self) -> frozenset[ModuleName]:
        """Every module that is named."""
        return frozenset((*self.installs, *self.gone, *self.upgrades, *self.features, *self.defaults))


def read_request(changes: Sequence[Change]) -> Request:
    """The request that changes come to; raises `BadName`, and `Refused` where two of them contradict each other."""
    for change in changes:
        _judge_names(change)
    installs = [change for change in changes if isinstance(change, Install)]
    upgrades = [(change.module, change.version) for change in changes if isinstance(change, Upgrade)]
    features = [(each.module, tuple(sorted(set(each.features)))) for each in changes if isinstance(each, SetFeatures)]
    defaults = [(each.module, each.enabled) for each in changes if isinstance(each, SetDefaultEnabled)]
    defaults += [(each.module, each.default_enabled) for each in installs if each.default_enabled is not None]
    versions = _agreed([(each.module, each.version) for each in installs if each.version is not None])
    request = Request(
        installs={module: versions.get(module) for module in sorted({each.module for each in installs})},
        gone=tuple(sorted({change.module for change in changes if isinstance(change, Uninstall)})),
        upgrades=_agreed(upgrades),
        features=_agreed(features),
        defaults=_agreed(defaults),
    )
    _agreed([*request.upgrades.items(), *versions.items()])
    for module in request.gone:
        if module in {*request.installs, *request.altered}:
            raise _contradiction(module, Sentence("to be uninstalled"), Sentence("to be there as well"))
    return request


def _judge_names(change: Change) -> None:
    wanted: list[tuple[str, Grammar]] = [(change.module, SLUG)]
    if isinstance(change, Install | Upgrade) and change.version is not None:
        wanted.append((change.version, VERSION))
    if isinstance(change, SetFeatures):
        wanted += [(feature, FEATURE) for feature in change.features]
    for text, grammar in wanted:
        if not grammar.accepts(text):
            raise BadName(found=str(text), allowed=grammar.allowed)


def _agreed(pairs: Iterable[tuple[ModuleName, _Value]]) -> dict[ModuleName, _Value]:
    """The values by module, sorted; raises where one module is to have two."""
    found: dict[ModuleName, _Value] = {}
    for module, value in sorted(pairs, key=lambda pair: pair[0]):
        if found.setdefault(module, value) != value:
            raise _contradiction(module, _said(found[module]), _said(value))
    return found


def _said(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _contradiction(module: ModuleName, one: str, other: str) -> Refused:
    rows = (Row(subject=module, want=one, have=Sentence("{other}, in the same request", other=other), chain=(module,)),)
    hint = Sentence("ask for one of the two")
    return Refused(
        "RequestContradictory",
        Sentence("The request asks for two things of {module}.", module=module),
        rows=rows,
        hint=hint,
    )
