"""What a Cargo feature turns on, as the `[features]` of one `Cargo.toml` say.

https://doc.rust-lang.org/cargo/reference/features.html: an item is another feature, `dep:name`, or `name/feature`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from codegen.toml.text import parse

Chain = tuple[str, ...]


@lru_cache(maxsize=64)
def enabled(text: str, start: str, *, path: str) -> Mapping[str, Chain]:
    """Every feature and item that `start` turns on, each with the shortest chain that leads there."""
    features = features_of(text, path=path)
    found: dict[str, Chain] = {start: (start,)}
    wave = [start]
    while wave:
        reached = [(item, name) for name in wave for item in features.get(name, ())]
        wave = []
        for item, name in reached:
            if item not in found:
                found[item] = (*found[name], item)
                wave.append(item)
    return found


@lru_cache(maxsize=64)
def features_of(text: str, *, path: str) -> Mapping[str, tuple[str, ...]]:
    """The features of a `Cargo.toml` with their items; what is not a list of strings is left out."""
    table = parse(text, path=path).data.get("features")
    listed = table if isinstance(table, dict) else {}
    return {name: tuple(map(str, items)) for name, items in listed.items() if isinstance(items, list)}
