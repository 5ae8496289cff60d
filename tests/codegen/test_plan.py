"""A plan as a value: what it says of a change is what the change does."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from codegen.change import Change, Install, SetDefaultEnabled, SetFeatures, Uninstall
from codegen.lint.manifest import read_manifest
from codegen.names import ModuleName
from codegen.planning.plan import FeatureEdit, FileEdit, Migrations, Plan, make_plan
from codegen.planning.plan_text import plan_document
from tests.codegen.hosts.trees import put, tree

SERVER, DISTRIBUTION = "apps/server/Cargo.toml", "crates/rustok-distribution/Cargo.toml"
TAX, WISHLIST, LOYALTY = (Install(ModuleName(name)) for name in ("tax", "wishlist", "loyalty"))
MEDIA, MARKET, SHOP, PAGES = (Uninstall(ModuleName(name)) for name in ("media", "market", "shop", "pages"))
MEDIA_ON = SetDefaultEnabled(ModuleName("media"), enabled=True)
ASSETS = SetFeatures(ModuleName("media"), ("films", "pictures"))
REQUESTS: Mapping[str, tuple[Change, ...]] = {
    "install": (TAX,),
    "install with what it needs": (WISHLIST,),
    "install what is wired": (LOYALTY,),
    "uninstall what is referred to": (MEDIA,),
    "uninstall two": (MARKET, SHOP),
    "features": (ASSETS,),
    "all at once": (WISHLIST, MARKET, MEDIA_ON, ASSETS),
}


@pytest.fixture
def files() -> dict[str, bytes]:
    return tree("distribution")


def after(files: Mapping[str, bytes], plan: Plan) -> dict[str, bytes]:
    texts = {file.path: file.text for file in plan.files}
    return {**files, **{path: text.encode() for path, text in texts.items() if text is not None}}


def features(plan: Plan) -> set[tuple[str, str, str]]:
    return {(edit.path, edit.feature, edit.what) for edit in plan.features}


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_git_makes_the_texts_of_the_diffs(tmp_path: Path, files: dict[str, bytes], name: str, newline: str) -> None:
    files = {path: text.replace(b"\n", newline.encode()) for path, text in files.items()}
    plan = make_plan(files, REQUESTS[name])
    put(files, tmp_path)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, capture_output=True)
    diff = "".join(file.diff for file in plan.files).encode()
    command = ["git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"]
    done = subprocess.run(command, cwd=tmp_path, input=diff, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {path: (tmp_path / path).read_bytes() for path in files} == after(files, plan)


def test_a_last_line_without_an_end_is_one_for_git_too(tmp_path: Path, files: dict[str, bytes]) -> None:
    files["modules.toml"] = files["modules.toml"].replace(b"\n\n[settings]", b"\n[settings]").rstrip(b"\n")
    plan = make_plan(files, [TAX, MEDIA_ON])
    put(files, tmp_path)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, capture_output=True)
    diff = "".join(file.diff for file in plan.files).encode()
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=diff, check=True)
    assert {path: (tmp_path / path).read_bytes() for path in files} == after(files, plan)


@pytest.mark.parametrize("name", REQUESTS)
def test_the_delta_is_what_the_new_manifest_differs_by(files: dict[str, bytes], name: str) -> None:
    plan = make_plan(files, REQUESTS[name])
    before = read_manifest(files["modules.toml"].decode(), path="modules.toml").modules
    now = read_manifest(after(files, plan)["modules.toml"].decode(), path="modules.toml").modules
    assert {entry.slug for entry in plan.delta.added} == now.keys() - before.keys()
    assert {entry.slug for entry in plan.delta.removed} == before.keys() - now.keys()
    changed = {slug for slug in now.keys() & before.keys() if now[slug] != before[slug]}
    assert {entry.slug for _, entry in plan.delta.changed} == changed


@pytest.mark.parametrize("name", REQUESTS)
def test_every_file_of_a_plan_differs_and_each_is_there_once(files: dict[str, bytes], name: str) -> None:
    plan = make_plan(files, REQUESTS[name])
    paths = [file.path for file in plan.files]
    assert paths == sorted(set(paths))
    for file in plan.files:
        assert file.text is not None
        assert file.text.encode() != files[file.path]


@pytest.mark.parametrize("name", REQUESTS)
def test_after_a_plan_the_same_request_is_so_already(files: dict[str, bytes], name: str) -> None:
    plan = make_plan(files, REQUESTS[name])
    again = make_plan(after(files, plan), REQUESTS[name])
    assert again.is_empty
    assert again.delta.is_empty
    assert (again.features, again.migrations, again.rebuild, again.undo) == ((), (), None, None)


@pytest.mark.parametrize("name", REQUESTS)
def test_a_plan_survives_json(files: dict[str, bytes], name: str) -> None:
    plan = make_plan(files, REQUESTS[name])
    document: dict[str, Any] = json.loads(json.dumps(plan_document(plan)))
    assert tuple(FileEdit(**one) for one in document["files"]) == plan.files
    assert tuple(FeatureEdit(**one) for one in document["features"]) == plan.features
    assert tuple(Migrations(**one) for one in document["migrations"]) == plan.migrations
    assert document["delta"] == json.loads(plan.delta.canonical_json())
    assert (document["because"], document["warnings"]) == (dict(plan.because), list(plan.warnings))


def test_why_each_module_comes_is_said(files: dict[str, bytes]) -> None:
    assert make_plan(files, [WISHLIST]).because == {"wishlist": "requested", "gift": "wishlist needs it"}


def test_features_that_come_and_go_are_told_from_those_that_are_turned_on_and_off(files: dict[str, bytes]) -> None:
    assert features(make_plan(files, [TAX])) == {
        (SERVER, "mod-tax", "declared"),
        (SERVER, "mod-tax", "on by default"),
        (DISTRIBUTION, "mod-tax", "declared"),
    }
    assert features(make_plan(files, [LOYALTY])) == {(SERVER, "mod-loyalty", "on by default")}
    assert features(make_plan(files, [MARKET])) == {
        (SERVER, "mod-market", "removed"),
        (SERVER, "mod-market", "off by default"),
        (DISTRIBUTION, "mod-market", "removed"),
    }
    # Its feature is there still, for the sake of what refers to it, and is on through another one.
    assert features(make_plan(files, [MEDIA])) == set()


def test_migrations_arrive_with_a_module_that_has_some_and_stay_when_it_goes(files: dict[str, bytes]) -> None:
    found = {name: make_plan(files, request).migrations for name, request in REQUESTS.items()}
    said = {name: {(one.module, one.what) for one in migrations} for name, migrations in found.items()}
    assert said["install"] == said["features"] == set()
    assert said["install with what it needs"] == {("wishlist", "arrive"), ("gift", "arrive")}
    assert said["uninstall two"] == {("shop", "stay")}
    assert all(one.why for migrations in found.values() for one in migrations)


def test_what_is_compiled_again_is_named_and_counted_among_all_that_is_built(files: dict[str, bytes]) -> None:
    rebuild = make_plan(files, [WISHLIST]).rebuild
    assert rebuild is not None
    screens = {"rustok-wishlist-admin", "rustok-admin", "rustok-wishlist-storefront", "rustok-storefront"}
    wired = {"rustok-distribution", "rustok-migrations", "rustok-server"}
    assert set(rebuild.members) == {"rustok-wishlist", "rustok-gift", *screens, *wired}
    assert rebuild.of == 30
    assert set(rebuild.members) <= set(rebuild.crates)


def test_what_stays_of_a_module_is_told_by_place_with_its_reason(files: dict[str, bytes]) -> None:
    kept = make_plan(files, [MEDIA]).kept
    assert {one.module for one in kept} == {"media"}
    for_others = {one.path for one in kept if not one.stays}
    assert {SERVER, DISTRIBUTION, "crates/rustok-distribution/src/lib.rs"} <= for_others
    assert "crates/rustok-migrations/src/lib.rs" in {one.path for one in kept if one.stays}


def test_code_that_somebody_has_to_change_is_named_by_its_line(files: dict[str, bytes]) -> None:
    plan = make_plan(files, [MARKET, SHOP])
    for one in plan.by_hand:
        line = files[one.path].decode().splitlines()[one.line - 1]
        assert "rustok_shop" in line or "rustok-shop" in line, one
    assert "apps/storefront/src/lib.rs" in {one.path for one in plan.by_hand}
    assert any(warning.startswith("apps/storefront/src/lib.rs names what goes") for warning in plan.warnings)


def test_there_is_one_warning_for_a_module_and_a_reason(files: dict[str, bytes]) -> None:
    plan = make_plan(files, [MARKET, SHOP])
    reasons = {(one.module, one.why) for one in plan.kept}
    stays = [warning for warning in plan.warnings if " stays in " in warning]
    assert len(stays) == len(set(stays)) == len(reasons)
    assert len(plan.warnings) - len(stays) == len({one.path for one in plan.by_hand})
