"""A module's lines go into a file that people write where a person would put them, and out again to the byte."""

from __future__ import annotations

import pytest

from codegen.errors import ManifestError
from codegen.lines.blocks import Order, Region, blocks, insert_block, region_span, remove_block

GATED = r'^[ \t]*#\[cfg\(feature = "mod-(?P<name>[a-z_]+)"\)\]\n[ \t]*\{\n[ \t]*registry = [^\n]*;\n[ \t]*\}[ \t]*(?://[^\n]*)?$'
LINK = r"^[ \t]*\.register\((?P<name>\w+)\);?[ \t]*(?://[^\n]*)?$"
CALL = r"^[ \t]*all\.extend\((?:core::Source::migrations\(\s*&)?shop_(?P<name>\w+)::[^;]{0,200}\);$"
SOURCE = r'^[ \t]*Source \{\n[ \t]*slug: "(?P<name>\w+)",\n[ \t]*source: &[^\n]*,\n[ \t]*\},?$'
USE = r"^use (?P<name>[\w:]+);$"
ROW = r"^\| `(?P<name>[a-z_]+)` \|[^\n]*$"
ITEM = r"^- `shop-(?P<name>[a-z-]+)` admin UI:[^\n]*(?:\n[ \t]+[^\n]+)*$"

REGISTRY = Region(within="pub fn build_registry()")
SOURCES = Region(within="static SOURCES")
MIGRATOR = Region(within="impl Migrator for All")
FILE = Region(kind="file")
CORE = Region(within="### Core Modules", kind="markdown")

REGISTRATION = """\
pub fn build_registry() -> Registry {
    let mut registry = Registry::new()
        .register(Auth)
        .register(Tenant);

    #[cfg(feature = "mod-cart")]
    {
        registry = registry.register(shop_cart::CartModule);
    }
    // #[cfg(feature = "mod-gone")]
    #[cfg(feature = "mod-order")]
    {
        registry = registry.register(shop_order::OrderModule);
    }

    registry
}
"""
MIGRATIONS = """\
static SOURCES: &[Source] = &[
    Source {
        slug: "cart",
        source: &shop_cart::CartModule,
    },
];

impl Migrator for All {
    fn migrations() -> Vec<Migration> {
        let mut all = vec![];
        all.extend(shop_cart::migrations::migrations());
        all.extend(core::Source::migrations(
            &shop_seller::SellerModule,
        ));
        all.extend(shop_order::migrations::migrations());
        all
    }
}
"""
DOCUMENT = """\
# Modules

```text
### Core Modules
```

### Core Modules

| Slug | Crate | Needs | Role |
|---|---|---|---|
| `cart` | `shop-cart` | — | Carts |
| `order` | `shop-order` | `cart` | Orders |

Some words.

#### Details

### Other
"""


def gated(slug: str) -> str:
    call = f"registry.register(shop_{slug}::Module)"
    return f'    #[cfg(feature = "mod-{slug}")]\n    {{\n        registry = {call};\n    }}\n'


def insert(
    text: str, region: Region, pattern: str, lines: str, *, name: str, after: str = "", order: Order = "kin"
) -> str:
    path = "modules.md" if region.kind == "markdown" else "lib.rs"
    wanted = {"pattern": pattern, "name": name, "path": path}
    inserted = insert_block(text, region, lines=lines, after=after.split(), order=order, **wanted)
    assert insert_block(inserted, region, lines=lines, after=(), order=order, **wanted) == inserted
    assert remove_block(inserted, region, **wanted) == text
    assert remove_block(text, region, **wanted) == text
    return inserted


def above(text: str, inserted: str) -> str:
    """The line above the one that was put in."""
    lines, others = inserted.split("\n"), text.split("\n")
    first = next(number for number, (new, old) in enumerate(zip(lines, others, strict=False)) if new != old)
    return lines[first - 1].strip()


