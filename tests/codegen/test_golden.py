"""Whole plans, file by file: `golden/<case>/before` and the change give exactly `after` (only the files that differ).

After an intended change of the output: `GOLDEN=write python -m pytest tests/codegen/test_golden.py`; read the diff.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen import (
    Change,
    Install,
    ModuleName,
    SetDefaultEnabled,
    SetFeatures,
    Uninstall,
    check,
    plan_changes,
    plan_delta,
)
from codegen.command.tree import Folder
from codegen.command.writing import write_files

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path for path in GOLDEN.iterdir() if path.is_dir())
VERBS: dict[str, Callable[..., Change]] = {
    "install": Install,
    "uninstall": Uninstall,
    "features": lambda module, features: SetFeatures(module, tuple(features)),
    "default-enabled": lambda module, enabled: SetDefaultEnabled(module, enabled=enabled),
}


def changes(case: Path) -> list[Change]:
    told: list[dict[str, Any]] = json.loads((case / "change.json").read_text())
    return [VERBS[row.pop("change")](ModuleName(row.pop("module")), **row) for row in told]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_plan_writes_exactly_the_golden_files(case: Path) -> None:
    before = dict(Folder(case / "before"))
    assert check(before) == ()
    edits = plan_changes(before, changes(case))
    if os.environ.get("GOLDEN") == "write":
        shutil.rmtree(case / "after", ignore_errors=True)
        (case / "after").mkdir()
        write_files(case / "after", edits.files)
    assert dict(edits.files) == dict(Folder(case / "after"))
    after = {**before, **{path: content for path, content in edits.files.items() if content is not None}}
    assert check(after) == ()
    if not edits.delta.removed:
        assert {**after, **plan_delta(after, edits.delta.inverse()).files} == before
