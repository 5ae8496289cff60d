"""The page of the architecture names the parts that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, page, part

CODEGEN = ROOT / "codegen"
CONTROLLER = ROOT / "controller"


def told(heading: str) -> dict[str, set[str]]:
    """The folders of a part's tables with the modules that their rows name."""
    rows = [row.split("|") for row in part(page("development/architecture.md"), heading).splitlines()]
    rows = [row for row in rows if len(row) == 5 and row[1].strip().endswith("/`")]
    return {row[1].strip(" `/"): set(re.findall(r"`([a-z_]+)`", row[3])) for row in rows}


def modules_in(folder: Path) -> set[str]:
    return {file.stem for file in folder.glob("*.py")} - {"__init__"}


def test_every_module_of_codegen_has_its_job_and_no_other_is_named() -> None:
    folders = {file.parent.name for file in CODEGEN.glob("*/*.py")}
    assert told("## Parts of codegen") == {name: modules_in(CODEGEN / name) for name in folders}


@pytest.mark.parametrize(
    ("heading", "folders"),
    [("## Faces", ["access", "showing", "serving"]), ("## Audit", ["core/audit", "core/audit/verifying"])],
)
def test_the_modules_of_these_folders_are_told_and_no_other(heading: str, folders: list[str]) -> None:
    assert told(heading) == {name: modules_in(CONTROLLER / name) for name in folders}


def test_every_package_of_the_controller_and_every_port_has_its_row() -> None:
    text = page("development/architecture.md")
    packages = {file.parent.name for file in CONTROLLER.glob("*/__init__.py")}
    assert set(re.findall(r"^\| `controller/([a-z]+)`", part(text, "## Packages"), re.MULTILINE)) == packages
    ports = set(re.findall(r"^class (\w+)\(Protocol\)", (CONTROLLER / "ports.py").read_text(), re.MULTILINE))
    assert set(re.findall(r"^\| `(\w+)` \|", part(text, "## Ports"), re.MULTILINE)) == ports - {"Clock"}