@pytest.mark.parametrize(
    ("slug", "after", "beside"),
    [
        ("wishlist", "", "order"),
        ("wishlist", "cart", "cart"),
        ("cart_totals", "", "cart"),
        ("order_tax", "cart", "order"),
    ],
)
def test_a_registration_stands_behind_its_needs_or_its_family_else_last(slug: str, after: str, beside: str) -> None:
    inserted = insert(REGISTRATION, REGISTRY, GATED, gated(slug), name=slug, after=after)
    assert gated(slug) in inserted
    names = [block.name for block in blocks(inserted, REGISTRY, GATED, path="lib.rs")]
    assert names[names.index(slug) - 1] == beside


def test_a_block_is_whole_lines_with_its_number_and_nothing_in_comments_counts() -> None:
    text = REGISTRATION.replace("    registry\n", f"    /*\n{gated('dead')}*/\n    registry\n")
    told = blocks(text, REGISTRY, GATED, path="lib.rs")
    assert [(block.name, block.line) for block in told] == [("cart", 6), ("order", 11)]
    assert text[told[0].start : told[0].end].endswith("CartModule);\n    }\n")


def test_a_link_goes_in_before_the_one_that_ends_its_chain() -> None:
    text = "fn f() {\n    let registry = Registry::new()\n        .register(A)\n        .register(B);\n}\n"
    inserted = insert(text, Region(within="fn f()"), LINK, "        .register(C)\n", name="C")
    assert "        .register(A)\n        .register(C)\n        .register(B);\n" in inserted


def test_a_chain_that_ends_the_function_is_lengthened_at_its_end() -> None:
    for chain in ("    Registry::new()\n", "    Registry::new()\n        .register(A) // first\n"):
        text = f"fn f() {{\n{chain}}}\n"
        inserted = insert(text, Region(within="fn f()"), LINK, "        .register(C)\n", name="C")
        assert inserted == f"fn f() {{\n{chain}        .register(C)\n}}\n"


@pytest.mark.parametrize(
    ("name", "chain"),
    [
        ("B", "    Registry::new()\n        .register(A);\n"),
        ("A", "    Registry::new()\n        .register(B); // last\n"),
    ],
)
def test_the_semicolon_moves_to_the_link_before_when_the_last_one_goes(name: str, chain: str) -> None:
    text = "fn f() {\n    Registry::new()\n        .register(A)\n        .register(B); // last\n}\n"
    assert (
        remove_block(text, Region(within="fn f()"), pattern=LINK, name=name, path="lib.rs") == f"fn f() {{\n{chain}}}\n"
    )


def test_a_chain_whose_links_all_go_still_ends() -> None:
    text = "fn f() {\n    let r = Registry::new() // all\n        .register(A)\n        .register(A);\n}\n"
    gone = remove_block(text, Region(within="fn f()"), pattern=LINK, name="A", path="lib.rs")
    assert gone == "fn f() {\n    let r = Registry::new(); // all\n}\n"


def test_struct_literals_calls_of_either_form_and_imports_have_their_places() -> None:
    source = '    Source {\n        slug: "tax",\n        source: &shop_tax::TaxModule,\n    },\n'
    assert insert(MIGRATIONS, SOURCES, SOURCE, source, name="tax").index(source) == MIGRATIONS.index("];")
    call = "        all.extend(core::Source::migrations(\n            &shop_tax::TaxModule,\n        ));\n"
    inserted = insert(MIGRATIONS, MIGRATOR, CALL, call, name="tax", after="seller")
    assert f"SellerModule,\n        ));\n{call}        all.extend(shop_order" in inserted
    uses = "use a::A;\nuse c::C;\n\nfn f() {}\n"
    assert insert(uses, FILE, USE, "use b::B;\n", name="b::B", order="sorted").startswith(
        "use a::A;\nuse b::B;\nuse c::C;"
    )
    assert insert(uses, FILE, USE, "use d::D;\n", name="d::D", order="sorted").startswith(
        "use a::A;\nuse c::C;\nuse d::D;"
    )


