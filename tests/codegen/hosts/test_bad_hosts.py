"""A host that is not as its preset says gets one clear error, and nothing of a plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from codegen import ManifestError, Refused, check, regenerate
from tests.codegen.hosts.changed import CATALOG, Files, drift, edited, install, platform
from tests.codegen.hosts.half_edits import ADMIN, EXAMPLE, OVERVIEW, REGISTRY, SERVER
from tests.codegen.hosts.test_installs import MIGRATOR
from tests.codegen.hosts.whole_edit import DISTRIBUTION, SOURCE

HOST = platform("distribution")
LISTED = HOST[SERVER].decode()
DEFAULTS = LISTED[LISTED.index("default = [") : LISTED.index("embed-admin = [")]
MARKS = "<<<<<<< ours\n=======\n>>>>>>> theirs\n"
OTHER = "\npub fn build_registry() -> ModuleRegistry {\n    ModuleRegistry::new()\n}\n"


def without(path: str) -> Files:
    return {name: content for name, content in HOST.items() if name != path}


def with_text(path: str, old: str, new: str) -> Files:
    return edited(HOST, path, old, new)


def behind(path: str, more: bytes) -> Files:
    return {**HOST, path: HOST[path] + more}


# A host, the file that is to blame, and a part of what has to be said of it.
BAD: Mapping[str, tuple[Files, str, str]] = {
    "no server": (without(SERVER), SERVER, "the file is missing"),
    "no registry": (without(SOURCE), SOURCE, "the file is missing"),
    "no lock": (without("Cargo.lock"), "Cargo.lock", "the file is missing"),
    "no overview": (without(OVERVIEW), OVERVIEW, "the file is missing"),
    "no example": (without(EXAMPLE), EXAMPLE, "the file is missing"),
    "bytes in the server's file": (behind(SERVER, b"# \xe9\n"), SERVER, "not UTF-8 (byte"),
    "bytes in the registry": (behind(SOURCE, b"// \xe9\n"), SOURCE, "not UTF-8 (byte"),
    "bytes in a page": (behind(REGISTRY, b"\xe9\n"), REGISTRY, "not UTF-8 (byte"),
    "a merge in the server's file": (with_text(SERVER, "[dependencies]", f"{MARKS}[dependencies]"), SERVER, "merge"),
    "a merge in the registry": (
        with_text(SOURCE, "    let mut registry", f"{MARKS}    let mut registry"),
        SOURCE,
        "merge",
    ),
    "a merge in the lock": (behind("Cargo.lock", MARKS.encode()), "Cargo.lock", "merge conflict"),
    "a merge in a page": (behind(OVERVIEW, MARKS.encode()), OVERVIEW, "merge conflict"),
    "a registry of another name": (
        with_text(SOURCE, "pub fn build_registry()", "pub fn made()"),
        SOURCE,
        "no such item",
    ),
    "two registries": (behind(SOURCE, OTHER.encode()), SOURCE, "more than once"),
    "defaults that are a text": (with_text(SERVER, DEFAULTS, 'default = "mod-shop"\n'), SERVER, "features.default"),
    "no features": (with_text(SERVER, "[features]", "[traits]"), SERVER, "[features] is missing"),
    "no features in the distribution": (
        with_text(DISTRIBUTION, "[features]", "[traits]"),
        DISTRIBUTION,
        "[features] is missing",
    ),
    "no dependencies": (with_text(SERVER, "\n[dependencies]", "\n[needs]"), SERVER, "[dependencies] is missing"),
    "members that are a text": (
        with_text("Cargo.toml", "members = [", 'members = "crates/*"\nothers = ['),
        "Cargo.toml",
        "workspace.members",
    ),
    "a lock of tomorrow": (with_text("Cargo.lock", "version = 4\n", "version = 9\n"), "Cargo.lock", "lock format"),
    "a lock without the server": (
        with_text("Cargo.lock", 'name = "rustok-server"', 'name = "rustok-servant"'),
        "Cargo.lock",
        "rustok-server",
    ),
    "a table without its heading": (with_text(OVERVIEW, "### Optional\n", "### Others\n"), OVERVIEW, "### Optional"),
    "a feature that is a text": (
        with_text(SERVER, "embed-admin = [", 'mod-tax = "x"\nembed-admin = ['),
        SERVER,
        "features.mod-tax",
    ),
    "a crate of the same name from an index": (
        with_text(SERVER, "rustok-core.workspace", 'rustok-tax = "1"\nrustok-core.workspace'),
        SERVER,
        "elsewhere",
    ),
    "a crate of the same name in the workspace": (
        with_text("Cargo.toml", "rustok-gift = {", 'rustok-tax = { version = "1" }\nrustok-gift = {'),
        "Cargo.toml",
        "elsewhere",
    ),
    "a folder outside": (
        {**HOST, CATALOG: b"format: 1\nmodules:\n  tax: { source: path, path: ../tax }\n"},
        CATALOG,
        "not allowed",
    ),
    "a folder of the machine": (
        {**HOST, CATALOG: b"format: 1\nmodules:\n  tax: { source: path, path: /tax }\n"},
        CATALOG,
        "not allowed",
    ),
    "a module that nothing can register": (
        {**HOST, "crates/rustok-tax/src/lib.rs": b"pub struct TaxModule;\n"},
        "crates/rustok-tax/src/lib.rs",
        "TaxModule",
    ),
}


@pytest.mark.parametrize(("files", "path", "said"), BAD.values(), ids=BAD.keys())
def test_a_bad_host_gets_one_error_that_names_the_file(files: Files, path: str, said: str) -> None:
    given = dict(files)
    with pytest.raises(ManifestError) as caught:
        install(files, "tax")
    (only,) = caught.value.findings
    assert only.path == path
    assert said in str(only)
    assert files == given


@pytest.mark.parametrize(
    "name", [name for name in BAD if not name.startswith(("a feature that", "a crate of", "a module that"))]
)
def test_a_check_and_a_repair_say_the_same_of_a_bad_host(name: str) -> None:
    files, path, said = BAD[name]
    for judged in (check, regenerate):
        with pytest.raises(ManifestError) as caught:
            judged(files)
        assert any(one.path == path and said in str(one) for one in caught.value.findings), caught.value


def test_a_file_that_a_module_has_no_place_in_does_not_stop_its_install() -> None:
    """A module without migrations is none of the migrator's business."""
    assert install({**HOST, MIGRATOR: b"\xff"}, "tax").files == install(HOST, "tax").files


