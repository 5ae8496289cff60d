"""The page of plans names every field of the documents that are printed, and no other."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from codegen import Drift, Finding, Install, ModuleName, Refused, Row, Uninstall
from codegen.command.tree import Folder
from codegen.planning.plan import Plan, make_plan
from codegen.planning.plan_text import drift_document, plan_document, refusal_document
from tests.docs.pages import ROOT, entries, page, part

EXAMPLE = ROOT / "examples" / "platform"


def documented(heading: str) -> list[str]:
    return entries(part(page("reference/plan.md"), heading))


def fields_of(kind: Any, prefix: str) -> Iterator[str]:
    """Every field below a type as the page writes it: `files[].path` where there are many."""
    options = [one for one in get_args(kind) if one is not type(None)]
    if get_origin(kind) is types.UnionType and len(options) == 1:
        yield from fields_of(options[0], prefix)
    elif get_origin(kind) is tuple:
        yield from fields_of(options[0], f"{prefix}[]")
    elif is_dataclass(kind):
        hints = get_type_hints(kind)
        for field in fields(kind):
            yield from fields_of(hints[field.name], f"{prefix}.{field.name}" if prefix else field.name)
    else:
        yield prefix


def of_plan() -> list[str]:
    """The delta's modules are entries of the manifest, whose page is another one."""
    hints = get_type_hints(Plan)
    delta = ["delta.added[]", "delta.removed[]", "delta.changed[]"]
    own = [list(fields_of(hints[name.name], name.name)) for name in fields(Plan) if name.name != "delta"]
    return ["format", *(field for found in own for field in found), *delta]


def test_every_field_of_a_plan_is_documented_and_no_other() -> None:
    assert sorted(documented("## The plan document")) == sorted(of_plan())


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the example platform is not in this checkout")
def test_a_plans_document_has_the_fields_of_a_plan() -> None:
    plan = make_plan(Folder(EXAMPLE), [Install(ModuleName("blog"))])
    document = plan_document(plan)
    assert document["files"]
    assert [*document] == ["format", *(field.name for field in fields(Plan))]
    assert [*document["delta"]] == ["added", "changed", "removed"]
    for name, value in document.items():
        rows = value if isinstance(value, list) else [value]
        for row in (row for row in rows if isinstance(row, dict) and name not in ("delta", "because")):
            prefix = f"{name}[]." if isinstance(value, list) else f"{name}."
            known = {field.removeprefix(prefix).removesuffix("[]") for field in documented("## The plan document")}
            assert {*row} <= known


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the example platform is not in this checkout")
def test_a_plan_that_changes_nothing_has_no_files_and_no_rebuild() -> None:
    document = plan_document(make_plan(Folder(EXAMPLE), [Uninstall(ModuleName("blog"))]))
    assert document["files"] == []
    assert document["rebuild"] is None


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the example platform is not in this checkout")
def test_the_same_plan_has_the_same_document() -> None:
    one, other = (plan_document(make_plan(Folder(EXAMPLE), [Install(ModuleName("blog"))])) for _ in range(2))
    assert one == other


def test_every_field_of_a_refusal_is_documented_and_no_other() -> None:
    refused = Refused("Conflict", "Both.", rows=(Row(subject="blog", want="not there", have="there"),), hint="take one")
    document = refusal_document(refused)
    assert isinstance(document["rows"], list)
    rows = [f"rows[].{name}" for name in document["rows"][0]]
    assert sorted(documented("## A refusal")) == sorted([*(name for name in document if name != "rows"), *rows])


def test_every_field_of_drift_is_documented_and_no_other() -> None:
    document = drift_document([Drift(path="a", problem="b")])
    own = [f"drift[].{name}" for name in document["drift"][0]]
    assert documented("## The drift document") == [*(name for name in document if name != "drift"), *own]


def test_every_field_of_a_finding_is_documented_and_no_other() -> None:
    assert documented("## Findings") == [field.name for field in fields(Finding)]
