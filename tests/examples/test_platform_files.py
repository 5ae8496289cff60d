"""The example's files agree with each other; no compiler is needed to see that."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

PLATFORM = Path(__file__).parents[2] / "examples" / "platform"
MODULES = sorted(path.parent for path in PLATFORM.glob("crates/*/rustok-module.toml"))


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _catalog() -> dict[str, Any]:
    return YAML(typ="safe").load(PLATFORM / ".modwright" / "catalog.yaml")["modules"]


def test_the_catalog_has_every_module_and_no_other():
    assert {entry["path"] for entry in _catalog().values()} == {f"crates/{folder.name}" for folder in MODULES}


@pytest.mark.parametrize("folder", MODULES, ids=lambda folder: folder.name)
def test_a_module_s_description_agrees_with_its_crate(folder):
    module, package = _toml(folder / "rustok-module.toml"), _toml(folder / "Cargo.toml")["package"]
    assert package["name"] == folder.name == f"platform-{module['module']['slug']}"
    assert package["version"] == module["module"]["version"]
    assert f"pub struct {module['crate']['entry_type']};" in (folder / "src" / "lib.rs").read_text()


@pytest.mark.parametrize("folder", MODULES, ids=lambda folder: folder.name)
def test_a_module_s_code_names_the_modules_that_its_description_does(folder):
    needed = list(_toml(folder / "rustok-module.toml").get("dependencies", {}))
    listed = "&[" + ", ".join(f'"{slug}"' for slug in needed) + "]"
    assert needed == [] or listed in (folder / "src" / "lib.rs").read_text()
    assert set(needed) <= set(_catalog())


def test_every_package_builds_with_an_old_compiler_and_the_lock_file_suits_it():
    for manifest in PLATFORM.glob("*/*/Cargo.toml"):
        assert _toml(manifest)["package"]["rust-version"] == "1.63", manifest
    lock = _toml(PLATFORM / "Cargo.lock")
    assert lock["version"] == 3
    assert not any("source" in package for package in lock["package"]), "a crate from outside"


def test_what_is_enabled_is_installed():
    manifest = _toml(PLATFORM / "modules.toml")
    assert set(manifest["settings"]["default_enabled"]) <= set(manifest["modules"]) <= set(_catalog())


def test_environments_follow_one_that_exists():
    environments = YAML(typ="safe").load(PLATFORM / ".modwright" / "config.yaml")["environments"]
    names = [environment["name"] for environment in environments]
    assert names == ["staging", "production"]
    assert all(environment.get("after") in {None, *names} for environment in environments)
    assert [check["name"] for check in environments[0]["checks"]] == [
        check["name"] for check in environments[1]["checks"]
    ]
