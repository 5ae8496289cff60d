"""The JSON Schema of a manifest, made from the same rules as lint, for editors; draft 2020-12.

It says what can be said of one value alone. What lint says of values together (a circle, a module twice) has no words
here, so a manifest that fits may still have findings; one that does not fit always has.
"""

from __future__ import annotations

from typing import Any

from codegen.manifest.key_rule import KeyRule, TableRule
from codegen.manifest.keys import ADMIN, BUILD, MODULE, MODULES, SCHEMAS, SERVER, SETTINGS, STOREFRONT, TOP
from codegen.manifest.row import SOURCES
from codegen.names import RUST_KEYWORDS, Grammar

Schema = dict[str, Any]

_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_LONGEST_REQUIREMENT = 200


def manifest_schema() -> Schema:
    """The schema of `modules.toml` as JSON: an object a schema of the manifest, chosen by its `schema` key."""
    return {
        "$schema": _DRAFT,
        "title": "modules.toml",
        "description": TOP.says,
        "oneOf": [{"$ref": f"#/$defs/schema-{schema}"} for schema in SCHEMAS],
        "$defs": {
            **{f"schema-{schema}": _manifest(schema) for schema in SCHEMAS},
            **{f"module-{schema}": _module(schema) for schema in SCHEMAS},
        },
    }


def _manifest(schema: int) -> Schema:
    top = _table(TOP, schema)
    top["properties"] |= {
        "schema": {**top["properties"]["schema"], "const": schema},
        "build": _build(schema),
        "modules": {
            "type": "object",
            "description": MODULES.says,
            "propertyNames": _grammar(MODULES.grammar),
            "additionalProperties": {"$ref": f"#/$defs/module-{schema}"},
        },
        "settings": _table(SETTINGS, schema),
    }
    return {**top, "required": [*top["required"], "modules"]}


def _build(schema: int) -> Schema:
    build = _table(BUILD, schema)
    for rule in (SERVER, ADMIN, STOREFRONT):
        if schema in rule.schemas:
            inner = _table(rule, schema)
            build["properties"][rule.path[-1]] = {"type": "array", "items": inner} if rule.is_array else inner
    return build


def _module(schema: int) -> Schema:
    """A module's line; what each source needs besides is a condition of its own."""
    table = _table(MODULE, schema)
    known = MODULE.rules(schema)["source"].choices
    table["allOf"] = [
        {"if": {"properties": {"source": {"const": source}}}, "then": {"required": list(SOURCES[source])}}
        for source in known
    ]
    return table


def _table(rule: TableRule, schema: int) -> Schema:
    rules = rule.rules(schema)
    return {
        "type": "object",
        "description": rule.says,
        "properties": {name: _key(key) for name, key in rules.items()},
        "required": [name for name, key in rules.items() if key.is_required],
        "additionalProperties": False,
    }


def _key(rule: KeyRule) -> Schema:
    known = {"description": rule.says} | ({} if rule.default is None else {"default": rule.default})
    return _value(rule) | known


def _value(rule: KeyRule) -> Schema:
    requirement = {"type": "string", "minLength": 1, "maxLength": _LONGEST_REQUIREMENT}
    kinds: dict[str, Schema] = {
        "flag": {"type": "boolean"},
        "integer": {"type": "integer"},
        "requirement": requirement,
        "platform": requirement,
        "requirements": {
            "type": "object",
            "propertyNames": _grammar(rule.grammar),
            "additionalProperties": requirement,
        },
        "table": {"type": "object"},
        "free": {},
        "texts": {"type": "array", "items": _text(rule), "uniqueItems": True},
    }
    return kinds.get(rule.kind) or _text(rule)


def _text(rule: KeyRule) -> Schema:
    if rule.choices:
        return {"type": "string", "enum": [*rule.choices, *([""] if rule.may_be_empty else [])]}
    text = {"type": "string", **_grammar(rule.grammar)}
    return {"anyOf": [text, {"const": ""}]} if rule.may_be_empty else text


def _grammar(grammar: Grammar) -> Schema:
    """A grammar matches in full and leaves keywords out; of names that become identifiers `-` counts as `_`."""
    schema: Schema = {"pattern": f"^(?:{grammar.pattern.pattern})$", "maxLength": grammar.longest}
    return schema | {"not": {"enum": sorted(RUST_KEYWORDS)}} if grammar.is_identifier else schema
