"""Modules of rarer shapes: with commands, behind a feature of their own crate, required and new, without a type."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import ManifestError
from tests.codegen.hosts.changed import Files, after, drift, edited, install, platform, uninstall
from tests.codegen.hosts.oracle import violations
from tests.codegen.hosts.trees import compile_tree, registered
from tests.codegen.hosts.whole_edit import DISTRIBUTION, SOURCE

TAX = "crates/rustok-tax"
FACTS = f"{TAX}/rustok-module.toml"
LIBRARY = f"{TAX}/src/lib.rs"
COMMANDS = "crates/rustok-cli-registry"
PROVIDERS = f"{COMMANDS}/src/generated.rs"
PACKAGE = """\
[package]
name = "rustok-cli-registry"
version.workspace = true
edition.workspace = true

[dependencies]
rustok-core.workspace = true
rustok-media.workspace = true
"""
GENERATED = """\
//! The commands that modules bring along.

pub fn generated_providers(runtime: u32) -> Vec<&'static str> {
    vec![
        // media / pictures
        rustok_media::commands::provider(runtime),
    ]
}
"""
PROVIDER = """
pub mod commands {
    pub fn provider(_runtime: u32) -> &'static str {
        "commands"
    }
}
"""
LOCKED = """\
[[package]]
name = "rustok-cli-registry"
version = "0.1.0"
dependencies = [
 "rustok-core",
 "rustok-media",
]

"""
AFTER_IT = '[[package]]\nname = "rustok-content"\n'


def with_commands() -> Files:
    """The platform with a crate that gathers commands, those of `media` in it and those of `tax` on offer."""
    files = edited(platform("distribution"), "Cargo.lock", AFTER_IT, LOCKED + AFTER_IT)
    files[f"{COMMANDS}/Cargo.toml"] = PACKAGE.encode()
    files[f"{COMMANDS}/src/lib.rs"] = b"//! Commands.\n\nmod generated;\n\npub use generated::generated_providers;\n"
    files[PROVIDERS] = GENERATED.encode()
    for crate, more in (("media", 'namespace = "pictures"\n'), ("tax", "")):
        facts = f'\n[provides.cli]\nfactory = "rustok_{crate}::commands::provider"\n{more}'
        files[f"crates/rustok-{crate}/rustok-module.toml"] += facts.encode()
        files[f"crates/rustok-{crate}/src/lib.rs"] += PROVIDER.encode()
    return files


def gated() -> Files:
    """The platform whose `tax` has its type behind a feature of its crate."""
    files = edited(platform("distribution"), LIBRARY, "pub struct TaxModule;", f"{GATE}\npub struct TaxModule;")
    text = (
        files[LIBRARY].decode().replace("\nimpl ", f"\n{GATE}\nimpl ").replace("\nuse rustok", f"\n{GATE}\nuse rustok")
    )
    package = files[f"{TAX}/Cargo.toml"].decode().replace("[dependencies]", "[features]\nserver = []\n\n[dependencies]")
    return {**files, LIBRARY: text.encode(), f"{TAX}/Cargo.toml": package.encode()}


GATE = '#[cfg(feature = "server")]'


def test_the_commands_of_a_module_come_and_go_with_it() -> None:
    files = with_commands()
    assert drift(files) == []
    edits = install(files, "tax")
    installed = after(files, edits)
    assert "        // tax / tax\n        rustok_tax::commands::provider(runtime),\n" in installed[PROVIDERS].decode()
    assert drift(installed) == []
    left = after(installed, uninstall(installed, "tax"))
    assert left[PROVIDERS] == files[PROVIDERS]
    assert f"{COMMANDS}/Cargo.toml" in {one.path for one in uninstall(installed, "tax").kept}


def test_commands_of_a_module_that_is_gone_are_found_and_mended() -> None:
    files = with_commands()
    files = edited(
        files, PROVIDERS, "    ]\n", "        // tax / tax\n        rustok_tax::commands::provider(runtime),\n    ]\n"
    )
    (only,) = drift(files)
    assert (only.path, only.module) == (PROVIDERS, "tax")


def test_the_first_commands_of_all_are_for_a_person() -> None:
    """A list without any module's lines does not say where one goes, and a guess would not compile."""
    files = with_commands()
    gone = "        // media / pictures\n        rustok_media::commands::provider(runtime),\n"
    with pytest.raises(ManifestError, match="no room") as caught:
        install(edited(files, PROVIDERS, gone, ""), "tax")
    assert caught.value.findings[0].path == PROVIDERS


def test_a_type_behind_a_feature_of_its_crate_is_given_that_feature() -> None:
    files = gated()
    installed = after(files, install(files, "tax"))
    assert 'mod-tax = ["dep:rustok-tax", "rustok-tax/server"]' in installed[DISTRIBUTION].decode()
    assert drift(installed) == []
    assert violations(installed) == []


def test_a_required_module_joins_the_chain_of_the_required_ones() -> None:
    files = platform("distribution")
    files = edited(files, FACTS, '"verified"', '"core"')
    kind = "    fn kind(&self) -> ModuleKind {\n        ModuleKind::Core\n    }\n\n    fn name"
    files = edited(files, LIBRARY, "    fn name", kind)
    files = edited(files, LIBRARY, "MigrationTrait, RusToK", "MigrationTrait, ModuleKind, RusToK")
    row = 'tax = { crate = "rustok-tax", source = "path", path = "crates/rustok-tax", required = true }\n'
    files = edited(files, "modules.toml", "\n# Domain modules", f"{row}\n# Domain modules")
    installed = after(files, install(files, "tax"))
    text = installed[SOURCE].decode()
    assert "        .register(TaxModule)\n        .register(EventsModule);\n" in text
    assert "use rustok_tax::TaxModule;\n" in text
    assert 'feature = "mod-tax"' not in text
    assert drift(installed) == []


@pytest.mark.slow
def test_modules_of_rarer_shapes_compile(workshop: Path) -> None:
    for name, files in (("commands", with_commands()), ("gated", gated())):
        installed = after(files, install(files, "tax"))
        done = compile_tree(installed, workshop / name)
        assert done.returncode == 0, done.stderr
        assert "tax" in registered(installed, workshop / name)
