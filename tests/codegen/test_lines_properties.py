"""Whatever stands around: what an insert puts in, a remove takes out, in any order, and no other byte changes."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen.lines.blocks import Order, Region, blocks, insert_block, remove_block

QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
NAMES = ["blog", "cart", "cart_items", "forum", "order", "order_tax", "seller"]
NEW = ["aaa", "cart_totals", "order_log", "zzz"]


@dataclass(frozen=True)
class Shape:
    """A kind of lines in a file: how one module's look, how they are found, and what stands around them."""

    path: str
    region: Region
    pattern: str
    lines: str
    before: str
    after: str
    noise: tuple[str, ...]


RUST_NOISE = ("", "    // все модули\n", '    let s = "}{";\n', "    /* { */\n", "    #[cfg(debug)]\n    x();\n", "\n")
SHAPES = (
    Shape(
        path="src/lib.rs",
        region=Region(within="pub fn build()"),
        pattern=r'^[ \t]*#\[cfg\(feature = "mod-(?P<name>\w+)"\)\]\n[ \t]*\{\n[^\n;]*;\n[ \t]*\}$',
        lines='    #[cfg(feature = "mod-NAME")]\n    {\n        r = r.register(shop_NAME::Module);\n    }\n',
        before="use a::B;\n\n//! pub fn build() {\npub  fn build() -> Registry\n{\n    let mut r = new();\n",
        after="    r\n}\n\nfn other() { '}'; }\n",
        noise=RUST_NOISE,
    ),
    Shape(
        path="src/lib.rs",
        region=Region(within="fn build()"),
        pattern=r"^[ \t]*\.register\((?P<name>\w+)\)$",
        lines="        .register(NAME)\n",
        before="fn build() -> Registry {\n    Registry::new()\n",
        after="        .done()\n}",
        noise=("", "        // .register(aaa)\n", "        .with(|x| { x })\n", '        .named("}")\n'),
    ),
    Shape(
        path="src/lib.rs",
        region=Region(within="static SOURCES"),
        pattern=r'^[ \t]*Source \{\n\s*slug: "(?P<name>\w+)",\n[^\n]*\n[ \t]*\},$',
        lines='    Source {\n        slug: "NAME",\n        source: &shop_NAME::Module,\n    },\n',
        before="pub(crate) static SOURCES: &[Source] = &[\n",
        after="];\n",
        noise=("", "    // ]\n", "    OTHER,\n", "\n", '    Source { slug: "]" },\n'),
    ),
    Shape(
        path="src/lib.rs",
        region=Region(within="impl Migrator for All"),
        pattern=r"^[ \t]*all\.extend\((?:core::migrations\(\s*&)?shop_(?P<name>\w+)::[^;]{0,100}\);$",
        lines="        all.extend(core::migrations(\n            &shop_NAME::Module,\n        ));\n",
        before="impl Migrator for All {\n    fn run() {\n        all.extend(shop_first::migrations());\n",
        after="    }\n}\n",
        noise=(*RUST_NOISE, "        all.extend(own());\n"),
    ),
    Shape(
        path="src/lib.rs",
        region=Region(kind="file"),
        pattern=r"^use shop_(?P<name>\w+)::\w+;$",
        lines="use shop_NAME::Module;\n",
        before="//! Uses.\n\n",
        after="",
        noise=(
            "",
            "use std::fmt;\n",
            "// use shop_aaa::A;\n",
            "#[cfg(test)]\nuse a::B;\n",
            "/*\nuse shop_zzz::Z;\n*/\n",
        ),
    ),
    Shape(
        path="modules.md",
        region=Region(within="### Core", kind="markdown"),
        pattern=r"^\| `(?P<name>\w+)` \|[^\n]*$",
        lines="| `NAME` | `shop-NAME` | — |\n",
        before="# All\n\n```\n### Core\n| `aaa` |\n```\n\n### Core\n\n| Slug | Crate | Needs |\n|---|---|---|\n",
        after="",
        noise=("", "| other | row | |\n"),
    ),
    Shape(
        path="links.md",
        region=Region(within="## Links", kind="markdown"),
        pattern=r"^- `(?P<name>\w+)` UI:[^\n]*(?:\n  [^\n]*)*$",
        lines="- `NAME` UI: [README](../../crates/NAME/README.md)\n",
        before="## Links\n\n",
        after="",
        noise=("", "- Others\n  elsewhere.\n", "Words.\n\n", "~~~\n- `aaa` UI: x\n~~~\n", "### Deeper\n\n"),
    ),
)


