"""Every key of a module's own file that its platform reads, as data: a list of alike things.

A file of a module is its author's: what the platform does not read is allowed in it and said as a warning, since it may
be a contract with others or a slip of the pen.
"""

from __future__ import annotations

from codegen import names
from codegen.manifest.key_rule import KeyRule, TableRule
from codegen.manifest.keys import OWNERSHIPS, RUNTIMES, TRUST_LEVELS, UI_CLASSIFICATIONS

_TYPES = ("string", "integer", "number", "boolean", "array", "object")

_I18N_KEYS = (
    KeyRule(name="default_locale", grammar=names.LOCALE, says="The language that is shown where none is asked for."),
    KeyRule(name="supported_locales", kind="texts", grammar=names.LOCALE, says="The languages that it has."),
    KeyRule(name="leptos_locales_path", grammar=names.PATH, says="The folder of its Rust interface's texts."),
    KeyRule(name="next_messages_path", grammar=names.PATH, says="The folder of its web interface's texts."),
)

MODULE_FILE_TABLES = (
    TableRule(path=(), says="What a module says of itself."),
    TableRule(
        path=("module",),
        says="The module.",
        is_required=True,
        keys=(
            KeyRule(name="slug", grammar=names.MODULE, says="Its name, as the manifest has it.", is_required=True),
            KeyRule(name="name", says="Its name for people."),
            KeyRule(name="version", grammar=names.VERSION, says="Its version.", is_required=True),
            KeyRule(name="description", grammar=names.DESCRIPTION, says="What it does, in at least 20 characters."),
            KeyRule(name="ownership", choices=OWNERSHIPS, says="Whose it is."),
            KeyRule(name="trust_level", choices=TRUST_LEVELS, says="How far it is trusted; `core` if required."),
            KeyRule(name="ui_classification", choices=UI_CLASSIFICATIONS, says="Which interfaces it has."),
            KeyRule(
                name="recommended_admin_surfaces",
                kind="texts",
                grammar=names.SURFACE,
                says="Admin interfaces that it is meant for.",
            ),
            KeyRule(
                name="showcase_admin_surfaces",
                kind="texts",
                grammar=names.SURFACE,
                says="Admin interfaces that only show it.",
            ),
            KeyRule(name="rustok_min_version", kind="platform", says="The oldest platform that it runs on."),
            KeyRule(name="rustok_max_version", kind="platform", says="The newest platform that it runs on."),
            KeyRule(name="category", grammar=names.TAG, says="Its shelf in the marketplace."),
            KeyRule(name="runtime", choices=RUNTIMES, says="`extension`: always on, never toggled by a tenant."),
        ),
    ),
    TableRule(
        path=("crate",),
        says="The crate.",
        keys=(KeyRule(name="entry_type", grammar=names.ENTRY_TYPE, says="The Rust type that is registered."),),
    ),
    TableRule(path=("dependencies",), says="Modules that it needs."),
    TableRule(
        path=("dependencies", "*"),
        says="A module that it needs.",
        grammar=names.MODULE,
        keys=(KeyRule(name="version_req", kind="requirement", says="The versions that fit, by Cargo's rules."),),
    ),
    TableRule(path=("co_requisites",), says="Modules that are on wherever it is on by default."),
    TableRule(
        path=("co_requisites", "*"),
        says="A module that goes with it.",
        grammar=names.MODULE,
        keys=(KeyRule(name="version_req", kind="requirement", says="The versions that fit, by Cargo's rules."),),
    ),
    TableRule(
        path=("conflicts",),
        says="Modules that it cannot stand beside.",
        keys=(KeyRule(name="modules", kind="texts", grammar=names.MODULE, says="Their names."),),
    ),
    TableRule(
        path=("marketplace",),
        says="How the marketplace shows it.",
        keys=(
            KeyRule(name="category", grammar=names.TAG, says="Its shelf."),
            KeyRule(name="tags", kind="texts", grammar=names.TAG, says="Words to find it by."),
            KeyRule(name="icon", grammar=names.ICON_URL, says="Its icon."),
            KeyRule(name="banner", grammar=names.PICTURE_URL, says="A wide picture."),
            KeyRule(name="screenshots", kind="texts", grammar=names.PICTURE_URL, says="Pictures of it at work."),
            KeyRule(name="publisher", says="Who offers it."),
            KeyRule(name="description", grammar=names.DESCRIPTION, says="What it does, in at least 20 characters."),
        ),
    ),
    TableRule(path=("settings",), says="The settings of a tenant."),
    TableRule(
        path=("settings", "*"),
        says="A setting.",
        grammar=names.WORD,
        keys=(
            KeyRule(name="type", choices=_TYPES, says="The type of its value.", is_required=True),
            KeyRule(name="required", kind="flag", says="Whether every tenant has to set it."),
            KeyRule(name="default", kind="free", says="Its value where a tenant sets none."),
            KeyRule(name="description", says="What it does."),
            KeyRule(name="min", kind="free", says="The least that it may be."),
            KeyRule(name="max", kind="free", says="The most that it may be."),
            KeyRule(name="options", kind="free", says="What it may be."),
            KeyRule(name="object_keys", kind="free", says="The keys of an object."),
            KeyRule(name="item_type", choices=_TYPES, says="The type of a list's items."),
            KeyRule(name="properties", kind="table", says="The properties of an object."),
            KeyRule(name="items", kind="free", says="What the items of a list are."),
        ),
    ),
    # Read by no tool; authors describe objects with them.
    TableRule(path=("settings", "*", "shape"), says="The shape of an object.", is_open=True),
    TableRule(path=("settings", "*", "additional_properties"), says="The shape of other properties.", is_open=True),
    TableRule(path=("settings", "*", "properties"), says="The properties of an object.", is_open=True),
    TableRule(path=("settings", "*", "items"), says="What the items of a list are.", is_open=True),
    TableRule(path=("provides",), says="What it brings along."),
    TableRule(
        path=("provides", "graphql"),
        says="Its part of the GraphQL schema.",
        keys=(
            KeyRule(name="query", grammar=names.RUST_PATH, says="The type of its queries."),
            KeyRule(name="mutation", grammar=names.RUST_PATH, says="The type of its mutations."),
            KeyRule(name="subscription", grammar=names.RUST_PATH, says="The type of its subscriptions."),
            KeyRule(name="runtime_data_factory", grammar=names.RUST_PATH, says="The function that brings its data."),
        ),
    ),
    TableRule(
        path=("provides", "http"),
        says="Its routes.",
        keys=(
            KeyRule(name="axum_router", grammar=names.RUST_PATH, says="The function with its router."),
            KeyRule(name="axum_webhook_router", grammar=names.RUST_PATH, says="The function with its webhook router."),
            KeyRule(name="routes", grammar=names.RUST_PATH, says="An older way; not together with `axum_router`."),
            KeyRule(name="webhook_routes", grammar=names.RUST_PATH, says="An older way for webhooks."),
        ),
    ),
    TableRule(
        path=("provides", "cli"),
        says="Its commands.",
        keys=(
            KeyRule(name="namespace", grammar=names.TAG, says="The word that they begin with."),
            KeyRule(name="factory", grammar=names.RUST_PATH, says="The function that makes them."),
            KeyRule(name="provider", grammar=names.RUST_PATH, says="The type that has them."),
        ),
    ),
    TableRule(
        path=("provides", "admin_ui"),
        says="Its part of the admin interface.",
        keys=(
            KeyRule(name="leptos_crate", grammar=names.CRATE, says="The Cargo package of it."),
            KeyRule(name="next_package", grammar=names.PACKAGE, says="The web package of it."),
            KeyRule(name="route_segment", grammar=names.ROUTE, says="Its part of the address."),
            KeyRule(name="nav_label", says="Its name in the menu."),
            KeyRule(name="nav_group", says="The part of the menu that it stands in."),
            KeyRule(name="nav_order", kind="integer", says="Its place there."),
            KeyRule(name="slot", grammar=names.WORD, says="The place of a page that it fills."),
            KeyRule(name="page_title", says="The title of its page."),
        ),
    ),
    TableRule(
        path=("provides", "admin_ui", "child_pages"),
        says="A page below its own.",
        is_array=True,
        keys=(
            KeyRule(name="subpath", grammar=names.ROUTE, says="Its part of the address.", is_required=True),
            KeyRule(name="title", says="Its title.", is_required=True),
            KeyRule(name="nav_label", says="Its name in the menu."),
        ),
    ),
    TableRule(path=("provides", "admin_ui", "i18n"), says="Its languages.", keys=_I18N_KEYS),
    TableRule(
        path=("provides", "storefront_ui"),
        says="Its part of the storefront.",
        keys=(
            KeyRule(name="leptos_crate", grammar=names.CRATE, says="The Cargo package of it."),
            KeyRule(name="next_package", grammar=names.PACKAGE, says="The web package of it."),
            KeyRule(name="slot", grammar=names.WORD, says="The place of a page that it fills."),
            KeyRule(name="route_segment", grammar=names.ROUTE, says="Its part of the address."),
            KeyRule(name="page_title", says="The title of its page."),
        ),
    ),
    TableRule(
        path=("provides", "storefront_ui", "components"),
        says="A component that fills a place of its own.",
        is_array=True,
        keys=(
            KeyRule(name="id", grammar=names.WORD, says="Its name, each once.", is_required=True),
            KeyRule(name="component", grammar=names.ENTRY_TYPE, says="The Rust component.", is_required=True),
            KeyRule(name="slot", grammar=names.WORD, says="The place that it fills.", is_required=True),
            KeyRule(name="order", kind="integer", says="Its place among others there."),
        ),
    ),
    TableRule(path=("provides", "storefront_ui", "i18n"), says="Its languages.", keys=_I18N_KEYS),
    TableRule(path=("fba",), says="Contracts with other modules, which no plan reads.", is_open=True),
)
