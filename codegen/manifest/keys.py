"""Every key of a manifest (`modules.toml`), for both schemas: a list of alike things that lint and the JSON Schema share.

Schema 1 is what the platform's first tool reads, schema 2 what its server and its later tool read together. A key that
only one of them knows is refused in the other: there it would be ignored in silence.
"""

from __future__ import annotations

from codegen import names
from codegen.manifest.key_rule import KeyRule, TableRule

SCHEMAS = (1, 2)

OWNERSHIPS = ("first_party", "third_party")
TRUST_LEVELS = ("core", "verified", "unverified", "private")
_UI = ("dual_surface", "admin_only", "storefront_only", "no_ui", "capability_only", "future_ui")
UI_CLASSIFICATIONS = (*_UI, *(each.replace("_", "-") for each in _UI))
"""The platform reads `-` as `_` here."""
RUNTIMES = ("module", "extension")
_STACKS = ("leptos", "next")
_SOURCE = "Where the crate comes from: `path`, `git` or `crates-io`, which schema 2 also calls `registry`."

TOP = TableRule(
    path=(),
    says="The manifest: which modules a platform is built from.",
    keys=(
        KeyRule(name="schema", kind="integer", says="The schema of this file: 1 or 2.", is_required=True),
        KeyRule(
            name="app",
            grammar=names.CRATE,
            says="The Cargo package of the server that the modules are built into.",
            is_required=True,
        ),
    ),
)

BUILD = TableRule(
    path=("build",),
    says="How the server is built.",
    keys=(
        KeyRule(
            name="target",
            grammar=names.TARGET,
            says="The Rust target; empty for the builder's own.",
            default="",
            may_be_empty=True,
        ),
        KeyRule(
            name="profile",
            grammar=names.PROFILE,
            says="The Cargo profile; empty for release.",
            default="",
            may_be_empty=True,
        ),
        KeyRule(
            name="deployment_profile",
            choices=("monolith", "headless"),
            says="Whether the interfaces are built in; schema 2 derives it from [build.server].",
            schemas=(1,),
        ),
    ),
)

SERVER = TableRule(
    path=("build", "server"),
    says="What is compiled into the server.",
    schemas=(2,),
    keys=(
        KeyRule(name="embed_admin", kind="flag", says="Whether the admin interface is.", schemas=(2,), default=False),
        KeyRule(name="embed_storefront", kind="flag", says="Whether the storefront is.", schemas=(2,), default=False),
    ),
)

_SURFACE_KEYS = (
    KeyRule(
        name="stack",
        choices=_STACKS,
        says="What the interface is written with; empty where there is none.",
        schemas=(2,),
        default="",
        may_be_empty=True,
    ),
    KeyRule(
        name="public_url",
        grammar=names.WEB_URL,
        says="Its address; needed where it stands by itself.",
        schemas=(2,),
        default="",
        may_be_empty=True,
    ),
    KeyRule(
        name="redirect_uris",
        kind="texts",
        grammar=names.WEB_URL,
        says="Where a login may lead back to; at least one where it stands by itself.",
        schemas=(2,),
    ),
)

ADMIN = TableRule(path=("build", "admin"), says="The admin interface.", schemas=(2,), keys=_SURFACE_KEYS)

STOREFRONT = TableRule(
    path=("build", "storefront"),
    says="A storefront; there may be several.",
    schemas=(2,),
    is_array=True,
    keys=(
        KeyRule(name="id", grammar=names.WORD, says="Its name, each once.", schemas=(2,), is_required=True),
        *_SURFACE_KEYS,
    ),
)

MODULES = TableRule(path=("modules",), says="The modules, one line each.", grammar=names.MODULE, is_required=True)

SETTINGS = TableRule(
    path=("settings",),
    says="What new tenants get.",
    keys=(
        KeyRule(
            name="default_enabled",
            kind="texts",
            grammar=names.MODULE,
            says="The modules that are on for new tenants: optional ones, with what they need.",
        ),
    ),
)

