"""What an install comes to on a platform that people wire: every place, nothing beside it, and it compiles."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import Install, ModuleName, Refused, plan_changes
from codegen.hosts import PRESETS
from tests.codegen.hosts.changed import TYPELESS, Files, after, drift, edited, install, modules, platform
from tests.codegen.hosts.half_edits import ADMIN, SERVER, STOREFRONT
from tests.codegen.hosts.oracle import violations
from tests.codegen.hosts.trees import compile_tree, registered
from tests.codegen.hosts.whole_edit import MEDIA_BLOCK, SOURCE, tax_installed

MIGRATOR = "crates/rustok-migrations/src/lib.rs"
INSTALLS = [
    ("distribution", "tax", {"tax"}),
    ("distribution", "gift", {"gift"}),
    ("distribution", "wishlist", {"wishlist", "gift"}),
    ("distribution", "loyalty", {"loyalty"}),
    ("build_script", "tax", {"tax"}),
    ("build_script", "forum", {"forum"}),
    ("chain", "tenant", {"tenant"}),
    ("chain", "photo_album", {"photo_album"}),
]
# Pages that the platforms of an earlier day have, and that were never kept in step with the manifest.
FREE_PAGES = ("modules.toml.example", "docs/modules/registry.md")


def of_places(files: Files, name: str) -> list[str]:
    """What the platform's checks would refuse in files that the preset speaks of."""
    free = FREE_PAGES if name == "build_script" else ()
    return [sentence for sentence in violations(files) if not sentence.startswith(free)]


@pytest.mark.parametrize(("name", "module", "new"), INSTALLS)
def test_an_install_leaves_nothing_to_object_to(name: str, module: str, new: set[str]) -> None:
    files = platform(name)
    edits = install(files, module)
    installed = after(files, edits)
    assert {entry.slug for entry in edits.delta.added} == new
    assert of_places(installed, name) == []
    assert drift(installed) == []
    assert (edits.kept, edits.references) == ((), ())


@pytest.mark.parametrize(("name", "module", "new"), INSTALLS)
def test_asking_again_writes_nothing(name: str, module: str, new: set[str]) -> None:
    installed = after(platform(name), install(platform(name), module))
    assert install(installed, module).files == {}
    assert new <= modules(installed)


@pytest.mark.parametrize(("name", "module", "_new"), INSTALLS)
def test_an_install_writes_files_of_its_preset_alone(name: str, module: str, _new: set[str]) -> None:
    edits = install(platform(name), module)
    assert set(edits.files) <= set(PRESETS[edits.host].paths)


@pytest.mark.parametrize(("name", "module", "_new"), INSTALLS)
def test_an_install_takes_no_line_away(name: str, module: str, _new: set[str]) -> None:
    files = platform(name)
    for path, content in install(files, module).files.items():
        assert content is not None
        lines = iter(content.splitlines())
        assert all(line in lines for line in files[path].splitlines()), path


def test_an_install_touches_the_files_that_a_person_would() -> None:
    files = platform("distribution")
    by_hand = tax_installed(files)
    assert set(install(files, "tax").files) == {path for path in files if files[path] != by_hand[path]}


def test_a_module_that_was_wired_and_switched_off_is_switched_on() -> None:
    """Its feature, dependency, registration and migrations are there already, so none of these files is written."""
    written = set(install(platform("distribution"), "loyalty").files)
    assert SERVER in written
    assert not written & {SOURCE, MIGRATOR, "Cargo.lock", "Cargo.toml", "crates/rustok-distribution/Cargo.toml"}


def test_screens_come_with_their_module() -> None:
    files = platform("distribution")
    installed = after(files, install(files, "wishlist"))
    admin, storefront = installed[ADMIN].decode(), installed[STOREFRONT].decode()
    assert [f"rustok-wishlist-admin/{kind}" in admin for kind in ("csr", "hydrate", "ssr")] == [True] * 3
    assert '"dep:rustok-wishlist-storefront"' in storefront
    assert "rustok-wishlist-storefront/hydrate" not in storefront


