"""RusToK as it was: before March 2026 one chain registered every module, until July 2026 a build script the optional ones.

Kept for checkouts of those days and for replaying the platform's history. Both have their registry in the server.
"""

from __future__ import annotations

from codegen.wiring.preset import ArrayItem, HostPreset, LockedPackage, Mark, References, SourceLines, TableEntry

_SERVER = "apps/server/Cargo.toml"
_REGISTRY = "apps/server/src/modules/mod.rs"

_SOURCE = "{{ path }}/src/lib.rs"
_LOCKED = (LockedPackage(path="Cargo.lock", package="{{ app }}", manifest=_SERVER),)
_REFERENCES = (
    References(
        folders=("apps/server/src", "apps/server/tests"), pattern=r'\b{{ ident }}::|"mod-{{ slug }}"', holds=True
    ),
)

_MEMBER = ArrayItem(
    path="Cargo.toml",
    what="workspace member",
    table=("workspace",),
    key="members",
    item="{{ path }}",
    leaves="stays",
    stays_since="the crate stays in the repository",
    globs=True,
)
_WORKSPACE = TableEntry(
    path="Cargo.toml",
    what="workspace dependency",
    table=("workspace", "dependencies"),
    key="{{ crate }}",
    value='{ path = "{{ path }}" }',
    keeps="present",
    leaves="referenced",
    inherited_by=(_SERVER,),
)


def _import(when: str) -> SourceLines:
    return SourceLines(
        path=_REGISTRY,
        what="import of the registered type",
        within="",
        like=r"^use (?P<name>\w+::\w+);[ \t]*\n",
        name="{{ ident }}::{{ type }}",
        lines="use {{ ident }}::{{ type }};\n",
        order="sorted",
        when=when,
        leaves="referenced",
        by_hand=r"\b{{ ident }}::(?:\{[^}]*\b)?{{ type }}\b",
    )


def _link(when: str) -> SourceLines:
    return SourceLines(
        path=_REGISTRY,
        what="registration",
        within="pub fn build_registry()",
        like=r"^[ \t]*\.register\((?P<name>\w+)(?:::(?:new|default)\(\))?\);?[ \t]*\n",
        name="{{ type }}",
        lines="        .register({{ constructor }})\n",
        when=when,
        leaves="referenced",
        by_hand=r"\b{{ type }}\b",
    )


def _dependency(value: str, when: str) -> TableEntry:
    return TableEntry(
        path=_SERVER,
        what="dependency of the server",
        table=("dependencies",),
        key="{{ crate }}",
        value=value,
        when=when,
        keeps="present",
        leaves="referenced",
    )


RUSTOK_BUILD_SCRIPT = HostPreset(
    name="rustok-build-script",
    marks=(Mark(path=_REGISTRY, contains="modules_registry_codegen.rs"),),
    scope="change",
    discovers="crates/*/rustok-module.toml",
    source=_SOURCE,
    module_trait="RusToKModule",
    migration_trait="MigrationSource",
    places=(
        _dependency("{ workspace = true{% if not required %}, optional = true{% endif %} }", "type"),
        TableEntry(
            path=_SERVER,
            what="feature of the server",
            table=("features",),
            key="mod-{{ slug }}",
            value='["dep:{{ crate }}"{% for need in needs %}, "mod-{{ need }}"{% endfor %}]',
            when="not required and type",
            keeps="items",
            turns_on="mod-(?P<name>.+)",
            leaves="referenced",
        ),
        ArrayItem(
            path=_SERVER,
            what="default feature of the server",
            table=("features",),
            key="default",
            item="mod-{{ slug }}",
            when="not required and type",
            reached=True,
            direct="default_enabled",
            among="mod-(?P<name>.+)",
        ),
        _link("required and type"),
        _import("required and type"),
        _MEMBER,
        _WORKSPACE,
    ),
    locked=_LOCKED,
    references=_REFERENCES,
)
"""The optional modules' registrations are written by the server's build script from the manifest, so none is edited."""

RUSTOK_CHAIN = HostPreset(
    name="rustok-chain",
    marks=(Mark(path=_REGISTRY, contains="ModuleRegistry::new()"),),
    scope="change",
    discovers="crates/*/rustok-module.toml",
    states_facts=False,
    source=_SOURCE,
    module_trait="RusToKModule",
    migration_trait="MigrationSource",
    places=(
        _dependency("{ workspace = true }", "type"),
        _link("type"),
        _import("type"),
        _MEMBER,
        _WORKSPACE,
    ),
    locked=_LOCKED,
    references=_REFERENCES,
)
"""Modules said nothing of themselves in a file of their own yet: what is known of one is its row and its crate."""
