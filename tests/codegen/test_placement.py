"""A new line stands where a person would have put it, and two changes come to one text whichever is made first."""

from __future__ import annotations

from itertools import permutations

import pytest

from codegen import Delta, ModuleEntry, ModuleName
from codegen.manifest.edits import write_delta

HEAD = 'schema = 2\napp = "server"\n\n[modules]\n'
TAIL = "\n[settings]\ndefault_enabled = [{}]\n"


def entry(slug: str, *needs: str, **more: object) -> ModuleEntry:
    names = tuple(ModuleName(need) for need in needs)
    return ModuleEntry(slug=ModuleName(slug), crate=f"c-{slug}", path=f"crates/{slug}", depends_on=names, **more)  # type: ignore[arg-type]


def line(slug: str, *needs: str, more: str = "") -> str:
    wants = f", depends_on = [{', '.join(f'{chr(34)}{need}{chr(34)}' for need in needs)}]" if needs else ""
    return f'{slug} = {{ crate = "c-{slug}", source = "path", path = "crates/{slug}"{more}{wants} }}\n'


def manifest(*lines: str, enabled: str = "") -> str:
    return HEAD + "".join(lines) + TAIL.format(enabled)


def add(text: str, *entries: ModuleEntry) -> str:
    for one in entries:
        text = write_delta(text, Delta(added=(one,)), path="modules.toml")
    return text


def order(text: str) -> list[str]:
    return [
        one.split(" = ")[0]
        for one in text.split("[modules]\n")[1].split("\n[settings]")[0].splitlines()
        if " = {" in one
    ]


@pytest.mark.parametrize(
    ("present", "new", "after"),
    [
        ("acd", entry("b"), "abcd"),
        ("acd", entry("e"), "acde"),
        ("bcd", entry("a", "d"), "abcd"),
        ("", entry("a"), "a"),
        ("cab", entry("d"), "cabd"),
        ("dcab", entry("e", "c"), "dceab"),
        ("dcab", entry("e", "c", "a"), "dcaeb"),
    ],
)
def test_a_sorted_group_stays_sorted_and_any_other_has_it_behind_its_needs(
    present: str, new: ModuleEntry, after: str
) -> None:
    assert order(add(manifest(*map(line, present)), new)) == list(after)


def test_a_family_stands_together() -> None:
    text = manifest(line("shop"), line("shop_cart"), line("mail"), line("blog"))
    assert order(add(text, entry("shop_stock"))) == ["shop", "shop_cart", "shop_stock", "mail", "blog"]
    assert order(add(text, entry("shop_area"))) == ["shop", "shop_area", "shop_cart", "mail", "blog"]


def test_a_line_goes_into_the_group_of_its_kind() -> None:
    text = manifest(
        "# ядро\n",
        line("z", more=", required = true"),
        "\n# ── Остальное ──\n",
        line("m"),
        "# last\n",
        line("x", more=', runtime = "extension"'),
    )
    text = add(text, entry("a", required=True), entry("b"), entry("c", runtime="extension"))
    assert order(text) == ["a", "z", "b", "m", "c", "x"]


def test_a_group_without_lines_is_found_by_its_comment() -> None:
    groups = "# Core modules (required)\n\n# Domain modules (optional)\n\n# Extensions\n\n"
    text = f"{HEAD}{groups}# of the next table\n[settings]\ndefault_enabled = []\n"
    text = add(text, entry("c", runtime="extension"), entry("a", required=True), entry("b"))
    lines = text.splitlines()
    assert [lines[lines.index(one.rstrip()) - 1] for one in (line("b"),)] == ["# Domain modules (optional)"]
    assert order(text) == ["a", "b", "c"]
    assert text.endswith("\n# of the next table\n[settings]\ndefault_enabled = []\n")


@pytest.mark.parametrize("start", ["", "ace", "cab", "bad", "zyx", "content shop blog", "shop_cart pages blog content"])
def test_independent_installs_come_to_one_text_in_every_order(start: str) -> None:
    present = start.split() if " " in start else list(start)
    text = manifest(*map(line, present), enabled=", ".join(f'"{one}"' for one in reversed(present)))
    needs = [one for one in present if one in ("content", "c")][:1]
    new = [
        entry("shop_stock", default_enabled=True),
        entry("media"),
        entry("shop_area", default_enabled=True),
        entry("forum", *needs),
        entry("comments", *needs, default_enabled=True),
    ]
    assert len({add(text, *each) for each in permutations(new)}) == 1


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize("is_ended", [True, False])
def test_what_stands_around_keeps_every_byte(line_end: str, is_ended: bool) -> None:
    text = (
        "# Состав ─────\n" + HEAD + "# ── ядро ──\n"
        'auth     = { crate = "c-auth",source="path",  path = "crates/auth", required=true }   # не трогать\n'
        "\t# в работе\n" + line("mail").rstrip("\n") + "  \t\n[settings]   # ─\ndefault_enabled = [  # кто включён\n]\n"
    ).replace("\n", line_end)
    text = text if is_ended else text.removesuffix(line_end)
    new = entry("blog", default_enabled=True)
    installed = add(text, new)
    kept = [one for one in installed.splitlines(keepends=True) if "blog" not in one]
    assert "".join(kept) == text
    assert write_delta(installed, Delta(removed=(new,)), path="modules.toml") == text


@pytest.mark.parametrize(
    ("listed", "after"),
    [
        ('"mail", "shop"', '"blog", "mail", "shop"'),
        ('"shop", "mail"', '"shop", "blog", "mail"'),
        ("", '"blog"'),
    ],
)
def test_defaults_stand_in_the_order_of_the_manifest(listed: str, after: str) -> None:
    text = manifest(line("auth"), line("mail"), line("shop"), enabled=listed)
    assert f"[{after}]" in add(text, entry("blog", default_enabled=True))


def test_of_a_changed_entry_only_what_differs_is_written() -> None:
    old, new = entry("shop", "blog", "mail"), entry("shop", "mail", "stock", required=True)
    text = manifest(
        line("blog"),
        line("mail"),
        line("stock"),
        'shop = { depends_on=[ "blog" ,"mail" ], crate="c-shop",source = "path", path="crates/shop" } # ~\n',
    )
    changed = write_delta(text, Delta(changed=((old, new),)), path="modules.toml")
    assert (
        'depends_on=[ "mail", "stock" ], crate="c-shop",source = "path", path="crates/shop", required = true } # ~'
        in changed
    )
