"""The page of the architecture names the parts that there are."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, page, part

CODEGEN = ROOT / "codegen"


def test_every_module_of_codegen_has_its_job_and_no_other_is_named() -> None:
    rows = [row.split("|") for row in part(page("development/architecture.md"), "## Parts of codegen").splitlines()]
    told = {row[1].strip(" `/"): re.findall(r"`([a-z_]+)`", row[3]) for row in rows if len(row) == 5 and "`" in row[1]}
    folders = {file.parent.name for file in CODEGEN.glob("*/*.py")}
    there = {name: {file.stem for file in (CODEGEN / name).glob("*.py")} - {"__init__"} for name in folders}
    assert {name: set(modules) for name, modules in told.items()} == there