def of(shape: Shape, name: str) -> str:
    return shape.lines.replace("NAME", name)


@st.composite
def files(draw: st.DrawFn, shape: Shape) -> str:
    """A file with some modules' lines in any order, odd text between them, either line end, with or without a last."""
    text = shape.before
    for name in draw(st.lists(st.sampled_from(NAMES), unique=True)):
        text += draw(st.sampled_from(shape.noise)) + of(shape, name)
    text += draw(st.sampled_from(shape.noise)) + shape.after
    if not shape.after and draw(st.booleans()):
        text = text.removesuffix("\n")
    return text.replace("\n", "\r\n") if draw(st.booleans()) else text


CASES = st.sampled_from(SHAPES).flatmap(lambda shape: st.tuples(st.just(shape), files(shape)))


def insert(text: str, shape: Shape, name: str, *, after: list[str], order: Order) -> str:
    return insert_block(
        text,
        shape.region,
        pattern=shape.pattern,
        lines=of(shape, name),
        name=name,
        after=after,
        order=order,
        path=shape.path,
    )


@QUIET
@given(
    CASES,
    st.lists(st.sampled_from(NEW), unique=True, min_size=1),
    st.lists(st.sampled_from(NAMES), max_size=2),
    st.sampled_from(["kin", "sorted"]),
    st.randoms(),
)
def test_what_is_put_in_comes_out_again_in_any_order(
    case: tuple[Shape, str], added: list[str], after: list[str], order: Order, shuffle: Random
) -> None:
    shape, text = case
    written = text
    for name in added:
        written = insert(written, shape, name, after=after, order=order)
    names = [block.name for block in blocks(written, shape.region, shape.pattern, path=shape.path)]
    assert set(added) <= set(names)
    shuffle.shuffle(added)
    for name in added:
        written = remove_block(written, shape.region, pattern=shape.pattern, name=name, path=shape.path)
    assert written == text


@QUIET
@given(CASES, st.sampled_from(NEW), st.sampled_from(["kin", "sorted"]))
def test_the_only_lines_that_differ_are_those_put_in(case: tuple[Shape, str], name: str, order: Order) -> None:
    shape, text = case
    newline = "\r\n" if "\r\n" in text else "\n"
    before, after = text.split(newline), insert(text, shape, name, after=[], order=order).split(newline)
    own = of(shape, name).removesuffix("\n").split("\n")
    starts = [at for at in range(len(after)) if after[at : at + len(own)] == own]
    assert any(after[:at] + after[at + len(own) :] == before for at in starts)


@QUIET
@given(CASES, st.data())
def test_taking_out_what_people_wrote_leaves_every_other_line(case: tuple[Shape, str], data: st.DataObject) -> None:
    shape, text = case
    found = [block for block in blocks(text, shape.region, shape.pattern, path=shape.path) if block.name != "first"]
    if not found:
        return
    block = data.draw(st.sampled_from(found))
    written = remove_block(text, shape.region, pattern=shape.pattern, name=block.name, path=shape.path)
    assert text[block.start : block.end].splitlines() == of(shape, block.name).splitlines()
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(newline)
    del lines[block.line - 1 : block.line - 1 + of(shape, block.name).count("\n")]
    assert written.split(newline) == lines
