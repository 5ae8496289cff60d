"""What may be installed: what the repository's folders say of themselves, outweighed by what the catalog says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from codegen import Catalog, Finding, ManifestError, ModuleName, read_catalog
from codegen.catalog.discovery import discover, merged, offered
from codegen.command.tree import Folder
from codegen.repository import children, matching

CATALOG = ".modwright/catalog.yaml"
PATTERN = "crates/*/rustok-module.toml"
COMMIT = "a" * 40

Files = dict[str, bytes]


def module(slug: str, *, trust: str = "verified", more: str = "") -> bytes:
    return f'[module]\nslug = "{slug}"\nversion = "0.1.0"\ntrust_level = "{trust}"\n{more}'.encode()


def package(name: str) -> bytes:
    return f'[package]\nname = "{name}"\nversion = "0.1.0"\n'.encode()


@pytest.fixture
def files() -> Files:
    return {
        "README.md": b"",
        "crates/shop-lamps/rustok-module.toml": module("lamps"),
        "crates/shop-lamps/Cargo.toml": package("shop-lamps-module"),
        "crates/shop-lamps/admin/rustok-module.toml": module("deeper"),
        "crates/shop-till/rustok-module.toml": module("till", trust="core"),
        "crates/shop-clock/rustok-module.toml": module("clock", more='runtime = "extension"\n'),
        "crates/shop-clock/Cargo.toml": b"# the usual form is not the only one\npackage = { name = 'shop-clock' }\n",
        "crates/library/Cargo.toml": package("library"),
        "other/shop-glass/rustok-module.toml": module("glass"),
    }


def one(catalog: Catalog, slug: str) -> tuple[str, str | None, bool, str | None, bool]:
    entry = catalog.modules[ModuleName(slug)]
    return entry.crate, entry.path, entry.required, entry.runtime, entry.default_enabled


def test_every_folder_with_a_modules_own_file_is_an_offer(files: Files) -> None:
    found = discover(files, pattern=PATTERN)
    assert found.findings == ()
    assert sorted(found.modules) == ["clock", "lamps", "till"]
    assert one(found, "lamps") == ("shop-lamps-module", "crates/shop-lamps", False, None, False)
    assert one(found, "till") == ("shop-till", "crates/shop-till", True, None, False)
    assert one(found, "clock") == ("shop-clock", "crates/shop-clock", False, "extension", False)


def test_a_pattern_says_where_the_folders_are(files: Files) -> None:
    assert list(matching(files, "*/shop-*/rustok-module.toml")) == [
        "crates/shop-clock/rustok-module.toml",
        "crates/shop-lamps/rustok-module.toml",
        "crates/shop-till/rustok-module.toml",
        "other/shop-glass/rustok-module.toml",
    ]
    assert list(matching(files, "crates/*/*/rustok-module.toml")) == ["crates/shop-lamps/admin/rustok-module.toml"]
    assert list(matching(files, "nowhere/*/rustok-module.toml")) == []


def test_two_folders_with_one_slug_are_a_finding_that_names_both(files: Files) -> None:
    found = discover({**files, "crates/shop-lights/rustok-module.toml": module("lamps")}, pattern=PATTERN)
    assert sorted(found.modules) == ["clock", "till"]
    (finding,) = found.findings
    assert (finding.key, finding.found) == ("module.slug", "lamps")
    assert "crates/shop-lamps/" in finding.problem
    assert "crates/shop-lights/" in finding.problem


@pytest.mark.parametrize(
    ("path", "content", "key"),
    [
        ("crates/shop-lamps/rustok-module.toml", b"[module]\n", "module.slug"),
        ("crates/shop-lamps/rustok-module.toml", b"\xff\xfe", ""),
        ("crates/shop-lamps/Cargo.toml", package("Shop Lamps"), "package.name"),
        ("crates/shop-lamps/Cargo.toml", b"[workspace]\n", "package.name"),
        ("crates/shop-lamps/Cargo.toml", b"[package\n", ""),
    ],
)
def test_a_folder_that_is_wrong_keeps_nobody_from_the_others(files: Files, path: str, content: bytes, key: str) -> None:
    found = discover({**files, path: content}, pattern=PATTERN)
    assert sorted(found.modules) == ["clock", "till"]
    assert (found.findings[0].path, found.findings[0].key) == (path, key)


def test_a_folders_name_that_could_not_stand_in_a_manifest_is_a_finding(files: Files) -> None:
    found = discover({**files, 'crates/x"y/rustok-module.toml': module("quoted")}, pattern=PATTERN)
    assert "quoted" not in found.modules
    assert found.findings[0].path == """'crates/x"y/rustok-module.toml'"""


def test_the_catalog_outweighs_what_is_found(files: Files) -> None:
    files[CATALOG] = (
        "format: 1\nmodules:\n"
        f"  lamps: {{ source: git, git: https://example.org/lamps, rev: {COMMIT}, crate: lamps, version: 2.0.0 }}\n"
        "  wallet: { source: crates-io, version: 1.4.0, crate: shop-wallet, entry_type: WalletModule }\n"
    ).encode()
    both = offered(files, catalog_path=CATALOG, discovery=PATTERN)
    assert both.path == CATALOG
    assert sorted(both.modules) == ["clock", "lamps", "till", "wallet"]
    assert (both.modules[ModuleName("lamps")].source, both.modules[ModuleName("lamps")].rev) == ("git", COMMIT)
    assert both.modules[ModuleName("wallet")].version == "1.4.0"
    assert [entry.source for entry in both.offers(ModuleName("lamps"))] == ["git"]


def test_the_catalog_says_which_of_two_folders_it_is(files: Files) -> None:
    files["crates/shop-lights/rustok-module.toml"] = module("lamps")
    listed = read_catalog("format: 1\nmodules:\n  lamps: { source: path, path: crates/shop-lights }\n")
    both = merged(discover(files, pattern=PATTERN), listed)
    assert one(both, "lamps")[:2] == ("shop-lights", "crates/shop-lights")
    assert both.findings == ()


def test_a_missing_catalog_is_an_error_only_where_it_is_the_only_source(files: Files) -> None:
    assert sorted(offered(files, catalog_path=CATALOG, discovery=PATTERN).modules) == ["clock", "lamps", "till"]
    with pytest.raises(ManifestError, match="missing"):
        offered(files, catalog_path=CATALOG, discovery=None)


def test_a_module_may_be_offered_in_several_versions() -> None:
    text = (
        "format: 1\nmodules:\n  wallet:\n"
        "    - { source: crates-io, version: 1.4.0, depends_on: [till] }\n"
        "    - { source: crates-io, version: 2.0.0, dependency_version_reqs: { till: ^2 }, conflicts_with: [clock],\n"
        "        rustok_min_version: '1.2', rustok_max_version: 2.x, features: [fast] }\n"
    )
    first, second = read_catalog(text).offers(ModuleName("wallet"))
    assert read_catalog(text).modules[ModuleName("wallet")] == first
    assert (first.version, first.depends_on) == ("1.4.0", ("till",))
    assert (second.dependency_version_reqs, second.conflicts_with) == ((("till", "^2"),), ("clock",))
    assert (second.rustok_min_version, second.rustok_max_version, second.features) == ("1.2", "2.x", ("fast",))


@pytest.mark.parametrize(
    ("row", "line", "key", "problem"),
    [
        ("wallet: []", 3, "wallet", "not a mapping"),
        ("wallet: [{ source: path, path: a }, 1]", 3, "wallet", "not a mapping"),
        ("wallet:\n  - { source: path, path: a }\n  - { source: path, pth: a }", 5, "wallet.'pth'", "unknown key"),
        ("wallet: { source: path, path: a, depends_on: till }", 3, "wallet.'depends_on'", "not a list"),
        ("wallet: { source: path, path: a, depends_on: ['../x'] }", 3, "wallet.'depends_on'", "not a list"),
        ("wallet: { source: path, path: a, entry_type: wallet }", 3, "wallet.'entry_type'", "not allowed"),
        (
            "wallet: { source: path, path: a, dependency_version_reqs: { till: newest } }",
            3,
            "wallet.'dependency_version_reqs'",
            "not a mapping of requirements",
        ),
    ],
)
def test_an_offer_that_is_wrong_is_said_with_its_place(row: str, line: int, key: str, problem: str) -> None:
    text = "format: 1\nmodules:\n" + "\n".join(f"  {part}" for part in row.split("\n")) + "\n"
    with pytest.raises(ManifestError) as caught:
        read_catalog(text, path="catalog.yaml")
    found: Finding = caught.value.findings[0]
    assert (found.line, found.key) == (line, key), str(found)
    assert problem in found.problem


class Counting(Mapping[str, bytes]):
    """Files that can list a folder, and that say when somebody walks over all of them."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.listed: list[str] = []

    def __getitem__(self, path: str) -> bytes:
        return self.files[path]

    def __iter__(self) -> Iterator[str]:
        pytest.fail("the whole tree was walked over")

    def __len__(self) -> int:
        return len(self.files)

    def children(self, folder: str) -> tuple[str, ...]:
        self.listed.append(folder)
        return children(self.files, folder)


def test_only_the_folders_of_the_pattern_are_listed(files: Files) -> None:
    counting = Counting(files)
    assert sorted(discover(counting, pattern=PATTERN).modules) == ["clock", "lamps", "till"]
    assert counting.listed == ["crates"]


def test_a_folder_on_disk_is_found_like_a_mapping_and_no_link_is_followed(files: Files, tmp_path: Path) -> None:
    root = tmp_path / "root"
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
    (root / "crates" / "linked").symlink_to(root / "other" / "shop-glass")
    assert discover(Folder(root), pattern=PATTERN) == discover(files, pattern=PATTERN)
    assert [children(Folder(root), name) for name in ("crates/linked", "nowhere", "README.md")] == [(), (), ()]
    assert children(Folder(root), "") == children(files, "") == ("README.md", "crates", "other")
