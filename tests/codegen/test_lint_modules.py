"""What no line of a manifest shows by itself: circles, conflicts, what stands twice, interfaces without an address."""

from __future__ import annotations

import pytest

from codegen import Finding, lint_manifest

HEAD = 'schema = 2\napp = "server"\n'


def lint(*rows: str, build: str = "", enabled: str = "") -> list[Finding]:
    text = f"{HEAD}{build}[modules]\n{''.join(rows)}[settings]\ndefault_enabled = [{enabled}]\n"
    return list(lint_manifest(text, path="modules.toml"))


def row(slug: str, more: str = "", *, crate: str = "", path: str = "") -> str:
    tail = f", {more}" if more else ""
    return (
        f'{slug} = {{ crate = "{crate or "c-" + slug}", source = "path", path = "{path or "crates/" + slug}"{tail} }}\n'
    )


def told(found: list[Finding]) -> list[tuple[str, int, str]]:
    return [(one.severity, one.line, one.key) for one in found]


def test_modules_that_fit_together_have_no_finding() -> None:
    assert lint(row("shop", 'depends_on = ["cart"]'), row("cart"), enabled='"cart", "shop"') == []


def test_circles_are_said_each_with_its_way() -> None:
    found = lint(
        *(
            row(one, f'depends_on = ["{other}"]')
            for one, other in (("a", "b"), ("b", "a"), ("c", "d"), ("d", "c"), ("e", "e"))
        )
    )
    assert {frozenset(one.found.split(" → ")) for one in found} == {
        frozenset("ab"),
        frozenset("cd"),
        frozenset("e"),
    }


def test_names_that_are_not_there_are_said_where_they_stand() -> None:
    found = lint(row("shop", 'depends_on = ["cart", "stock"]'), enabled='"blog"')
    assert told(found) == [("error", 4, "shop.depends_on")] * 2 + [("error", 6, "settings.default_enabled")]
    assert found[1].column - found[0].column == len('"cart", ')


def test_a_name_that_is_not_there_may_be_one_that_could_not_be_read() -> None:
    assert told(lint(row("Cart", crate="c"), row("shop", 'depends_on = ["cart"]'))) == [("error", 4, "modules")]


def test_a_crate_and_a_folder_belong_to_one_module() -> None:
    found = lint(row("a"), row("b", crate="c-a"), row("c", path="crates/a"))
    assert told(found) == [("error", 5, "b.crate"), ("error", 6, "c.path")]


def test_names_that_differ_only_by_case_or_line_are_errors_and_look_alikes_warnings() -> None:
    found = lint(row("tax_rate"), row("tax-rate", crate="x"), row("b1og"), row("blog"), row("modem"), row("rnodem"))
    words = [(one.severity, one.line) for one in found if "module tax" in one.problem or "looks like" in one.problem]
    assert words == [("error", 5), ("warning", 7), ("warning", 9)]


def test_modules_that_conflict_are_not_installed_together() -> None:
    found = lint(row("a", 'conflicts_with = ["b", "z"]'), row("b"))
    assert told(found) == [("error", 4, "a.conflicts_with")]


def test_a_version_that_does_not_fit_is_said_and_one_that_is_not_pinned_is_left_to_the_plan() -> None:
    wants = 'depends_on = ["b", "c"], dependency_version_reqs = { b = ">=2", c = ">=2" }'
    found = lint(row("a", wants), row("b", 'version = "1.0.0"'), row("c"))
    assert [(one.key, one.found, one.allowed) for one in found] == [
        ("a.dependency_version_reqs", "b '1.0.0'", "'>=2'"),
    ]


def test_a_version_of_what_is_not_needed_is_a_warning() -> None:
    found = lint(row("a", 'dependency_version_reqs = { b = ">=1" }'), row("b"))
    assert told(found) == [("warning", 4, "a.dependency_version_reqs")]


def test_defaults_that_need_what_is_off_are_warnings() -> None:
    rows = (row("a", 'depends_on = ["b", "core", "ext"]'), row("b"), row("core", "required = true"))
    found = lint(*rows, row("ext", 'runtime = "extension"'), enabled='"a", "core"')
    assert [(one.severity, one.found, one.hint) for one in found] == [
        ("warning", "a", "add b to the list"),
        ("warning", "core", "take it out of the list"),
    ]


ADMIN = '[build.admin]\nstack = "next"\n'
STOREFRONT = '[[build.storefront]]\nid = "{}"\nstack = "{}"\n'
ADDRESS = 'public_url = "https://example.org"\nredirect_uris = ["https://example.org/back"]\n'


@pytest.mark.parametrize(
    ("build", "keys"),
    [
        (ADMIN, ["build.admin.public_url", "build.admin.redirect_uris"]),
        (ADMIN + ADDRESS, []),
        ("[build.server]\nembed_admin = true\n" + ADMIN, []),
        ("build.admin.stack = 'next'\n", ["build.admin.public_url", "build.admin.redirect_uris"]),
        ('[build]\nadmin = { stack = "next", public_url = "http://a" }\n', ["build.admin.redirect_uris"]),
        (STOREFRONT.format("a", "leptos") + ADDRESS, []),
        ("[build.server]\nembed_storefront = true\n" + STOREFRONT.format("a", "leptos"), []),
        (
            "[build.server]\nembed_storefront = true\n" + STOREFRONT.format("a", "next"),
            ["build.storefront.public_url", "build.storefront.redirect_uris"],
        ),
        ((STOREFRONT.format("a", "next") + ADDRESS) * 2, ["build.storefront.id"]),
        ('[[build.storefront]]\nstack = ""\n' + ADDRESS, ["build.storefront.id"]),
        (
            '[build.admin]\nstack = "next"\npublic_url = "ftp://x"\nredirect_uris = ["x"]\n',
            ["build.admin.public_url", "build.admin.redirect_uris"],
        ),
        ('[build.storefront]\nid = "a"\n' + ADDRESS, ["build.storefront"]),
    ],
)
def test_an_interface_that_stands_alone_has_an_address(build: str, keys: list[str]) -> None:
    assert [one.key for one in lint(row("a"), build=build)] == keys
