"""The preset `rustok`: RusToK as it is since July 2026, with its registry in a distribution crate.

Every place is wired by hand there: the server's and the distribution's features, registrations behind `#[cfg]`, the
migrator's two lists, the crates of two user interfaces, and documents that the platform's own checks read. Migrations are
compiled in whatever the features say, since a migration that a database has applied must stay known to the migrator; so
an uninstall leaves them.
"""

from __future__ import annotations

from codegen.sentences import Sentence
from codegen.wiring.preset import (
    ArrayItem,
    DocumentRow,
    HostPreset,
    LockedPackage,
    Mark,
    Mirror,
    References,
    SourceLines,
    Surface,
    TableEntry,
)

_SERVER = "apps/server/Cargo.toml"
_DISTRIBUTION = "crates/rustok-distribution/Cargo.toml"
_REGISTRY = "crates/rustok-distribution/src/lib.rs"
_MIGRATIONS = "crates/rustok-migrations/Cargo.toml"
_MIGRATOR = "crates/rustok-migrations/src/lib.rs"
_ADMIN = "apps/admin/Cargo.toml"
_STOREFRONT = "apps/storefront/Cargo.toml"
_COMMANDS = "crates/rustok-cli-registry/Cargo.toml"
_PROVIDERS = "crates/rustok-cli-registry/src/generated.rs"
_OVERVIEW = "docs/modules/overview.md"
_CENTRAL = "docs/modules/registry.md"
_INDEX = "docs/modules/_index.md"
_UI_INDEX = "docs/modules/UI_PACKAGES_INDEX.md"

_DEPENDENCIES = ("dependencies",)
_FEATURES = ("features",)
_UNUSED = ("package", "metadata", "cargo-udeps", "ignore")

_OPTIONAL = "not required and type"
_FEATURE = "mod-(?P<name>.+)"
_MIGRATES = "migrations"
_APPLIED = Sentence("a migration that a database has applied must stay known to the migrator")
_IN_TREE = Sentence("the crate stays in the repository")
_DEPENDENCY = "{ workspace = true{% if not required %}, optional = true{% endif %} }"

_WORKSPACE = (
    ArrayItem(
        path="Cargo.toml",
        what="workspace member",
        table=("workspace",),
        key="members",
        item="{{ path }}",
        leaves="stays",
        stays_since=_IN_TREE,
        globs=True,
    ),
    TableEntry(
        path="Cargo.toml",
        what="workspace dependency",
        table=("workspace", "dependencies"),
        key="{{ crate }}",
        value='{ path = "{{ path }}" }',
        keeps="present",
        leaves="referenced",
        inherited_by=(_SERVER, _DISTRIBUTION, _MIGRATIONS),
    ),
)

_SERVER_PLACES = (
    TableEntry(
        path=_SERVER,
        what="dependency of the server",
        table=_DEPENDENCIES,
        key="{{ crate }}",
        value=_DEPENDENCY,
        when=_OPTIONAL,
        keeps="present",
        leaves="referenced",
    ),
    TableEntry(
        path=_SERVER,
        what="feature of the server",
        table=_FEATURES,
        key="mod-{{ slug }}",
        value=(
            '["dep:{{ crate }}"{% for need in needs %}, "mod-{{ need }}"{% endfor %}, "rustok-distribution/mod-{{ slug }}"]'
        ),
        when=_OPTIONAL,
        keeps="items",
        turns_on=_FEATURE,
        leaves="referenced",
    ),
    ArrayItem(
        path=_SERVER,
        what="default feature of the server",
        table=_FEATURES,
        key="default",
        item="mod-{{ slug }}",
        when=_OPTIONAL,
        reached=True,
        direct="default_enabled",
        among=_FEATURE,
    ),
)

