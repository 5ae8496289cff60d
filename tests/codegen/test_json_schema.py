"""The published JSON Schema is what the rules give, and says of real and made-up manifests what lint says."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from codegen import lint_manifest
from codegen.lint.module_file_keys import MODULE_FILE_TABLES
from codegen.manifest.json_schema import manifest_schema
from codegen.manifest.keys import TABLES
from tests.codegen.conftest import MANIFEST
from tests.docs.pages import ROOT, page

DATA = ROOT.parent / "shared" / "data" / "rustok"
SCHEMA = manifest_schema()
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}


def fits(schema: dict[str, Any], data: Any) -> bool:
    """Whether data fits, by the words that our schema uses (an unknown word fails), as JSON Schema defines them."""
    return all(WORDS[word](rest, data, schema) for word, rest in schema.items())


def _properties(known: dict[str, Any], data: Any, _: Any) -> bool:
    return not isinstance(data, dict) or all(fits(known[key], data[key]) for key in known.keys() & data.keys())


def _additional(rest: Any, data: Any, schema: dict[str, Any]) -> bool:
    others = data.keys() - schema.get("properties", {}).keys() if isinstance(data, dict) else set()
    return not others if rest is False else all(fits(rest, data[key]) for key in others)


def _condition(rest: dict[str, Any], data: Any, schema: dict[str, Any]) -> bool:
    return not fits(rest, data) or fits(schema["then"], data)


def _always(*_: Any) -> bool:
    return True


WORDS: dict[str, Any] = {
    "$ref": lambda rest, data, _: fits(SCHEMA["$defs"][rest.removeprefix("#/$defs/")], data),
    "type": lambda rest, data, _: isinstance(data, TYPES[rest]) and (rest == "boolean" or not isinstance(data, bool)),
    "const": lambda rest, data, _: data == rest,
    "enum": lambda rest, data, _: data in rest,
    "pattern": lambda rest, data, _: not isinstance(data, str) or re.search(rest, data) is not None,
    "maxLength": lambda rest, data, _: not isinstance(data, str) or len(data) <= rest,
    "minLength": lambda rest, data, _: not isinstance(data, str) or len(data) >= rest,
    "required": lambda rest, data, _: not isinstance(data, dict) or data.keys() >= set(rest),
    "properties": _properties,
    "additionalProperties": _additional,
    "propertyNames": lambda rest, data, _: all(fits(rest, name) for name in data),
    "items": lambda rest, data, _: not isinstance(data, list) or all(fits(rest, item) for item in data),
    "uniqueItems": lambda _, data, __: not isinstance(data, list) or len(set(map(str, data))) == len(data),
    "oneOf": lambda rest, data, _: sum(fits(one, data) for one in rest) == 1,
    "anyOf": lambda rest, data, _: any(fits(one, data) for one in rest),
    "allOf": lambda rest, data, _: all(fits(one, data) for one in rest),
    "not": lambda rest, data, _: not fits(rest, data),
    "if": _condition,
    **dict.fromkeys(("then", "$schema", "$defs", "title", "description", "default"), _always),
}


def test_the_published_schema_is_what_the_rules_give() -> None:
    published = json.loads(page("reference/modules.schema.json"))
    hint = "write json.dumps(manifest_schema(), indent=2) to docs/reference/modules.schema.json"
    assert published == SCHEMA, hint


def test_every_rule_has_a_sentence() -> None:
    rules = [*TABLES, *MODULE_FILE_TABLES]
    said = [*(table.says for table in rules), *(rule.says for table in rules for rule in table.keys)]
    assert all(len(text) > 3 and text.endswith(".") for text in said)


def _manifests() -> list[Path]:
    return sorted([*DATA.glob("schema-*/modules.toml"), *DATA.glob("changes/*/*.toml")])


@pytest.mark.skipif(not DATA.is_dir(), reason="the real manifests are not beside this checkout")
def test_real_manifests_fit() -> None:
    wrong = [str(path) for path in _manifests() if not fits(SCHEMA, tomllib.loads(path.read_text()))]
    assert len(_manifests()) > 2
    assert wrong == []


ROW = (
    'search = { crate = "platform-search", source = "path", path = "crates/platform-search", depends_on = ["events"] }'
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("schema = 2", "schema = 3"),
        ("schema = 2", 'schema = "2"'),
        ("schema = 2", "schema = 2\ncolor = 1"),
        ('profile = "release"', "profile = 1"),
        ('profile = "release"', 'deployment_profile = "monolith"'),
        (ROW, ROW.replace('source = "path"', 'source = "svn"')),
        (ROW, ROW.replace('source = "path"', 'source = "git"')),
        (ROW, ROW.replace("search =", "sear-ch =")),
        (ROW, ROW.replace("search =", "match =")),
        (ROW, ROW.replace('"crates/', '"../')),
        (ROW, ROW.replace("depends_on", "depend_on")),
        (ROW, ROW.replace('["events"]', '["events", "events"]')),
        (ROW, ROW.replace("depends_on =", 'trust_level = "high", depends_on =')),
        (ROW, ROW.replace("depends_on =", 'name = "a\\u202e", depends_on =')),
    ],
)
def test_what_does_not_fit_has_findings_too(old: str, new: str) -> None:
    assert fits(SCHEMA, tomllib.loads(MANIFEST))
    text = MANIFEST.replace(old, new)
    assert text != MANIFEST
    assert not fits(SCHEMA, tomllib.loads(text))
    assert lint_manifest(text, path="modules.toml")
