"""The platform's demands as told here: silent on the platforms as they stand, and heard wherever an edit is half done."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.codegen.hosts.half_edits import HALF_EDITS, HalfEdit
from tests.codegen.hosts.oracle import violations
from tests.codegen.hosts.trees import NAMES, tree

HERE = Path(__file__).parent
TOLD = ("oracle.py", "oracle_pages.py", "oracle_screens.py", "platform_facts.py")


@pytest.mark.parametrize("name", NAMES)
def test_a_platform_at_rest_breaks_no_demand(name: str) -> None:
    assert violations(tree(name)) == []


@pytest.mark.parametrize("edit", HALF_EDITS.values(), ids=HALF_EDITS.keys())
def test_a_half_edit_is_heard(edit: HalfEdit) -> None:
    found = violations(edit.applied(tree("distribution")))
    assert any(edit.said in sentence for sentence in found), found


@pytest.mark.parametrize(
    "path",
    sorted(path for path in tree("distribution") if path.startswith("docs/modules/") or path.endswith(".example")),
)
def test_a_page_that_is_gone_is_missed_on_a_platform_of_today(path: str) -> None:
    files = {name: content for name, content in tree("distribution").items() if name != path}
    assert f"{path} is missing" in violations(files)


def test_the_ends_of_lines_make_no_difference() -> None:
    files = {path: content.replace(b"\n", b"\r\n") for path, content in tree("distribution").items()}
    assert violations(files) == []


@pytest.mark.parametrize("name", TOLD)
def test_the_demands_share_nothing_with_what_they_judge(name: str) -> None:
    nodes = list(ast.walk(ast.parse((HERE / name).read_text(encoding="utf-8"))))
    imported = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert not [module for module in imported if module.split(".")[0] in ("codegen", "tomlkit")]