_DISTRIBUTION_PLACES = (
    TableEntry(
        path=_DISTRIBUTION,
        what="dependency of the distribution",
        table=_DEPENDENCIES,
        key="{{ crate }}",
        value=_DEPENDENCY,
        when="type",
        keeps="present",
        leaves="referenced",
    ),
    TableEntry(
        path=_DISTRIBUTION,
        what="feature of the distribution",
        table=_FEATURES,
        key="mod-{{ slug }}",
        value=(
            '["dep:{{ crate }}"{% for need in needs %}, "mod-{{ need }}"{% endfor %}'
            '{% if gate %}, "{{ crate }}/{{ gate }}"{% endif %}]'
        ),
        demands='["dep:{{ crate }}"{% for need in needs %}, "mod-{{ need }}"{% endfor %}]',
        when=_OPTIONAL,
        keeps="items",
        turns_on=_FEATURE,
        leaves="referenced",
    ),
    SourceLines(
        path=_REGISTRY,
        what="registration",
        within="pub fn build_registry()",
        like=(
            r'^[ \t]*#\[cfg\(feature = "mod-(?P<name>[a-z0-9_-]+)"\)\][ \t]*\n[ \t]*\{[ \t]*\n'
            r"[ \t]*registry = registry\.register\([^\n;]*\);[ \t]*\n[ \t]*\}[ \t]*\n"
        ),
        name="{{ slug }}",
        lines=(
            '    #[cfg(feature = "mod-{{ slug }}")]\n    {\n        registry = registry.register({{ entry }});\n    }\n'
        ),
        when=_OPTIONAL,
        leaves="referenced",
        by_hand=r"\.register\(\s*(?:\w+::)*{{ type }}\b",
        is_drift=True,
    ),
    SourceLines(
        path=_REGISTRY,
        what="registration",
        within="pub fn build_registry()",
        like=r"^[ \t]*\.register\((?P<name>\w+)(?:::(?:new|default)\(\))?\);?[ \t]*\n",
        name="{{ type }}",
        lines="        .register({{ constructor }})\n",
        when="required and type",
        leaves="referenced",
        by_hand=r"\.register\(\s*(?:\w+::)*{{ type }}\b",
    ),
    SourceLines(
        path=_REGISTRY,
        what="import of the registered type",
        within="",
        like=r"^use (?P<name>\w+::\w+);[ \t]*\n",
        name="{{ ident }}::{{ type }}",
        lines="use {{ ident }}::{{ type }};\n",
        order="sorted",
        when="required and type",
        leaves="referenced",
        by_hand=r"\b{{ ident }}::(?:\{[^}]*\b)?{{ type }}\b",
    ),
)

_MIGRATION_PLACES = (
    TableEntry(
        path=_MIGRATIONS,
        what="dependency of the migrator",
        table=_DEPENDENCIES,
        key="{{ crate }}",
        value='{ workspace = true{% if gate %}, features = ["{{ gate }}"]{% endif %} }',
        when=_MIGRATES,
        keeps="present",
        leaves="stays",
        stays_since=_APPLIED,
    ),
    SourceLines(
        path=_MIGRATOR,
        what="migration source",
        within="static MODULE_MIGRATION_SOURCES",
        like=(
            r'^[ \t]*ModuleMigrationSource \{[ \t]*\n[ \t]*slug: "(?P<name>[a-z0-9_-]+)",[ \t]*\n'
            r"[ \t]*source: &[^\n]*,[ \t]*\n[ \t]*\},[ \t]*\n"
        ),
        name="{{ slug }}",
        lines=(
            '    ModuleMigrationSource {\n        slug: "{{ slug }}",\n        source: &{{ ident }}::{{ type }},\n    },\n'
        ),
        when=_MIGRATES,
        leaves="stays",
        stays_since=_APPLIED,
    ),
    SourceLines(
        path=_MIGRATOR,
        what="migrations that run",
        within="impl MigratorTrait for Migrator",
        like=(
            r"^[ \t]*all\.extend\(\s*(?:rustok_core::MigrationSource::migrations\(\s*&)?"
            r"(?:rustok_)?(?P<name>\w+)::[^;]{0,200}\);[ \t]*\n"
        ),
        name="{{ ident.removeprefix('rustok_') }}",
        # A call whose argument is longer than 60 characters is broken by rustfmt.
        lines=(
            '{% set call = "rustok_core::MigrationSource::migrations(&" ~ ident ~ "::" ~ type ~ ")" %}'
            "{% if call | length <= 60 %}        all.extend({{ call }});\n"
            "{% else %}        all.extend(rustok_core::MigrationSource::migrations(\n"
            "            &{{ ident }}::{{ type }},\n        ));\n{% endif %}"
        ),
        when=_MIGRATES,
        leaves="stays",
        stays_since=_APPLIED,
    ),
)


