"""Bends texts byte by byte, as fuzzers do: from seeds, with a dictionary, and with what bent texts survived before."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

# Seconds of one target: long where a machine waits for it, short where a person does.
SECONDS = float(os.environ.get("MODWRIGHT_FUZZ_SECONDS") or (60 if os.environ.get("CI") == "true" else 3))
_KEPT = 200
_LONGEST = 4000


def mutants(seeds: list[bytes], words: list[bytes], *, seconds: float, seed: int) -> Iterator[bytes]:
    """Bent texts until the time is up; the same seed gives the same texts."""
    chance = random.Random(seed)  # noqa: S311 - a fuzzer wants to be repeatable
    kept = list(seeds)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        text = chance.choice(kept)
        for _ in range(chance.choice((1, 1, 2, 4, 8))):
            text = chance.choice(_WAYS)(text, chance, words, kept)
        if len(text) <= _LONGEST:
            kept.append(text)
            del kept[len(seeds) : len(kept) - _KEPT]
        yield text


def _flip(text: bytes, chance: random.Random, words: list[bytes], kept: list[bytes]) -> bytes:
    at = chance.randrange(len(text) + 1)
    return text[:at] + bytes([chance.randrange(256)]) + text[at + 1 :]


def _insert(text: bytes, chance: random.Random, words: list[bytes], kept: list[bytes]) -> bytes:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(words) + text[at:]


def _replace(text: bytes, chance: random.Random, words: list[bytes], kept: list[bytes]) -> bytes:
    present = [word for word in words if word and word in text]
    return text.replace(chance.choice(present), chance.choice(words), 1) if present else text


def _delete(text: bytes, chance: random.Random, words: list[bytes], kept: list[bytes]) -> bytes:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + chance.randrange(1, 40) :]


def _repeat(text: bytes, chance: random.Random, words: list[bytes], kept: list[bytes]) -> bytes:
    at = chance.randrange(len(text) + 1)
    part = text[at : at + chance.randrange(1, 120)]
    return text[:at] + part * chance.randrange(2, 5) + text[at:]


def _swap_lines(text: bytes, chance: random.Random, words: list[bytes], kept: list[bytes]) -> bytes:
    lines = text.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def _splice(text: bytes, chance: random.Random, words: list[bytes], kept: list[bytes]) -> bytes:
    other = chance.choice(kept)
    return text[: chance.randrange(len(text) + 1)] + other[chance.randrange(len(other) + 1) :]


_WAYS = (_flip, _flip, _insert, _insert, _replace, _replace, _delete, _repeat, _swap_lines, _splice)
