"""`modwright policy test` on folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from controller.cli.policy import policy
from controller.core.errors import Terminal

ROOT = Path(__file__).parents[3]
WRONG = (
    "format: 1\nname: r\ndescription: d\nmessage: m\nrequire: 'false'\ncases: [{name: c, input: {}, expect: allow}]\n"
)


def test_the_defaults_pass() -> None:
    result = CliRunner().invoke(policy, ["test", "--dir", str(ROOT / "policies")])

    assert result.exit_code == 0
    assert "ok    required-modules: nothing goes" in result.stdout
    assert result.stderr.endswith(", 0 failed\n")


def test_a_case_that_does_not_hold_is_named_and_ends_with_exit_1(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(WRONG)

    result = CliRunner().invoke(policy, ["test", "--dir", str(tmp_path)])

    assert result.exit_code == 1
    assert "FAIL  r: c: expected allow, found deny (m)" in result.stdout


def test_json_tells_each_case(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(WRONG)

    result = CliRunner().invoke(policy, ["test", "--json", "--dir", str(tmp_path)])

    assert json.loads(result.stdout)[0]["holds"] is False


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_folder_without_policies_is_an_error(tmp_path: Path, name: str) -> None:
    result = CliRunner().invoke(policy, ["test", "--dir", str(tmp_path / name)])

    assert isinstance(result.exception, Terminal)
    assert result.exception.hint
