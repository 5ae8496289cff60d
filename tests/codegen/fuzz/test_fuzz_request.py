"""A request that is bent by chance is refused, or comes to files that are what their manifest gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from codegen import (
    Change,
    CodegenError,
    Install,
    ModuleName,
    SetDefaultEnabled,
    SetFeatures,
    Uninstall,
    Upgrade,
    check,
    plan_changes,
)
from tests.codegen.conftest import MODULES, platform_files
from tests.codegen.fuzz.mutation import SECONDS, mutants

# A request as one text, so that a fuzzer can bend it: a letter for the verb, and what it is about.
SEEDS = [
    b"i blog",
    b"i forum\ni gallery",
    b"u search\ni marketplace_seller",
    b"f search fast,slow",
    b"d audit 1\nd search ",
    b"v search 0.1.0\nu audit",
    b"i comments 0.1.0",
]
WORDS = [
    *(slug.encode() for slug in MODULES),
    *(
        word.encode()
        for word in (
            "i ",
            "u ",
            "f ",
            "d ",
            "v ",
            "\n",
            " ",
            ",",
            "0.1.0",
            "1.0.0-a+b",
            "../",
            '"',
            "\\n",
            "\u202e",
            "о",
            "-",
            "_",
        )
    ),
    *(
        word.encode()
        for word in ("match", "crate", "std", "{{ slug }}", "{% for", "--", "x" * 300, "ext::sh", ";", "]", "\x00", "A")
    ),
]
VERBS: dict[str, Callable[[ModuleName, str], Change]] = {
    "i": lambda module, rest: Install(module, rest or None),
    "u": lambda module, _: Uninstall(module),
    "f": lambda module, rest: SetFeatures(module, tuple(rest.split(","))),
    "d": lambda module, rest: SetDefaultEnabled(module, enabled=bool(rest)),
    "v": lambda module, rest: Upgrade(module, rest),
}


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 60)
def test_a_bent_request_is_refused_or_comes_to_files_that_agree() -> None:
    platform = platform_files()
    ends: Counter[str] = Counter()
    for text in mutants(SEEDS, WORDS, seconds=SECONDS, seed=2):
        ends[_end_of(platform, text)] += 1
    assert min(ends["refused"], ends["planned"]) > 0, ends
    assert not ends["unprintable"]


def _end_of(platform: dict[str, bytes], request: bytes) -> str:
    changes = list(filter(None, map(_change, request.decode(errors="surrogateescape").split("\n"))))
    try:
        edits = plan_changes(platform, changes)
    except CodegenError as error:
        return "refused" if str(error).replace("\n", "").isprintable() else "unprintable"
    after = {path: content for path, content in {**platform, **edits.files}.items() if content is not None}
    assert check(after) == (), request
    assert (edits.files == {}) == edits.delta.is_empty, request
    return "planned"


def _change(line: str) -> Change | None:
    verb, _, rest = line.partition(" ")
    module, _, more = rest.partition(" ")
    return VERBS[verb](ModuleName(module), more) if verb in VERBS else None
