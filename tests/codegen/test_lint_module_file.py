"""What a module says of itself: wrong values are errors, what the platform does not read are warnings."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import Finding
from codegen.lint.module_file import lint_module_file

WHOLE = """\
[module]
slug = "shop"
name = "Лавка"
version = "0.1.0"
description = "Sells things to people who want them"
ownership = "first_party"
trust_level = "verified"
ui_classification = "dual-surface"
recommended_admin_surfaces = ["leptos-admin"]
showcase_admin_surfaces = ["next-admin"]
rustok_min_version = "0.1"
rustok_max_version = "1.x"

[crate]
entry_type = "ShopModule"

[dependencies]
mail = { version_req = ">=0.1.0" }

[dependencies.stock]
version_req = "^1, <1.5"

[co_requisites.prices]
version_req = "*"

[conflicts]
modules = ["bazaar"]

[marketplace]
category = "trade"
tags = ["goods", "sale"]
publisher = "us"
icon = "https://example.org/i.svg"

[settings.size]
type = "integer"
default = 20
min = 1
max = 100
options = [10, 20]

[settings.look]
type = "object"
[settings.look.shape.title]
type = "string"
[settings.look.additional_properties]
anything = { goes = true }

[provides]
cli = { namespace = "shop", factory = "shop_cli::commands" }
[provides.graphql]
query = "graphql::ShopQuery"
[provides.http]
axum_router = "http::router"
[provides.admin_ui]
leptos_crate = "shop-admin"
route_segment = "shop/all"
nav_order = 5
[[provides.admin_ui.child_pages]]
subpath = "new"
title = "New"
[[provides.admin_ui.child_pages]]
subpath = "old"
title = "Old"
[provides.admin_ui.i18n]
default_locale = "en"
supported_locales = ["en", "pt-BR"]
[provides.storefront_ui]
slot = "footer_links"
[[provides.storefront_ui.components]]
id = "shop-link"
component = "ShopLink"
slot = "footer"
order = 1

[fba.provider]
what = ["they", "agreed"]
[fba.provider.more.of.it]
x = 1
"""


def lint(text: str) -> tuple[Finding, ...]:
    return lint_module_file(text, path="shop.toml")


def test_a_file_with_every_part_has_no_finding() -> None:
    assert lint(WHOLE) == ()


@pytest.mark.parametrize(
    ("old", "new", "key", "severity"),
    [
        ('slug = "shop"', 'slug = "Shop"', "module.slug", "error"),
        ('slug = "shop"\n', "", "module.slug", "error"),
        ('version = "0.1.0"', 'version = "0.1"', "module.version", "error"),
        ('"dual-surface"', '"none"', "module.ui_classification", "error"),
        ('"dual-surface"', '"admin_only"', "module.ui_classification", "error"),
        ('["next-admin"]', '["leptos-admin"]', "module.showcase_admin_surfaces", "error"),
        ('trust_level = "verified"', 'trust_level = "high"', "module.trust_level", "error"),
        ('entry_type = "ShopModule"', 'entry_type = "shop"', "crate.entry_type", "error"),
        ('">=0.1.0"', '"latest"', "dependencies.mail.version_req", "error"),
        ("mail = {", '"Mail!" = {', "'dependencies.Mail!'", "error"),
        ('mail = { version_req = ">=0.1.0" }', 'mail = ">=0.1.0"', "dependencies.mail", "error"),
        ('type = "integer"', 'type = "colour"', "settings.size.type", "error"),
        ("default = 20", "default = 2020-01-01", "settings.size.default", "error"),
        ('"graphql::ShopQuery"', '"graphql::ShopQuery()"', "provides.graphql.query", "error"),
        ('axum_router = "http::router"', 'axum_router = "a"\nroutes = "b"', "provides.http.axum_router", "error"),
        ("nav_order = 5", 'nav_order = "first"', "provides.admin_ui.nav_order", "error"),
        ('subpath = "old"\n', "", "provides.admin_ui.child_pages.subpath", "error"),
        (
            "[[provides.storefront_ui.components]]",
            "[provides.storefront_ui.components]",
            "provides.storefront_ui.components",
            "error",
        ),
        ("[crate]", "colour = 1\n[crate]", "module.'colour'", "warning"),
        ("[crate]", "[colours]\n[crate]", "'colours'", "warning"),
        ('version_req = "*"', 'version_req = "*"\nmode = "x"', "co_requisites.prices.'mode'", "warning"),
        ("[provides]", "[provides.smell]\n[provides]", "provides.'smell'", "warning"),
    ],
)
def test_one_thing_that_is_wrong_is_one_finding(old: str, new: str, key: str, severity: str) -> None:
    assert WHOLE.count(old) == 1
    assert [(one.key, one.severity) for one in lint(WHOLE.replace(old, new))] == [(key, severity)]


def test_an_empty_file_says_what_is_missing() -> None:
    assert [one.key for one in lint("")] == ["module"]


@pytest.mark.parametrize("text", ["[module", "#" * 400_000, "<<<<<<< a\n"])
def test_what_cannot_be_read_is_one_finding(text: str) -> None:
    assert len(lint(text)) == 1


DATA = Path(__file__).parents[3] / "shared" / "data" / "rustok"


@pytest.mark.skipif(not DATA.is_dir(), reason="the real module files are not beside this checkout")
def test_real_files_have_no_errors_but_one_kind() -> None:
    """One of the platform's files has a classification that its own tools do not know."""
    files = sorted(DATA.glob("schema-2/crates/**/*-module.toml"))
    found = [one for path in files for one in lint(path.read_bytes().decode())]
    assert files
    assert {one.key for one in found if one.severity == "error"} <= {"module.ui_classification"}