MODULE = TableRule(
    path=("modules", "*"),
    says="One module.",
    grammar=names.MODULE,
    keys=(
        KeyRule(name="crate", grammar=names.CRATE, says="The Cargo package.", is_required=True),
        KeyRule(
            name="source",
            choices=("path", "git", "crates-io"),
            says=_SOURCE,
            schemas=(1,),
            is_required=True,
        ),
        KeyRule(
            name="source",
            choices=("path", "git", "crates-io", "registry"),
            says=_SOURCE,
            schemas=(2,),
            is_required=True,
        ),
        KeyRule(
            name="path", grammar=names.PATH, says="The module's folder in the repository; needed for source `path`."
        ),
        KeyRule(name="git", grammar=names.GIT_URL, says="The repository; needed for source `git`."),
        KeyRule(name="rev", grammar=names.REVISION, says="The commit; needed for source `git`."),
        KeyRule(
            name="version", grammar=names.VERSION, says="The version; needed for source `crates-io` or `registry`."
        ),
        KeyRule(
            name="required",
            kind="flag",
            says="`true`: the platform does not run without it, and it cannot be taken out.",
            default=False,
        ),
        KeyRule(name="depends_on", kind="texts", grammar=names.MODULE, says="Modules that it needs."),
        KeyRule(
            name="runtime",
            choices=RUNTIMES,
            says="`extension`: compiled in and always on, never toggled by a tenant.",
            schemas=(2,),
            default="module",
        ),
        KeyRule(name="features", kind="texts", grammar=names.FEATURE, says="Cargo features to build it with."),
        KeyRule(
            name="dependency_version_reqs",
            kind="requirements",
            grammar=names.MODULE,
            says="Versions of what it needs, by Cargo's rules.",
            schemas=(2,),
        ),
        KeyRule(
            name="conflicts_with",
            kind="texts",
            grammar=names.MODULE,
            says="Modules that must not be installed with it.",
            schemas=(2,),
        ),
        KeyRule(name="rustok_min_version", kind="platform", says="The oldest platform that it runs on.", schemas=(2,)),
        KeyRule(name="rustok_max_version", kind="platform", says="The newest platform that it runs on.", schemas=(2,)),
        KeyRule(
            name="entry_type",
            grammar=names.ENTRY_TYPE,
            says="The Rust type that is registered; the module's own file says it too, and rules.",
            schemas=(2,),
        ),
        KeyRule(name="name", says="Its name for people.", schemas=(2,)),
        KeyRule(name="category", grammar=names.TAG, says="Its shelf in the marketplace.", schemas=(2,)),
        KeyRule(name="tags", kind="texts", grammar=names.TAG, says="Words to find it by.", schemas=(2,)),
        KeyRule(
            name="description",
            grammar=names.DESCRIPTION,
            says="What it does, in at least 20 characters.",
            schemas=(2,),
        ),
        KeyRule(name="icon_url", grammar=names.ICON_URL, says="Its icon.", schemas=(2,)),
        KeyRule(name="banner_url", grammar=names.PICTURE_URL, says="A wide picture.", schemas=(2,)),
        KeyRule(
            name="screenshots", kind="texts", grammar=names.PICTURE_URL, says="Pictures of it at work.", schemas=(2,)
        ),
        KeyRule(
            name="ownership",
            choices=OWNERSHIPS,
            says="Whose it is; one with source `path` is `first_party`.",
            schemas=(2,),
            default="",
            may_be_empty=True,
        ),
        KeyRule(
            name="trust_level",
            choices=TRUST_LEVELS,
            says="How far it is trusted; `core` if and only if it is required.",
            schemas=(2,),
            default="",
            may_be_empty=True,
        ),
        KeyRule(
            name="ui_classification",
            choices=UI_CLASSIFICATIONS,
            says="Which interfaces it has.",
            schemas=(2,),
        ),
        KeyRule(
            name="recommended_admin_surfaces",
            kind="texts",
            grammar=names.SURFACE,
            says="Admin interfaces that it is meant for.",
            schemas=(2,),
        ),
        KeyRule(
            name="showcase_admin_surfaces",
            kind="texts",
            grammar=names.SURFACE,
            says="Admin interfaces that only show it; none of the recommended ones.",
            schemas=(2,),
        ),
        KeyRule(
            name="graphql_query_type", grammar=names.RUST_PATH, says="The type of its GraphQL queries.", schemas=(2,)
        ),
        KeyRule(
            name="graphql_mutation_type",
            grammar=names.RUST_PATH,
            says="The type of its GraphQL mutations.",
            schemas=(2,),
        ),
        KeyRule(
            name="graphql_subscription_type",
            grammar=names.RUST_PATH,
            says="The type of its GraphQL subscriptions.",
            schemas=(2,),
        ),
        KeyRule(
            name="graphql_runtime_data_factory",
            grammar=names.RUST_PATH,
            says="The function that puts its data into the GraphQL schema.",
            schemas=(2,),
        ),
        KeyRule(name="http_routes_fn", grammar=names.RUST_PATH, says="The function with its routes.", schemas=(2,)),
        KeyRule(
            name="http_axum_router_fn",
            grammar=names.RUST_PATH,
            says="The function with its router; not together with `http_routes_fn`.",
            schemas=(2,),
        ),
        KeyRule(
            name="http_webhook_routes_fn",
            grammar=names.RUST_PATH,
            says="The function with its webhook routes.",
            schemas=(2,),
        ),
        KeyRule(
            name="http_axum_webhook_router_fn",
            grammar=names.RUST_PATH,
            says="The function with its webhook router.",
            schemas=(2,),
        ),
        KeyRule(name="settings_schema", kind="table", says="The settings of a tenant, by name.", schemas=(2,)),
    ),
)

TABLES = (TOP, BUILD, SERVER, ADMIN, STOREFRONT, MODULES, MODULE, SETTINGS)

MODULE_KEYS = tuple(dict.fromkeys(rule.name for rule in MODULE.keys))
"""The keys of a module, in the order in which a new line has them."""


def module_rules(schema: int) -> dict[str, KeyRule]:
    """The keys that a module may have in this schema."""
    return MODULE.rules(schema)