def test_an_item_without_its_comma_stays_the_last() -> None:
    text = MIGRATIONS.replace("    },\n]", "    }\n]")
    source = '    Source {\n        slug: "tax",\n        source: &shop_tax::TaxModule,\n    },\n'
    assert insert(text, SOURCES, SOURCE, source, name="tax").index(source) < text.index("    Source {\n") + 1


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("pub fn build_registry() {\n}\n", "pub fn build_registry() {"),
        ("pub fn build_registry() {\n    let r = new();\n}\n", "let r = new();"),
        ("pub fn build_registry() {\n    let r = new();\n\n    // done\n    Ok(wrap(|| { r }))\n}\n", "// done"),
    ],
)
def test_the_first_registration_goes_to_the_end_before_what_the_function_returns(text: str, line: str) -> None:
    assert above(text, insert(text, REGISTRY, GATED, gated("cart"), name="cart")) == line


@pytest.mark.parametrize(
    ("text", "region", "pattern", "lines", "says"),
    [
        ("pub fn build_registry() {}", REGISTRY, GATED, gated("a"), "the closing bracket has no line of its own"),
        ("pub fn build_registry() {\n    x();\n}", REGISTRY, LINK, "        .register(a)\n", "nothing that says where"),
        ("impl Migrator for All {\n}", MIGRATOR, CALL, "all.extend(shop_a::b());\n", "nothing that says where"),
        ("### Core Modules\n\nWords.\n", CORE, ROW, "| `a` | b |\n", "the section has no table"),
        ("## Core Modules\n", CORE, ROW, "| `a` | b |\n", "the document has no such heading"),
        ("### Core Modules\n### Core Modules\n", CORE, ROW, "| `a` | b |\n", "heading more than once"),
    ],
)
def test_lines_without_room_are_refused_with_the_reason(
    text: str, region: Region, pattern: str, lines: str, says: str
) -> None:
    with pytest.raises(ManifestError, match=says):
        insert_block(text, region, pattern=pattern, lines=lines, name="a", after=(), order="kin", path="file.rs")


def test_an_attribute_goes_with_the_lines_that_it_belongs_to() -> None:
    text = 'use a::A;\n#[cfg(all(\n    feature = "c"\n))]\n// why\n#[allow(unused)]\nuse c::C;\nuse d::D;\n'
    inserted = insert(text, FILE, USE, "use b::B;\n", name="b::B", order="sorted")
    assert inserted.startswith("use a::A;\nuse b::B;\n#[cfg(all(\n")
    assert remove_block(text, FILE, pattern=USE, name="c::C", path="lib.rs") == "use a::A;\nuse d::D;\n"


def test_a_section_ends_at_the_next_heading_of_its_level_and_fenced_code_is_no_heading() -> None:
    start, end = region_span(DOCUMENT, CORE, path="modules.md")
    assert DOCUMENT[start:end].startswith("\n| Slug |")
    assert DOCUMENT[start:end].endswith("#### Details\n\n")


def test_rows_and_list_items_stand_in_their_section_alone() -> None:
    row = "| `order_tax` | `shop-order-tax` | — | Taxes |\n"
    assert above(DOCUMENT, insert(DOCUMENT, CORE, ROW, row, name="order_tax")).startswith("| `order`")
    bare = DOCUMENT.replace("| `cart` | `shop-cart` | — | Carts |\n| `order` | `shop-order` | `cart` | Orders |\n", "")
    assert above(bare, insert(bare, CORE, ROW, row, name="order_tax")) == "|---|---|---|---|"
    links = "## UI\n\n- `shop-cart` admin UI:\n  [README](cart.md)\n- Others elsewhere.\n\n## End\n"
    item = "- `shop-tax` admin UI: [README](tax.md)\n"
    section = Region(within="## UI", kind="markdown")
    assert above(links, insert(links, section, ITEM, item, name="tax")) == "[README](cart.md)"
    empty = "## UI\n\nWords.\n\n\n## End\n"
    assert above(empty, insert(empty, section, ITEM, item, name="tax")) == "Words."


def test_lines_that_their_own_pattern_does_not_find_are_a_mistake_of_the_preset() -> None:
    with pytest.raises(ValueError, match="not what the pattern finds as 'b'"):
        insert_block("", FILE, pattern=USE, lines="use a::A;\n", name="b", after=(), order="kin", path="lib.rs")
