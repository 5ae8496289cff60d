"""The page of modules names the keys that code generation reads."""

from __future__ import annotations

import tomllib

import pytest

from codegen import Finding, ManifestError, lint_manifest, read_catalog
from codegen.hosts import PRESETS
from codegen.lint.module_file import lint_module_file
from codegen.lint.module_file_keys import MODULE_FILE_TABLES
from codegen.manifest.keys import MODULE, TABLES
from tests.docs.modules_page import PAGE, keys_of, written
from tests.docs.pages import ROOT, entries, page, part

MANIFEST = """\
schema = 2
app = "server"
unknown = 1

[build]
unknown = 1

[build.server]
unknown = 1

[build.admin]
unknown = 1

[[build.storefront]]
unknown = 1

[modules]
blog = { crate = "blog", source = "path", path = "b", unknown = 1 }

[settings]
unknown = 1
"""
"""A manifest with a key that nobody knows in each of its tables: the findings list those that are known."""


def known_to_lint(findings: tuple[Finding, ...]) -> dict[str, set[str]]:
    """The keys that are allowed, by the table of an unknown one."""
    unknown = [finding for finding in findings if finding.key.rpartition(".")[2].strip("'") == "unknown"]
    return {finding.key.rpartition(".")[0]: set(finding.allowed.split(", ")) for finding in unknown}


def test_every_key_of_the_catalog_is_documented_and_no_other() -> None:
    with pytest.raises(ManifestError) as refused:
        read_catalog("format: 1\nmodules: {blog: {source: path, path: crates/blog, unknown: 1}}\n")
    assert set(entries(part(page("reference/modules.md"), "## The catalog"))) == _allowed(refused.value)


def test_the_tables_of_keys_are_what_the_rules_give() -> None:
    assert PAGE.read_text(encoding="utf-8") == written(PAGE.read_text(encoding="utf-8")), (
        "run: python -m tests.docs.modules_page"
    )


def test_every_key_of_a_manifest_is_documented_and_no_other() -> None:
    others = [table for table in TABLES if table.path[:1] != ("modules",)]
    documented = entries(part(page("reference/modules.md"), "## The manifest"))
    assert documented == [*(key.name for key in MODULE.keys), *keys_of(others)]


def test_the_documented_keys_are_those_that_lint_allows() -> None:
    documented = set(entries(part(page("reference/modules.md"), "## The manifest")))
    found = known_to_lint(lint_manifest(MANIFEST, path="modules.toml"))
    assert found.keys() == {"", "build", "build.server", "build.admin", "build.storefront", "blog", "settings"}
    tables = {"build", "build.server", "build.admin", "build.storefront", "modules", "settings"}
    allowed = {key if table in ("", "blog") else f"{table}.{key}" for table, keys in found.items() for key in keys}
    assert allowed - tables == documented - {"build.deployment_profile"}


def test_every_key_of_a_modules_own_file_is_documented_and_no_other() -> None:
    documented = entries(part(page("reference/modules.md"), "## The module's own file"))
    assert documented == keys_of(MODULE_FILE_TABLES)
    assert {"module.slug", "dependencies.NAME.version_req", "settings.NAME.type", "fba"} <= set(documented)


def test_a_key_of_the_modules_own_file_that_is_not_documented_is_a_finding() -> None:
    findings = lint_module_file('[module]\nslug = "a"\nversion = "1.0.0"\nunknown = 1\n', path="m.toml")
    assert [finding.severity for finding in findings if "unknown" in finding.key] == ["warning"]


def test_the_manifest_that_is_shown_is_one_without_findings() -> None:
    text = part(page("reference/modules.md"), "## The manifest")
    shown = text.split("```toml\n", 1)[1].split("```", 1)[0]
    assert lint_manifest(shown, path="modules.toml") == ()


def test_the_association_of_the_schema_is_toml_and_the_schema_is_there() -> None:
    text = part(page("reference/modules.md"), "### In an editor")
    blocks = [block.split("```", 1)[0] for block in text.split("```toml\n")[1:]]
    assert all(isinstance(tomllib.loads(block), dict) for block in blocks)
    assert (ROOT / "docs" / "reference" / "modules.schema.json").is_file()


def test_the_catalog_that_is_shown_can_be_read() -> None:
    text = part(page("reference/modules.md"), "## The catalog")
    catalog = read_catalog(text.split("```yaml\n", 1)[1].split("```", 1)[0])
    assert [len(catalog.offers(slug)) for slug in catalog.modules] == [1, 1, 2]


def test_every_preset_is_listed_with_its_marks_in_the_order_in_which_they_are_asked() -> None:
    text = part(page("reference/modules.md"), "## Host presets")
    assert entries(text) == list(PRESETS)
    rows = {row.split("`")[1]: row for row in text.splitlines() if row.startswith("| `")}
    for preset in PRESETS.values():
        assert all(f"`{mark.path}`" in rows[preset.name] for mark in preset.marks)
        assert all(f"`{mark.contains}`" in rows[preset.name] for mark in preset.marks if mark.contains)


def _allowed(error: ManifestError) -> set[str]:
    return {key for finding in error.findings if "unknown" in finding.key for key in finding.allowed.split(", ")}
