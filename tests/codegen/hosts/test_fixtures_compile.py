"""The three platforms are what they claim to be: they compile as cargo would write them, and say what they hold."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.codegen.hosts.half_edits import MANIFEST, SERVER, STOREFRONT, HalfEdit
from tests.codegen.hosts.oracle import violations
from tests.codegen.hosts.trees import NAMES, compile_tree, registered, tree
from tests.codegen.hosts.whole_edit import tax_installed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not installed"),
]

DISTRIBUTION = "crates/rustok-distribution"
FEATURES = tomllib.loads(tree("distribution")[SERVER].decode())["features"]
MODULE_FEATURES = sorted(name for name in FEATURES if name.startswith("mod-"))
# What no build holds: the crate of this extension has no module type.
WITHOUT_TYPE = {"stream_connector"}

BROKEN = {
    "a type of another name": HalfEdit(
        f"{DISTRIBUTION}/src/lib.rs", "rustok_media::MediaModule", "rustok_media::PictureModule", "E0425"
    ),
    "a feature that brings no crate": HalfEdit(
        f"{DISTRIBUTION}/Cargo.toml", 'mod-media = ["dep:rustok-media"]', "mod-media = []", "rustok_media"
    ),
    "a feature that nobody declares": HalfEdit(
        f"{DISTRIBUTION}/src/lib.rs", 'feature = "mod-media"', 'feature = "mod-film"', "unexpected `cfg` condition"
    ),
    "a crate that the lock does not list": HalfEdit(
        SERVER,
        "rustok-cache.workspace = true",
        "rustok-cache.workspace = true\nrustok-gift.workspace = true",
        "--locked",
    ),
    "a step of the schema without its crate": HalfEdit(
        "crates/rustok-migrations/src/lib.rs", "rustok_media::migrations", "rustok_gift::migrations", "rustok_gift"
    ),
    "a dependency that the workspace does not know": HalfEdit(
        "Cargo.toml", 'rustok-media = { path = "crates/rustok-media" }\n', "", "rustok-media"
    ),
    "a screen that the visitors' page shows": HalfEdit(
        STOREFRONT, '  "dep:rustok-shop-storefront",\n  "rustok-shop-storefront/ssr",\n', "", "rustok_shop_storefront"
    ),
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the trees are compiled, each in a folder of its own that is warm for the next look at it."""
    root = tmp_path_factory.mktemp("hosts")
    yield root
    shutil.rmtree(root)


def installed(name: str) -> set[str]:
    return set(tomllib.loads(tree(name)[MANIFEST].decode())["modules"]) - WITHOUT_TYPE


@pytest.mark.parametrize("name", NAMES)
def test_a_platform_compiles_with_the_lock_that_it_has(name: str, folders: Path) -> None:
    done = compile_tree(tree(name), folders / name)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_the_server_holds_what_the_manifest_names(name: str, folders: Path) -> None:
    assert registered(tree(name), folders / name) == installed(name)


@pytest.mark.parametrize("feature", MODULE_FEATURES)
def test_each_feature_stands_alone(feature: str, folders: Path) -> None:
    done = compile_tree(tree("distribution"), folders / "distribution", features=[feature])
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("package", ["rustok-admin", "rustok-storefront"])
@pytest.mark.parametrize("feature", ["csr", "hydrate", "ssr"])
def test_a_host_of_screens_compiles_in_each_way_of_drawing(package: str, feature: str, folders: Path) -> None:
    done = compile_tree(tree("distribution"), folders / "distribution", features=[feature], package=package)
    assert done.returncode == 0, done.stderr


def test_a_feature_brings_the_modules_that_its_own_needs(folders: Path) -> None:
    required = registered(tree("distribution"), folders / "distribution", features=[])
    held = registered(tree("distribution"), folders / "distribution", features=["mod-market"])
    assert required == {"auth", "cache", "outbox", "events"}
    assert held - required == {"market", "market_seller", "shop", "content"}


def test_a_module_that_is_switched_off_is_wired_all_the_same(folders: Path) -> None:
    held = registered(tree("distribution"), folders / "distribution", features=["mod-loyalty"])
    assert "loyalty" in held - installed("distribution")


@pytest.mark.parametrize("edit", BROKEN.values(), ids=BROKEN.keys())
def test_the_compiler_refuses_a_half_edit(edit: HalfEdit, folders: Path) -> None:
    done = compile_tree(edit.applied(tree("distribution")), folders / "distribution")
    assert done.returncode != 0
    assert edit.said in done.stderr


def test_a_module_that_is_registered_twice_stops_the_server(folders: Path) -> None:
    again = ".register(EventsModule).register(OutboxModule);\n\n"
    twice = HalfEdit(f"{DISTRIBUTION}/src/lib.rs", ".register(EventsModule);\n\n", again, "")
    with pytest.raises(AssertionError, match="`outbox` is already registered"):
        registered(twice.applied(tree("distribution")), folders / "distribution")


def test_a_feature_that_does_not_reach_the_distribution_registers_nothing(folders: Path) -> None:
    """It compiles and breaks no demand: only the server itself can tell."""
    files = HalfEdit(SERVER, '"dep:rustok-media", "rustok-distribution/mod-media"', '"dep:rustok-media"', "").applied(
        tree("distribution")
    )
    assert violations(files) == []
    assert installed("distribution") - registered(files, folders / "distribution") == {"media"}


def test_an_install_made_by_hand_is_whole(folders: Path) -> None:
    """What a generator has to come to: nothing objects, and the server holds one module more."""
    files = tax_installed(tree("distribution"))
    assert violations(files) == []
    done = compile_tree(files, folders / "distribution")
    assert done.returncode == 0, done.stderr
    assert registered(files, folders / "distribution") == installed("distribution") | {"tax"}