FORGOTTEN = {
    "its registration": (
        SOURCE,
        MEDIA_BLOCK,
    ),
    "its migrations": (MIGRATOR, "        all.extend(rustok_media::migrations::migrations());\n"),
    "its source of migrations": (
        MIGRATOR,
        '    ModuleMigrationSource {\n        slug: "media",\n        source: &rustok_media::MediaModule,\n    },\n',
    ),
    "its feature": (SERVER, 'mod-media     = ["dep:rustok-media", "rustok-distribution/mod-media"]\n'),
    "its default": (SERVER, '    "mod-media",\n'),
}


@pytest.mark.parametrize(("path", "lines"), FORGOTTEN.values(), ids=FORGOTTEN.keys())
def test_an_install_of_what_is_in_the_manifest_puts_in_what_was_forgotten(path: str, lines: str) -> None:
    files = edited(platform("distribution"), path, lines, "")
    assert [(one.path, one.module) for one in drift(files)] == [(path, "media")]
    edits = install(files, "media")
    assert edits.delta.is_empty
    assert set(edits.files) == {path}
    assert drift(after(files, edits)) == []
    assert violations(after(files, edits)) == []


def test_an_install_leaves_what_is_out_of_step_for_other_reasons() -> None:
    files = edited(platform("distribution"), SERVER, '    "mod-pages",\n', "")
    installed = after(files, install(files, "tax"))
    assert [(one.path, one.module) for one in drift(installed)] == [(SERVER, "pages")]


def test_an_install_mends_what_its_module_needs() -> None:
    files = edited(platform("distribution"), SERVER, 'mod-shop      = ["dep:rustok-shop", ', "mod-shop      = [")
    assert [one.module for one in drift(files)] == ["shop"]
    assert drift(after(files, install(files, "wishlist"))) == []


def test_an_optional_module_in_the_chain_of_the_required_ones_is_never_registered_twice() -> None:
    """Nobody else can tell why somebody did that, so it is told and not taken out."""
    link = ".register(EventsModule)"
    files = edited(
        platform("distribution"), SOURCE, f"{link};\n\n    #", f"{link}\n        .register(TaxModule);\n\n    #"
    )
    edits = install(files, "tax")
    assert SOURCE not in edits.files
    (only,) = drift(after(files, edits))
    assert (only.path, only.module, only.by_hand) == (SOURCE, "tax", True)
    assert only.line == files[SOURCE].decode()[: files[SOURCE].decode().index("TaxModule")].count("\n") + 1


def test_two_modules_in_one_request_come_to_the_same_files_in_either_order() -> None:
    files = platform("distribution")
    one, other = install(files, "tax", "wishlist"), install(files, "wishlist", "tax")
    assert one.files == other.files


def test_a_module_of_the_request_that_is_not_offered_writes_nothing() -> None:
    files = platform("distribution")
    with pytest.raises(Refused, match="not in the catalog"):
        plan_changes(files, [Install(ModuleName("tax")), Install(ModuleName("fishing"))])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "asked", "new"),
    [
        ("distribution", ("tax", "wishlist", "loyalty"), {"tax", "wishlist", "gift", "loyalty"}),
        ("build_script", ("tax", "forum"), {"tax", "forum"}),
        ("chain", ("tenant", "photo_album"), {"tenant", "photo_album"}),
    ],
)
def test_what_was_installed_compiles_and_is_held(
    name: str, asked: tuple[str, ...], new: set[str], workshop: Path
) -> None:
    files = platform(name)
    installed = after(files, install(files, *asked))
    done = compile_tree(installed, workshop / name)
    assert done.returncode == 0, done.stderr
    assert registered(installed, workshop / name) == (modules(files) - {TYPELESS}) | new


@pytest.mark.slow
@pytest.mark.parametrize("feature", ["mod-tax", "mod-gift", "mod-wishlist", "mod-loyalty"])
def test_the_feature_of_a_new_module_stands_alone(feature: str, workshop: Path) -> None:
    files = platform("distribution")
    installed = after(files, install(files, "tax", "wishlist", "loyalty"))
    held = registered(installed, workshop / "distribution", features=[feature])
    assert feature.removeprefix("mod-") in held
    assert "market" not in held
