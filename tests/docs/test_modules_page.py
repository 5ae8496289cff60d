"""The page of modules names the keys that code generation reads."""

from __future__ import annotations

import pytest

from codegen import ManifestError, lint_manifest, read_catalog
from tests.docs.pages import entries, page, part


def test_every_key_of_the_catalog_is_documented_and_no_other() -> None:
    with pytest.raises(ManifestError) as refused:
        read_catalog("format: 1\nmodules: {blog: {source: path, path: crates/blog, unknown: 1}}\n")
    assert set(entries(part(page("reference/modules.md"), "## The catalog"))) == _allowed(refused.value)


def test_every_key_of_a_manifests_entry_is_documented_and_no_other() -> None:
    text = (
        'schema = 2\napp = "server"\n\n[modules]\nblog = { crate = "blog", source = "path", path = "b", unknown = 1 }\n'
    )
    findings = [finding for finding in lint_manifest(text, path="modules.toml") if "unknown" in str(finding)]
    assert {key for finding in findings for key in finding.allowed.split(", ")} == set(
        entries(part(page("reference/modules.md"), "## The manifest"))
    )


def _allowed(error: ManifestError) -> set[str]:
    return {key for finding in error.findings if "unknown" in finding.key for key in finding.allowed.split(", ")}
