"""A value as TOML writes it on one line, in the style of the platform's manifests."""

from __future__ import annotations

import json
import re

_BARE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


def toml_value(value: object) -> str:
    """Text, a number, a boolean, a list or a table of these; see https://toml.io/en/v1.0.0#string for what is escaped.

    JSON escapes what a basic string of TOML must, but for one control character.
    """
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if isinstance(value, dict):
        pairs = [f"{toml_key(key)} = {toml_value(inner)}" for key, inner in value.items()]
        return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
    return json.dumps(value)


def toml_key(key: str) -> str:
    """A key, quoted where it is not a bare one."""
    return key if _BARE.fullmatch(key) else toml_value(key)
