"""The workflows keep what their safety rests on. (`actionlint` and `zizmor` judge the rest.)"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PLATFORM = ROOT / "examples" / "platform"
REUSABLE = ROOT / ".github" / "workflows" / "image.yml"
CALLER = PLATFORM / ".github" / "workflows" / "modwright-image.yml"
WORKFLOWS = [*sorted((ROOT / ".github" / "workflows").glob("*.yml")), CALLER]


def _read(path: Path) -> dict[str, Any]:
    return YAML(typ="safe").load(path)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_everything_used_is_pinned_and_nothing_is_allowed_by_default(path):
    used = re.findall(r"uses: (\S+)(.*)", path.read_text())
    assert used
    for name, comment in used:
        assert re.search(r"@[0-9a-f]{40}$", name), name
        assert comment.strip().startswith("# v") or "modwright" in name, name
    assert _read(path)["permissions"] == {}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_expression_stands_in_a_script(path):
    for job in _read(path)["jobs"].values():
        for step in job.get("steps", []):
            assert "${{" not in step.get("run", ""), step["name"]


def test_the_job_that_runs_the_commit_s_code_sees_no_secret():
    build = _read(REUSABLE)["jobs"]["build"]
    assert "secrets." not in str(build)
    assert build["permissions"] == {"contents": "read"}
    assert all(
        step["with"]["persist-credentials"] is False for step in build["steps"] if "checkout" in step.get("uses", "")
    )


def test_the_job_that_holds_the_token_runs_nothing_of_the_commit():
    publish = _read(REUSABLE)["jobs"]["publish"]
    scripts = [step["run"] for step in publish["steps"] if "run" in step]
    assert all(script.startswith("python3 -m images ") for script in scripts)
    assert all(step["env"]["PYTHONPATH"] == "modwright" for step in publish["steps"] if "run" in step)


def test_the_platform_s_workflow_builds_from_the_inputs_of_its_configuration():
    paths = _read(CALLER)["jobs"]["image"]["with"]["paths"].split()
    configuration = _read(PLATFORM / ".modwright" / "config.yaml")
    assert paths == configuration["image"]["inputs"]
    assert _read(CALLER)["jobs"]["image"]["with"]["repository"] == configuration["image"]["repository"]
    assert configuration["image"]["workflow"] == CALLER.name


def test_the_tools_come_from_the_commit_that_the_workflow_is_pinned_to():
    job = _read(CALLER)["jobs"]["image"]
    assert job["uses"].partition("@")[2] == job["with"]["modwright"]
