"""A manifest that is bent by chance ends in findings, or is read, edited and given back byte by byte."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from codegen import Delta, ManifestError, ModuleEntry, ModuleName, lint_manifest, read_manifest
from codegen.lint.module_file import lint_module_file
from codegen.manifest.edits import write_delta
from codegen.toml.text import decode, parse
from tests.codegen.conftest import MANIFEST, module_toml
from tests.codegen.fuzz.mutation import SECONDS, mutants

SEEDS = [
    MANIFEST.encode(),
    MANIFEST.replace("\n", "\r\n").removesuffix("\r\n").encode(),
    b'schema = 1\napp = "a"\n[modules]\nx={crate=\'x\',source="git",git="https://a/b",rev="' + b"a" * 40 + b'"}\n',
    (
        b'schema = 2\napp = "a"\n[settings]\ndefault_enabled = [\n  "b", # why\n]\n'
        b'[modules]\nb = { crate = "b", source = "path", path = "b" }\n'
    ),
    b'[[build.storefront]]\nid = """a"""\nredirect_uris = [ ]\n[build]\nadmin.stack = "next"\n',
    module_toml("blog", ("content",), ("forum",), ("media",)).encode(),
]
WORDS = [
    *(
        word.encode()
        for word in (
            "[",
            "]",
            "[[",
            "]]",
            "{",
            "}",
            "=",
            ",",
            ".",
            "#",
            '"',
            "'",
            '"""',
            "'''",
            "\\",
            "\n",
            "\r\n",
            "\r",
        )
    ),
    *(
        word.encode()
        for word in (
            "schema",
            "app",
            "modules",
            "settings",
            "default_enabled",
            "build",
            "admin",
            "storefront",
            "\u202e",
            "о",
        )
    ),
    *(
        word.encode()
        for word in (
            "crate",
            "source",
            "path",
            "git",
            "rev",
            "version",
            "required",
            "depends_on",
            "features",
            "runtime",
        )
    ),
    *(
        word.encode()
        for word in ("settings_schema", "dependency_version_reqs", "conflicts_with", "trust_level", '"core"', '"path"')
    ),
    *(
        word.encode()
        for word in (
            "true",
            "1",
            "-0",
            "1e400",
            "nan",
            "0x_",
            "2020-01-01",
            "9" * 200,
            "<<<<<<< a",
            ">>>>>>> b",
            "\\ud800",
        )
    ),
    *(
        word.encode()
        for word in (
            "search",
            "audit",
            "events",
            '["search"]',
            "[modules]",
            "[settings]",
            " = { ",
            " }",
            "[settings.x]",
        )
    ),
    b"\xff",
    b"\x00",
    b"[" * 60,
    b"a." * 60,
]
NEW = ModuleEntry(slug=ModuleName("newcomer"), crate="newcomer", path="crates/newcomer", default_enabled=True)


@pytest.mark.slow
@pytest.mark.timeout(SECONDS + 60)
def test_a_bent_manifest_ends_in_findings_or_in_an_edit_that_can_be_taken_back() -> None:
    ends: Counter[str] = Counter()
    for text in mutants(SEEDS, WORDS, seconds=SECONDS, seed=1):
        ends[_end_of(text)] += 1
    assert min(ends["refused"], ends["findings"], ends["edited"]) > 0, ends
    assert not ends["defect"]


def _end_of(content: bytes) -> str:
    try:
        text = decode(content, path="modules.toml")
        parse(text, path="modules.toml")
    except ManifestError:
        return "refused"
    assert tomllib.loads(text) is not None, content  # what we take for TOML is TOML
    errors = [one for one in lint_manifest(text, path="modules.toml") if one.severity == "error"]
    assert all(0 <= one.line <= text.count("\n") + 1 and str(one).isprintable() for one in errors), content
    lint_module_file(text, path="module.toml")
    if errors:
        return "findings"
    return _edited(text)


def _edited(text: str) -> str:
    present = read_manifest(text).modules
    added = Delta(added=(NEW,))
    if NEW.slug in present:
        return "present"
    try:
        after = write_delta(text, added, path="modules.toml")
    except ManifestError as error:
        return "defect" if "defect" in str(error) else "no place"
    assert write_delta(after, added.inverse(), path="modules.toml") == text, text
    return "edited"
