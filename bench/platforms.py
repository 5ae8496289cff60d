"""Platforms of any size in the shapes of the preset `rustok`, made up here: their files by path, nothing on a disk."""

from __future__ import annotations

from dataclasses import dataclass

from jinja2 import Environment

Files = dict[str, bytes]

_FAMILY = 8
_REQUIRED, _SHOWN, _MIGRATING = 80, 5, 3


@dataclass(frozen=True)
class _Module:
    """Every eightieth is required, every fifth has a screen, every third has migrations."""

    slug: str
    number: int
    need: str

    @property
    def crate(self) -> str:
        return "rustok-" + self.slug.replace("_", "-")

    @property
    def ident(self) -> str:
        return self.crate.replace("-", "_")

    @property
    def type(self) -> str:
        return "".join(part.capitalize() for part in self.slug.split("_")) + "Module"

    @property
    def required(self) -> bool:
        return self.number % _REQUIRED == 0

    @property
    def has_screen(self) -> bool:
        return self.number % _SHOWN == 1

    @property
    def migrates(self) -> bool:
        return self.number % _MIGRATING == 2


def hand_wired(count: int) -> Files:
    """
    A platform of so many installed modules, each wired in every place, and one more, `newcomer`, that is not.

    They come in families of eight, and each needs the one before it of its own.
    """
    installed = [_Module(_slug(number), number, _need(number)) for number in range(count)]
    newcomer = _Module("newcomer", _REQUIRED + _SHOWN - 1, "")
    locked = sorted([*installed, newcomer], key=lambda module: module.crate)
    names = {"modules": installed, "everybody": [*installed, newcomer], "locked": locked}
    files = {path: _rendered(template, **names) for path, template in _HOST.items()}
    for module in (*installed, newcomer):
        files |= {_rendered(path, m=module): _rendered(text, m=module) for path, text in _MODULE.items()}
        if module.has_screen:
            files |= {_rendered(path, m=module): _rendered(text, m=module) for path, text in _SCREEN.items()}
    return {path: text.encode() for path, text in files.items()}


def _slug(number: int) -> str:
    return f"family{number // _FAMILY}_part{number % _FAMILY}"


def _need(number: int) -> str:
    is_first_or_after_required = number % _FAMILY == 0 or (number - 1) % _REQUIRED == 0
    return "" if is_first_or_after_required else _slug(number - 1)


_TEMPLATES = Environment(trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, autoescape=False)  # noqa: S701 - Rust and TOML


def _rendered(template: str, **names: object) -> str:
    return _TEMPLATES.from_string(template).render(**names)


_MANIFEST = """\
schema = 2
app = "rustok-server"

[modules]
{% for required in (true, false) %}
{{ "# Core modules (required)" if required else "\\n# Domain modules (optional)" }}
{% for m in modules if m.required == required %}
{{ m.slug }} = { crate = "{{ m.crate }}", source = "path", path = "crates/{{ m.crate }}"\
{{ ", required = true" if required }}{{ ', depends_on = ["%s"]' % m.need if m.need }} }
{% endfor %}
{% endfor %}

[settings]
default_enabled = []
"""

_PACKAGE = """\
[package]
name = "%s"
version.workspace = true

[features]
default = [
%s]
{%% for m in modules if not m.required %%}
mod-{{ m.slug }} = ["dep:{{ m.crate }}"{{ ', "mod-%%s"' %% m.need if m.need }}%s]
{%% endfor %%}

[dependencies]
{%% for m in modules %%}
{{ m.crate }} = { workspace = true{{ ", optional = true" if not m.required }} }
{%% endfor %%}
"""
_DEFAULT = '{% for m in modules if not m.required %}\n    "mod-{{ m.slug }}",\n{% endfor %}\n'

_ADMIN = """\
[package]
name = "rustok-admin"

[features]
csr = []
{% for feature in ("hydrate", "ssr") %}
{{ feature }} = [
{% for m in modules if m.has_screen %}
    "{{ m.crate }}-admin/{{ feature }}",
{% endfor %}
]
{% endfor %}

[dependencies]
{% for m in modules if m.has_screen %}
{{ m.crate }}-admin = { path = "../../crates/{{ m.crate }}/admin", default-features = false }
{% endfor %}
"""

_REGISTRY = """\
{% for m in modules if m.required %}
use {{ m.ident }}::{{ m.type }};
{% endfor %}

pub fn build_registry() -> ModuleRegistry {
    let mut registry = ModuleRegistry::new()\
{% for m in modules if m.required %}\n        .register({{ m.type }}){% endfor %};
{% for m in modules if not m.required %}
    #[cfg(feature = "mod-{{ m.slug }}")]
    {
        registry = registry.register({{ m.ident }}::{{ m.type }});
    }
{% endfor %}
    registry
}
"""

_MIGRATOR = """\
static MODULE_MIGRATION_SOURCES: &[ModuleMigrationSource] = &[
{% for m in modules if m.migrates %}
    ModuleMigrationSource {
        slug: "{{ m.slug }}",
        source: &{{ m.ident }}::{{ m.type }},
    },
{% endfor %}
];

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Step> {
        let mut all = Vec::new();
{% for m in modules if m.migrates %}
        all.extend({{ m.ident }}::migrations::migrations());
{% endfor %}
        all
    }
}
"""

