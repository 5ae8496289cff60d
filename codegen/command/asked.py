"""Changes as they are asked for on a command line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from codegen.change import Change, Install, SetDefaultEnabled, SetFeatures, Uninstall, Upgrade
from codegen.errors import BadName
from codegen.names import ModuleName

_SWITCH = {"on": True, "off": False}


def changes_of(asked: Mapping[str, Sequence[str]]) -> list[Change]:
    """The changes of options by their names; raises `BadName` where one is not of the option's form."""
    changes: list[Change] = [_install(text) for text in asked.get("install", ())]
    changes += [Uninstall(ModuleName(text)) for text in asked.get("uninstall", ())]
    changes += [_upgrade(text) for text in asked.get("upgrade", ())]
    changes += [_features(text) for text in asked.get("features", ())]
    return changes + [_default_enabled(text) for text in asked.get("default_enabled", ())]


def _install(text: str) -> Install:
    module, at, version = text.partition("@")
    if at and not version:
        raise BadName(found=text, allowed="MODULE or MODULE@VERSION")
    return Install(ModuleName(module), version or None)


def _upgrade(text: str) -> Upgrade:
    module, _, version = text.partition("@")
    if not version:
        raise BadName(found=text, allowed="MODULE@VERSION")
    return Upgrade(ModuleName(module), version)


def _features(text: str) -> SetFeatures:
    """Nothing behind the `=` is a wish too: no features; a module alone is none, and clears nothing by mistake."""
    module, equals, listed = text.partition("=")
    features = tuple(listed.split(",")) if listed else ()
    if not equals or "" in features:
        raise BadName(found=text, allowed="MODULE=A,B, or MODULE= for no features")
    return SetFeatures(ModuleName(module), features)


def _default_enabled(text: str) -> SetDefaultEnabled:
    module, _, switch = text.partition("=")
    if switch not in _SWITCH:
        raise BadName(found=text, allowed="MODULE=on or MODULE=off")
    return SetDefaultEnabled(ModuleName(module), enabled=_SWITCH[switch])
