"""Changes as they are asked for on a command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codegen.delta import Change, Install, SetDefaultEnabled, SetFeatures, Uninstall, Upgrade
from codegen.errors import BadName
from codegen.names import ModuleName

_SWITCH = {"on": True, "off": False}


def changes_of(asked: Mapping[str, Sequence[str]]) -> list[Change]:
    """The changes of options by their names; raises `BadName` where one is not of the option's form."""
    changes: list[Change] = [Install(*_versioned(text)) for text in asked.get("install", ())]
    changes += [Uninstall(ModuleName(text)) for text in asked.get("uninstall", ())]
    changes += [Upgrade(*_versioned(text)) for text in asked.get("upgrade", ())]
    changes += [_features(text) for text in asked.get("features", ())]
    return changes + [_default_enabled(text) for text in asked.get("default_enabled", ())]


def _versioned(text: str) -> tuple[ModuleName, str | None]:
    module, _, version = text.partition("@")
    return ModuleName(module), version or None


def _features(text: str) -> SetFeatures:
    module, _, listed = text.partition("=")
    return SetFeatures(ModuleName(module), tuple(feature for feature in listed.split(",") if feature))


def _default_enabled(text: str) -> SetDefaultEnabled:
    module, _, switch = text.partition("=")
    if switch not in _SWITCH:
        raise BadName(found=text, allowed="MODULE=on or MODULE=off")
    return SetDefaultEnabled(ModuleName(module), enabled=_SWITCH[switch])