@pytest.mark.parametrize("path", [ADMIN, MIGRATOR])
def test_a_file_that_a_module_has_a_place_in_stops_its_install(path: str) -> None:
    with pytest.raises(ManifestError, match="not UTF-8"):
        install({**HOST, path: b"\xff"}, "wishlist")


def test_a_module_whose_own_file_is_gone_is_not_offered() -> None:
    with pytest.raises(Refused, match="not in the catalog"):
        install(without("crates/rustok-tax/rustok-module.toml"), "tax")


def test_a_module_whose_own_file_is_wrong_is_not_offered_and_stops_no_other() -> None:
    files = {**HOST, "crates/rustok-tax/rustok-module.toml": b"[module\n"}
    assert install(files, "loyalty").files == install(HOST, "loyalty").files
    with pytest.raises((Refused, ManifestError)):
        install(files, "tax")


def test_an_item_that_only_a_comment_or_a_text_names_is_none() -> None:
    """Somebody may write about the registry beside it."""
    words = '// pub fn build_registry() -> is what follows\nconst SAID: &str = "pub fn build_registry()";\n'
    files = {**HOST, SOURCE: HOST[SOURCE] + words.encode()}
    assert drift(files) == []
    assert SOURCE in install(files, "tax").files


def bomb(path: str, content: bytes) -> Callable[[], Files]:
    return lambda: {**HOST, path: content}


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "made",
    [
        bomb(SERVER, b"[features]\na = [" + b"[" * 100_000),
        bomb(SOURCE, b"pub fn build_registry() {\n" + b"    .register(A)\n" * 20_000),
        bomb(SOURCE, b"pub fn build_registry() {" + b"{" * 100_000),
        bomb(OVERVIEW, b"### Core\n" + b"| " * 200_000),
        bomb("Cargo.lock", b"version = 4\n" + b"[[package]]\n" * 50_000),
    ],
    ids=["brackets", "links", "braces", "cells", "packages"],
)
def test_a_hostile_host_is_refused_in_bounded_time(made: Callable[[], Files]) -> None:
    with pytest.raises(ManifestError):
        install(made(), "tax")


@pytest.mark.parametrize("present", ['["embed-admin"]', '["embed-admin", "mod-shop"]'])
def test_a_feature_of_the_name_that_means_something_else_is_not_added_to(present: str) -> None:
    files = with_text(SERVER, "[dependencies]", f"mod-tax = {present}\n\n[dependencies]")
    with pytest.raises(ManifestError) as caught:
        install(files, "tax")
    (only,) = caught.value.findings
    assert (only.path, only.key) == (SERVER, "features.mod-tax")
    assert only.problem == "the name means something else already"
    assert only.line == files[SERVER].decode().splitlines().index(f"mod-tax = {present}") + 1


def test_a_feature_that_speaks_of_the_modules_crate_is_the_modules() -> None:
    files = with_text(SERVER, "[dependencies]", 'mod-tax = ["rustok-tax?/graphql"]\n\n[dependencies]')
    written = install(files, "tax").files[SERVER] or b""
    assert b'mod-tax = ["rustok-tax?/graphql", "dep:rustok-tax", "rustok-distribution/mod-tax"]' in written


def test_a_module_whose_source_is_not_there_is_not_installed_by_its_word_alone() -> None:
    source = "crates/rustok-tax/src/lib.rs"
    with pytest.raises(ManifestError) as caught:
        install(without(source), "tax")
    (only,) = caught.value.findings
    assert (only.path, only.problem) == (source, "the file is missing")
    assert "tax" in only.hint