_TABLES = """\
# Modules
{%% for required, heading in ((true, "%s"), (false, "%s")) %%}

{{ heading }}

| Slug | Crate | Needs |%s
|---|---|---|%s
{%% for m in modules if m.required == required %%}
| `{{ m.slug }}` | `{{ m.crate }}` | {{ "`%%s`" %% m.need if m.need else "—" }} |%s
{%% endfor %%}
{%% endfor %%}
"""

_LOCK = """\
# This file is automatically @generated by Cargo.
# It is not intended for manual editing.
version = 4
{% for name, needs in (
    ("rustok-admin", locked | selectattr("has_screen") | map(attribute="crate")),
    ("rustok-distribution", locked | rejectattr("slug", "eq", "newcomer") | map(attribute="crate")),
    ("rustok-migrations", locked | rejectattr("slug", "eq", "newcomer") | selectattr("migrates") | map(attribute="crate")),
    ("rustok-server", locked | rejectattr("slug", "eq", "newcomer") | map(attribute="crate")),
    ("rustok-storefront", []),
) %}

[[package]]
name = "{{ name }}"
version = "0.1.0"
{% for need in needs %}
{{ "dependencies = [\\n" if loop.first }} "{{ need }}{{ "-admin" if name == "rustok-admin" }}",
{{ "]\\n" if loop.last -}}
{% endfor %}
{% endfor %}
{% for m in locked %}

[[package]]
name = "{{ m.crate }}"
version = "0.1.0"
{% if m.has_screen %}

[[package]]
name = "{{ m.crate }}-admin"
version = "0.1.0"
{% endif %}
{% endfor %}
"""

_HOST = {
    "modules.toml": _MANIFEST,
    "modules.toml.example": f"# An example\n{_MANIFEST}",
    "Cargo.toml": """\
[workspace]
members = ["apps/server", "apps/admin", "apps/storefront", "crates/*"]

[workspace.package]
version = "0.1.0"

[workspace.dependencies]
{% for m in everybody %}
{{ m.crate }} = { path = "crates/{{ m.crate }}" }
{% endfor %}
""",
    "Cargo.lock": _LOCK,
    "apps/server/Cargo.toml": _PACKAGE % ("rustok-server", _DEFAULT, ', "rustok-distribution/mod-{{ m.slug }}"'),
    "apps/admin/Cargo.toml": _ADMIN,
    "apps/storefront/Cargo.toml": '[package]\nname = "rustok-storefront"\n\n[features]\nssr = []\n\n[dependencies]\n',
    "crates/rustok-distribution/Cargo.toml": _PACKAGE % ("rustok-distribution", "", ""),
    "crates/rustok-distribution/src/lib.rs": _REGISTRY,
    "crates/rustok-migrations/Cargo.toml": """\
[package]
name = "rustok-migrations"

[dependencies]
{% for m in modules if m.migrates %}
{{ m.crate }}.workspace = true
{% endfor %}
""",
    "crates/rustok-migrations/src/lib.rs": _MIGRATOR,
    "docs/modules/overview.md": _TABLES % ("### Core", "### Optional", "", "", "")
    + "\n### Capability Extensions\n\n| Slug | Crate | Runtime |\n|---|---|---|\n",
    "docs/modules/registry.md": _TABLES % ("### Core Modules", "### Optional Modules", " Role |", "---|", " a part |"),
    "docs/modules/_index.md": """\
# Index

## Domain Modules

| Component | Documents | Plan |
|---|---|---|
{% for m in modules %}
| `{{ m.crate }}` | [docs](../../crates/{{ m.crate }}/docs/README.md) \
| [plan](../../crates/{{ m.crate }}/docs/implementation-plan.md) |
{% endfor %}
""",
    "docs/modules/UI_PACKAGES_INDEX.md": """\
# Screens

### Optional/Admin Surfaces

{% for m in modules if m.has_screen %}
- `{{ m.crate }}` admin UI: [README](../../crates/{{ m.crate }}/admin/README.md)
{% endfor %}

### Optional/Storefront Surfaces
""",
}

_MODULE = {
    "crates/{{ m.crate }}/Cargo.toml": '[package]\nname = "{{ m.crate }}"\nversion.workspace = true\n',
    "crates/{{ m.crate }}/rustok-module.toml": """\
[module]
slug = "{{ m.slug }}"
name = "{{ m.slug }}"
version = "0.1.0"
description = "A part that was made for measuring"
ownership = "first_party"
trust_level = "{{ "core" if m.required else "verified" }}"

[crate]
entry_type = "{{ m.type }}"

[dependencies]
{{ '%s = { version_req = ">=0.1.0" }' % m.need if m.need }}
{% if m.has_screen %}

[provides.admin_ui]
leptos_crate = "{{ m.crate }}-admin"
{% endif %}
""",
    "crates/{{ m.crate }}/src/lib.rs": """\
{{ "mod migrations;" if m.migrates }}
pub struct {{ m.type }};

impl RusToKModule for {{ m.type }} {}

impl MigrationSource for {{ m.type }} {
    fn migrations(&self) -> Vec<Step> {
        {{ "migrations::migrations()" if m.migrates else "Vec::new()" }}
    }
}
{% for line in range(60) %}

/// What a real crate would hold.
pub fn line_{{ line }}() -> &'static str { "{{ m.slug }} {{ line }}" } // and so on
{% endfor %}
""",
}

_SCREEN = {
    "crates/{{ m.crate }}/admin/Cargo.toml": (
        '[package]\nname = "{{ m.crate }}-admin"\n\n[features]\nhydrate = []\nssr = []\n'
    ),
}
