"""The page of the architecture names the parts that there are."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT, page, part


def test_every_module_of_codegen_has_its_job_and_no_other_is_named() -> None:
    rows = part(page("development/architecture.md"), "## Parts of codegen").splitlines()
    named = [name for row in rows if row.startswith("| ") for name in re.findall(r"`([a-z_/]+)`", row.split("|")[2])]
    files = {file.stem for file in (ROOT / "codegen").glob("*.py")} - {"__init__", "__main__"}
    assert sorted(name for name in named if name != "hosts/") == sorted(files)
