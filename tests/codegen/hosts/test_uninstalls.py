"""What an uninstall takes out, what it leaves in and why, and what it tells a person to change."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from codegen import Edits, Refused
from tests.codegen.hosts.changed import TYPELESS, Files, after, drift, edited, install, modules, platform, uninstall
from tests.codegen.hosts.half_edits import ADMIN, INDEX, SCREENS, SERVER
from tests.codegen.hosts.oracle import violations
from tests.codegen.hosts.test_installs import MIGRATOR, of_places
from tests.codegen.hosts.trees import compile_tree, registered
from tests.codegen.hosts.whole_edit import DISTRIBUTION, SOURCE

MIGRATIONS = "crates/rustok-migrations/Cargo.toml"
# How many places stay in which file.
SCHEMA = Counter({MIGRATIONS: 1, MIGRATOR: 2})
LINKS = Counter({INDEX: 1})
SCREEN = Counter({SCREENS: 1})
# Other packages take the crate from the workspace.
ROOT = Counter({"Cargo.toml": 1})
WIRING = Counter({SERVER: 2, DISTRIBUTION: 2, SOURCE: 1})
# Which modules go together, and what of them stays.
STAYS: dict[tuple[str, ...], Counter[str]] = {
    ("media",): SCHEMA + LINKS + ROOT + WIRING,
    ("market",): LINKS,
    ("market", "market_seller"): SCHEMA + LINKS + LINKS + SCREEN + ROOT,
    ("pages",): SCHEMA + LINKS + ROOT + WIRING + SCREEN,
    ("reactions",): SCHEMA + LINKS,
    ("fields",): SCHEMA + ROOT,
    ("assistant",): Counter(),
    (TYPELESS,): ROOT,
}
GONE = list(STAYS)
OTHERS = [
    *(("build_script", gone) for gone in (("photo_album",), ("pages",), ("pages", "content"))),
    *(("chain", gone) for gone in (("blog",), ("content",), ("index", "forum"))),
]
# A feature of the panel that hands on to a screen.
PREVIEW = '["rustok-pages-admin/preview"]'


def kept(edits: Edits) -> Counter[str]:
    return Counter(one.path for one in edits.kept)


def by_hand(files: Files, edits: Edits) -> Files:
    """The files once a person has changed what they were told to."""
    told = {one.path for one in edits.references if not one.holds and one.dropped is None}
    return edited(files, STOREFRONT_SOURCE, SHOWN, HIDDEN) if STOREFRONT_SOURCE in told else files


STOREFRONT_SOURCE = "apps/storefront/src/lib.rs"
SHOWN = "rustok_shop_storefront::screen()"
HIDDEN = 'rustok_ui_core::Screen { title: "" }'


@pytest.mark.parametrize("gone", GONE, ids=" ".join)
def test_an_uninstall_leaves_nothing_to_object_to(gone: tuple[str, ...]) -> None:
    files = platform("distribution")
    edits = uninstall(files, *gone)
    assert {entry.slug for entry in edits.delta.removed} == set(gone)
    assert violations(after(files, edits)) == []
    assert [one for one in drift(after(files, edits)) if not one.by_hand] == []


@pytest.mark.parametrize(("name", "gone"), OTHERS)
def test_an_uninstall_on_a_platform_of_an_earlier_day_leaves_nothing_to_object_to(
    name: str, gone: tuple[str, ...]
) -> None:
    files = platform(name)
    edits = uninstall(files, *gone)
    assert of_places(after(files, edits), name) == []
    assert drift(after(files, edits)) == []
    assert {one.path for one in edits.kept} <= {"Cargo.toml"}
    assert edits.references == ()


@pytest.mark.parametrize("gone", GONE, ids=" ".join)
def test_what_stays_is_what_is_told(gone: tuple[str, ...]) -> None:
    files = platform("distribution")
    edits = uninstall(files, *gone)
    assert kept(edits) == STAYS[gone]
    left = after(files, edits)
    for one in edits.kept:
        assert left[one.path].decode().count(one.module.replace("_", "-")) > 0 or one.module in left[one.path].decode()


@pytest.mark.parametrize("gone", GONE, ids=" ".join)
def test_a_second_uninstall_writes_nothing(gone: tuple[str, ...]) -> None:
    files = platform("distribution")
    assert uninstall(after(files, uninstall(files, *gone)), *gone).files == {}


@pytest.mark.parametrize("gone", GONE, ids=" ".join)
def test_a_reference_names_a_line_that_speaks_of_the_module(gone: tuple[str, ...]) -> None:
    files = platform("distribution")
    edits = uninstall(files, *gone)
    left = after(files, edits)
    for one in edits.references:
        line = left[one.path].decode().splitlines()[one.line - 1].replace("_", "-")
        names = [*gone, one.found.partition(" = ")[0] if one.path.endswith(".toml") else gone[0]]
        assert any(name.replace("_", "-") in line for name in names), one


def test_a_feature_that_holds_a_module_is_named_with_its_line() -> None:
    edits = uninstall(platform("distribution"), "media")
    (only,) = edits.references
    line = platform("distribution")[SERVER].decode().splitlines()[only.line - 1]
    assert (only.path, only.holds, line) == (SERVER, True, "shop-assets = [")
    assert {one.why for one in edits.kept if one.path == SOURCE} == {f"{SERVER}:{only.line} refers to it"}


def test_a_module_that_stays_on_by_default_is_told_with_the_chain_that_turns_it_on() -> None:
    files = platform("distribution")
    (only,) = drift(after(files, uninstall(files, "media")))
    assert (only.path, only.module, only.by_hand) == (SERVER, "media", True)
    assert "default → shop-assets → mod-media" in only.hint


def test_migrations_stay_because_a_database_may_have_them() -> None:
    edits = uninstall(platform("distribution"), "reactions")
    assert {one.why for one in edits.kept if one.path == MIGRATOR} == {
        "a migration that a database has applied must stay known to the migrator"
    }


def test_code_that_shows_a_screen_that_is_gone_is_for_a_person() -> None:
    edits = uninstall(platform("distribution"), "market", "shop")
    told = [(one.path, one.line, one.found) for one in edits.references if not one.holds]
    assert told == [(STOREFRONT_SOURCE, 5, "rustok_shop_storefront::")]


def test_a_feature_that_hands_on_to_a_screen_that_is_gone_no_longer_does() -> None:
    """Cargo reads no workspace of which a feature names what is no dependency."""
    files = platform("distribution")
    edits = uninstall(files, "pages")
    (only,) = [one for one in edits.references if one.dropped is not None]
    assert (only.path, only.found) == (ADMIN, "pages-preview = […rustok-pages-admin/preview…]")
    assert PREVIEW in files[ADMIN].decode().splitlines()[only.line - 1]
    assert b"pages-preview = []" in after(files, edits)[ADMIN]


@pytest.mark.parametrize(
    ("name", "module", "by"),
    [
        ("distribution", "content", {"shop", "pages"}),
        ("distribution", "shop", {"market"}),
        ("distribution", "market_seller", {"market"}),
        ("build_script", "content", {"pages"}),
    ],
)
def test_what_others_need_stays(name: str, module: str, by: set[str]) -> None:
    with pytest.raises(Refused) as caught:
        uninstall(platform(name), module)
    assert caught.value.reason == "ModuleNeeded"
    assert {re.split(r"[ )]", row.want.partition("needed by ")[2])[0] for row in caught.value.rows} == by


@pytest.mark.parametrize(("name", "module"), [("distribution", "auth"), ("build_script", "cache")])
def test_what_the_platform_requires_stays(name: str, module: str) -> None:
    with pytest.raises(Refused) as caught:
        uninstall(platform(name), module)
    assert caught.value.reason == "ModuleRequired"


def test_a_module_that_something_installed_with_it_needs_goes_with_it() -> None:
    files = platform("distribution")
    installed = after(files, install(files, "wishlist"))
    left = after(installed, uninstall(installed, "wishlist", "gift"))
    assert modules(left) == modules(files)
    assert violations(left) == []


@pytest.mark.slow
@pytest.mark.parametrize("gone", [*GONE, ("market", "shop")], ids=" ".join)
def test_what_is_left_compiles(gone: tuple[str, ...], workshop: Path) -> None:
    """Server, distribution, migrator and both hosts of screens; a module that something holds on is still there."""
    files = platform("distribution")
    edits = uninstall(files, *gone)
    left = by_hand(after(files, edits), edits)
    done = compile_tree(left, workshop / "distribution")
    assert done.returncode == 0, done.stderr
    still_on = {str(one.module) for one in drift(left) if one.path == SERVER}
    assert registered(left, workshop / "distribution") == (modules(left) - {TYPELESS}) | still_on
    assert still_on <= {"media", "shop"}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "gone"), OTHERS)
def test_what_is_left_of_an_earlier_platform_compiles(name: str, gone: tuple[str, ...], workshop: Path) -> None:
    files = platform(name)
    left = after(files, uninstall(files, *gone))
    done = compile_tree(left, workshop / name)
    assert done.returncode == 0, done.stderr
    assert registered(left, workshop / name) == modules(left)