def _ui_dependency(path: str, surface: str, *, optional: bool) -> TableEntry:
    end = ", optional = true }" if optional else " }"
    return TableEntry(
        path=path,
        what=f"dependency of the {surface}",
        table=_DEPENDENCIES,
        key=f"{{{{ ui.{surface}.crate }}}}",
        value=f'{{ path = "../../{{{{ path }}}}/{surface}", default-features = false{end}',
        when=f"'{surface}' in ui",
        keeps="present",
    )


def _ui_item(path: str, surface: str, *, feature: str, item: str, when: str = "true") -> ArrayItem:
    return ArrayItem(
        path=path,
        what=f"item of {feature} of the {surface}",
        table=_FEATURES,
        key=feature,
        item=item,
        when=f"'{surface}' in ui and {when}",
    )


def _propagated(path: str, surface: str, feature: str) -> ArrayItem:
    """A feature of the host that has to enable the same one of every crate that has it."""
    item, when = f"{{{{ ui.{surface}.crate }}}}/{feature}", f"'{feature}' in ui.{surface}.features"
    return _ui_item(path, surface, feature=feature, item=item, when=when)


def _unused(path: str, surface: str) -> ArrayItem:
    return ArrayItem(
        path=path,
        what=f"crate that the {surface} names in no code",
        table=_UNUSED,
        key="normal",
        item=f"{{{{ ui.{surface}.crate }}}}",
        when=f"'{surface}' in ui",
        demanded=False,
    )


_UI_PLACES = (
    _ui_dependency(_ADMIN, "admin", optional=False),
    _propagated(_ADMIN, "admin", "csr"),
    _propagated(_ADMIN, "admin", "hydrate"),
    _propagated(_ADMIN, "admin", "ssr"),
    _unused(_ADMIN, "admin"),
    _ui_dependency(_STOREFRONT, "storefront", optional=True),
    _ui_item(_STOREFRONT, "storefront", feature="ssr", item="dep:{{ ui.storefront.crate }}"),
    _propagated(_STOREFRONT, "storefront", "ssr"),
    _unused(_STOREFRONT, "storefront"),
)

_COMMAND_PLACES = (
    TableEntry(
        path=_COMMANDS,
        what="dependency of the command line",
        table=_DEPENDENCIES,
        key="{{ cli_crate }}.workspace",
        value="true",
        when="cli_crate",
        keeps="present",
        leaves="stays",
        stays_since=_IN_TREE,
    ),
    SourceLines(
        path=_PROVIDERS,
        what="provider of the command line",
        within="pub fn generated_providers(",
        like=r"^[ \t]*// \w+ / (?P<name>\w+)[ \t]*\n[ \t]*[\w:]+\(runtime\),[ \t]*\n",
        name="{{ cli_namespace }}",
        lines="        // {{ slug }} / {{ cli_namespace }}\n        {{ cli_factory }}(runtime),\n",
        order="sorted",
        when="cli_crate",
    ),
)


def _row(
    path: str, heading: str, *, when: str, cells: tuple[str, ...], free: frozenset[int] = frozenset()
) -> DocumentRow:
    return DocumentRow(
        path=path,
        what=f"row under {heading.lstrip('# ')}",
        heading=heading,
        when=when,
        cells=("`{{ slug }}`", "`{{ crate }}`", *cells),
        free=free,
    )


_CORE, _DOMAIN, _EXTENSION = "required", "not required and runtime != 'extension'", "runtime == 'extension'"
_NEEDS = "{{ all_needs | names }}"
_ROLE = frozenset({3})

