"""Configuration, settings and policies with something wrong in them: file, line, key, found, allowed, what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bad_input.command_line import contents, demand_one_error, typed

pytestmark = pytest.mark.slow

POLICIES = Path(__file__).parents[2] / "policies"

CONFIGURATIONS = {
    "unknown key": ("promotion: latest", "promotoin: latest", ("promotoin", "unknown key", "promotion")),
    "unknown value": ("promotion: latest", "promotion: always", ("promotion", "'always'", "every | latest")),
    "unknown key within": ("approval: { mode", "approval: { colour: red, mode", ("approval.colour", "unknown key")),
    "a key twice": ("release_on: modules", "release_on: modules\nrelease_on: every", ("duplicate",)),
    "no YAML": ("promotion: latest", "promotion: [", ("allowed",)),
    "no duration": ("soak: 0s", "soak: soon", ("soak", "'soon'", "allowed")),
}


@pytest.mark.parametrize("case", CONFIGURATIONS)
def test_a_bad_configuration_is_one_error_at_its_line(root: Path, committed: Callable[[], Path], case: str) -> None:
    old, new, wanted = CONFIGURATIONS[case]
    file = root / ".modwright/config.yaml"
    text = file.read_text()
    file.write_text(text.replace(old, new, 1))
    line = text[: text.index(old)].count("\n") + 1
    committed()
    before = contents(root)
    ended = typed("plan", "--install", "gallery", folder=root)
    demand_one_error(ended, "config.yaml:", *wanted, "hint: ")
    assert line <= int(ended.words.split("config.yaml:")[1].split(":")[0]) <= line + 3
    assert contents(root) == before


def settings(folder: Path, **changes: Any) -> Path:
    """A settings file that is right but for the changes, one line a key."""
    right: dict[str, Any] = {
        "forge": {
            "repository": "acme/platform",
            "git": "http://127.0.0.1:9/x.git",
            "app_id": 7,
            "private_key_file": "k",
        },
        "images": {"registry": "127.0.0.1:9"},
        "processes": {"url": "http://127.0.0.1:9", "token_file": "t"},
        "state": "state",
        "signing_key_file": "s",
        "tokens_file": "a",
        "webhook_secret_files": ["w"],
    }
    file = folder / "controller.json"
    file.write_text(json.dumps({**right, **changes}, indent=1))
    return file


SETTINGS: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "unknown key": ({"colour": "red"}, ("colour", "an unknown key", "allowed: forge, images")),
    "unknown key within": ({"listen": {"prot": 1}}, ("listen.prot", "an unknown key", "allowed: host, port")),
    "not a number": ({"sweep": "soon"}, ("sweep", "'soon'", "allowed")),
    "out of range": ({"listen": {"port": 99999}}, ("listen.port", "99999", "65535")),
    "unknown level": ({"log": {"level": "loud"}}, ("log.level", "'loud'", "'debug'")),
    "no repository": ({"images": {}}, ("images.registry", "nothing", "needed")),
}


@pytest.mark.parametrize("case", SETTINGS)
def test_bad_settings_are_one_error_at_their_line_and_nothing_is_started(tmp_path: Path, case: str) -> None:
    changes, wanted = SETTINGS[case]
    file = settings(tmp_path, **changes)
    before = contents(tmp_path)
    ended = typed("serve", "--settings", file, folder=tmp_path)
    demand_one_error(ended, f"{file}:", *wanted, "hint: ")
    line = int(ended.words.split(f"{file}:")[1].split(":")[0])
    assert next(iter(changes)) in "\n".join(file.read_text().splitlines()[max(0, line - 2) : line])
    assert contents(tmp_path) == before


def test_settings_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    demand_one_error(typed("serve", "--settings", "broken.json", folder=tmp_path), "broken.json:", "hint: ")
    demand_one_error(typed("serve", "--settings", "none.json", folder=tmp_path), "none.json", "hint: ")
    demand_one_error(typed("serve", folder=tmp_path), "--settings", "MODWRIGHT_SETTINGS")


def test_a_secret_that_is_not_there_is_named_by_its_file(tmp_path: Path) -> None:
    ended = typed("serve", "--settings", settings(tmp_path), folder=tmp_path)
    demand_one_error(ended, str(tmp_path), "cannot be read", "hint: ")


BAD_POLICIES = {
    "unknown key": ("format: 1\n", "format: 1\ncolour: red\n", ("colour", "allowed")),
    "no CEL": ("require: >-\n", "require: >-\n  ((\n  ", ("require",)),
    "a key twice": ("format: 1\n", "format: 1\nformat: 1\n", ("format",)),
    "another format": ("format: 1\n", "format: 7\n", ("format", "7")),
}


@pytest.mark.parametrize("case", BAD_POLICIES)
def test_a_bad_policy_is_one_error_at_its_line(tmp_path: Path, case: str) -> None:
    old, new, wanted = BAD_POLICIES[case]
    shutil.copytree(POLICIES, tmp_path / "policies")
    file = tmp_path / "policies/approval.yaml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    ended = typed("policy", "test", "--dir", "policies", folder=tmp_path)
    demand_one_error(ended, "policies/approval.yaml:", *wanted, "hint: ")


def test_a_policy_whose_case_does_not_hold_differs(tmp_path: Path) -> None:
    shutil.copytree(POLICIES, tmp_path / "policies")
    file = tmp_path / "policies/approval.yaml"
    file.write_text(file.read_text().replace("expect: allow", "expect: deny", 1))
    assert typed("policy", "test", "--dir", "policies", folder=tmp_path).code == 1
