"""Whole plans on the platforms, file by file: the tree and the change give exactly `after` (only files that differ).

After an intended change of the output: `GOLDEN=write python -m pytest tests/codegen/hosts/test_golden_hosts.py`; read
the diff.
"""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from codegen import Install, ModuleName, Uninstall, plan_changes
from codegen.command.tree import Folder
from codegen.command.writing import write_files
from tests.codegen.hosts.changed import PRESET_OF, after, drift, platform

GOLDEN = Path(__file__).parents[1] / "golden_hosts"
CASES = sorted(path.parent for path in GOLDEN.glob("*/*/change.json"))
TREE_OF = {preset: tree for tree, preset in PRESET_OF.items()}
VERBS = {"install": Install, "uninstall": Uninstall}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_a_plan_writes_exactly_the_golden_files(case: Path) -> None:
    before = platform(TREE_OF[case.parent.name])
    told = json.loads((case / "change.json").read_text())
    edits = plan_changes(before, [VERBS[row["change"]](ModuleName(row["module"])) for row in told])
    assert edits.host == case.parent.name
    if os.environ.get("GOLDEN") == "write":
        shutil.rmtree(case / "after", ignore_errors=True)
        (case / "after").mkdir()
        write_files(case / "after", edits.files)
    assert dict(edits.files) == dict(Folder(case / "after"))
    assert [one for one in drift(after(before, edits)) if not one.by_hand] == []


def test_there_is_a_golden_install_and_a_golden_uninstall_of_every_preset() -> None:
    names = {(case.parent.name, case.name.split("-")[0]) for case in CASES}
    assert names >= {(preset, verb) for preset in TREE_OF for verb in VERBS}