_DOCUMENT_PLACES = (
    _row(_OVERVIEW, "### Core", when=_CORE, cells=(_NEEDS,)),
    _row(_OVERVIEW, "### Optional", when=_DOMAIN, cells=(_NEEDS,)),
    _row(_OVERVIEW, "### Capability Extensions", when=_EXTENSION, cells=("`{{ runtime }}`",)),
    _row(_CENTRAL, "### Core Modules", when=_CORE, cells=(_NEEDS, "{{ description | cell }}"), free=_ROLE),
    _row(_CENTRAL, "### Optional Modules", when=_DOMAIN, cells=(_NEEDS, "{{ description | cell }}"), free=_ROLE),
    SourceLines(
        path=_INDEX,
        what="links to the module's documents",
        kind="markdown",
        within="## Domain Modules",
        like=r"^\| `(?:rustok-)?(?P<name>[a-z0-9_-]+)` \|[^\n]*\n",
        name="{{ crate.removeprefix('rustok-') }}",
        lines=(
            "| `{{ crate }}` | [docs](../../{{ path }}/docs/README.md) "
            "| [plan](../../{{ path }}/docs/implementation-plan.md) |\n"
        ),
        by_hand=r"\.\./\.\./{{ path }}/docs/implementation-plan\.md",
        leaves="stays",
        stays_since=_IN_TREE,
    ),
    *(
        SourceLines(
            path=_UI_INDEX,
            what=f"link to the module's {surface} crate",
            kind="markdown",
            within=heading,
            like=rf"^- `(?:rustok-)?(?P<name>[a-z0-9_-]+)` {surface} UI:[^\n]*(?:\n[ \t]+[^\n]+)*\n",
            name="{{ crate.removeprefix('rustok-') }}",
            lines=f"- `{{{{ crate }}}}` {surface} UI: [README](../../{{{{ path }}}}/{surface}/README.md)\n",
            by_hand=rf"\.\./\.\./{{{{ path }}}}/{surface}/README\.md",
            when=f"'{surface}' in ui",
            leaves="stays",
            stays_since=_IN_TREE,
        )
        for surface, heading in (
            ("admin", "### Optional/Admin Surfaces"),
            ("storefront", "### Optional/Storefront Surfaces"),
        )
    ),
)

RUSTOK = HostPreset(
    name="rustok",
    marks=(Mark(path=_DISTRIBUTION),),
    scope="change",
    discovers="crates/*/rustok-module.toml",
    source="{{ path }}/src/lib.rs",
    module_trait="RusToKModule",
    migration_trait="MigrationSource",
    migrations=r"^[ \t]*(?:pub )?mod migrations;",
    surfaces=(
        Surface(name="admin", folder="{{ path }}/admin"),
        Surface(name="storefront", folder="{{ path }}/storefront"),
    ),
    version_of=_SERVER,
    mirrors=(Mirror(path="modules.toml.example"),),
    places=(
        *_SERVER_PLACES,
        *_DISTRIBUTION_PLACES,
        *_MIGRATION_PLACES,
        *_UI_PLACES,
        *_COMMAND_PLACES,
        *_DOCUMENT_PLACES,
        *_WORKSPACE,
    ),
    locked=(
        LockedPackage(path="Cargo.lock", package="{{ app }}", manifest=_SERVER),
        LockedPackage(path="Cargo.lock", package="rustok-distribution", manifest=_DISTRIBUTION),
        LockedPackage(path="Cargo.lock", package="rustok-migrations", manifest=_MIGRATIONS),
        LockedPackage(path="Cargo.lock", package="rustok-admin", manifest=_ADMIN),
        LockedPackage(path="Cargo.lock", package="rustok-storefront", manifest=_STOREFRONT),
        LockedPackage(path="Cargo.lock", package="rustok-cli-registry", manifest=_COMMANDS),
    ),
    references=(
        References(
            folders=(
                "apps/server/src",
                "apps/server/tests",
                "crates/rustok-distribution/src",
                "crates/rustok-distribution/tests",
            ),
            pattern=r'\b{{ ident }}::|"mod-{{ slug }}"',
            holds=True,
        ),
        References(
            folders=("apps/admin/src", "apps/storefront/src"),
            pattern=r"\b(?:{% for crate in ui_idents %}{{ crate }}{% if not loop.last %}|{% endif %}{% endfor %})::",
            when="ui",
            holds=False,
        ),
    ),
)
