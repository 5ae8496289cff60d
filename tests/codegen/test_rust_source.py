"""What is code in a Rust text, and where an item begins and ends."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.errors import ManifestError
from codegen.rust.source import code_of, code_without_strings, is_inside, item_span

SHOP = """\
//! A shop. `fn shelves() {` is no code here.

/* pub fn shelves() { /* nested } */ } */
pub fn shelves() -> Vec<Shelf> {
    let name = "a } and a // in a string";
    let raw = r#"quotes " and } in it"#;
    vec![Shelf::new(name, '}', b'{', '\\'')] // done }
}

static PRICES: &[Price] = &[
    Price { of: "apple [", cents: 30 },
];

impl<'a> Till for Shop<'a> {
    fn open(&'a self) -> [u8; 2] {
        [0; 2]
    }
}
"""
PIECES = ['"', "'", "\\", "//", "/*", "*/", "r#", '#"', "b", "'a", "{", "}", "\n", "\r\n", " ", "x", "é", "😀"]


def inside(text: str, opening: str) -> str:
    start, end = item_span(text, opening, path="shop.rs")
    return text[start:end]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a // b", "a     "),
        ("a /* b */ c", "a         c"),
        ("a /* b /* c */ d */ e", "a                   e"),
        ("a /* b\r\nc */ d", "a     \r\n     d"),
        ("a /* never closed }", "a                  "),
        ('"no // comment"', '"no // comment"'),
        ("'\"' // b", "'\"'     "),
        ("a / b", "a / b"),
    ],
)
def test_comments_are_blanked_and_everything_else_stays(text: str, code: str) -> None:
    assert code_of(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('f("}")', 'f(" ")'),
        (r'f("\"}")', 'f("   ")'),
        ('f(r"\\")', 'f(r" ")'),
        ('f(r#"" }"#)', 'f(r#"   "#)'),
        ('f(br##""#}"##)', 'f(br##"   "##)'),
        ('f(b"}", c"}", cr"}")', 'f(b" ", c" ", cr" ")'),
        ("f('}', b'}')", "f(' ', b' ')"),
        (r"f('\'', '\\', '\u{7d}')", r"f('  ', '  ', '      ')"),
        ("fn f<'a, 'b>(x: &'a str, y: &'static str)", "fn f<'a, 'b>(x: &'a str, y: &'static str)"),
        ("r#type { r#fn }", "r#type { r#fn }"),
        ('never("closed }', 'never("        '),
        ('never(r#"closed }"', 'never(r#"         '),
        ('odd("\\', 'odd(" '),
    ],
)
def test_the_inside_of_every_literal_is_blanked(text: str, code: str) -> None:
    assert code_without_strings(text) == code


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_views_keep_the_length_and_every_line_end(text: str) -> None:
    for view in (code_of(text), code_without_strings(text)):
        assert len(view) == len(text)
        assert re.findall(r"[\r\n]", view) == re.findall(r"[\r\n]", text)
        assert all(seen in (own, " ") for own, seen in zip(text, view, strict=True))


@pytest.mark.parametrize(
    "piece", ['"\\', 'r#"', "/*", "'\\", "#", '\\"', "'", "b'", "r", "*/", "{", "//"], ids=lambda piece: ascii(piece)
)
def test_hostile_text_is_read_in_linear_time(piece: str) -> None:
    text = '"' * (piece == '\\"') + piece * (200_000 // len(piece))
    start = time.process_time()
    code_without_strings(text)
    assert time.process_time() - start < 1


def test_a_place_in_a_comment_or_a_literal_is_told_from_one_where_they_begin() -> None:
    text = 'a /* b */ "c" d // e'
    told = {sign: is_inside(text, text.index(sign)) for sign in ("a", "/*", "b", '"', "c", "d", "//", "e")}
    assert told == {"a": False, "/*": False, "b": True, '"': False, "c": True, "d": False, "//": False, "e": True}


def test_the_inside_of_an_item_is_between_its_own_brackets() -> None:
    assert inside(SHOP, "pub fn shelves()").endswith("// done }\n")
    assert inside(SHOP, "static PRICES") == '\n    Price { of: "apple [", cents: 30 },\n'
    assert inside(SHOP, "impl<'a> Till for Shop<'a>").rstrip().endswith("}")
    assert inside(SHOP, "fn open(").strip() == "[0; 2]"


@pytest.mark.parametrize(
    "text",
    [
        "pub  fn\n    f()\n{ x }",
        "pub /* why */ fn f() -> [u8; 2] where A: B<C = u8> { x }",
        "pub fn f() { x }\n// pub fn f() { y }",
        'pub fn f() { x } const C: &str = "pub fn f() {";',
    ],
)
def test_an_opening_is_found_however_it_is_spaced_and_only_in_code(text: str) -> None:
    assert inside(text, "pub fn f()").strip() == "x"


def test_a_value_begins_behind_its_equals_sign() -> None:
    text = "static A: [&[u8]; 1] = [&[1]]; const B: &[u8] = { &[2] }; const fn c() -> [u8; 1] { [3] } let d = vec![4];"
    assert [inside(text, one) for one in ("static A", "const B", "const fn c()", "let d =", "const fn c() -> [")] == [
        "&[1]",
        " &[2] ",
        " [3] ",
        "4",
        "u8; 1",
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pub fn g() {}", "the code has no such item"),
        ("pub fn f() {}\npub fn f() {}", "more than once; found 'pub fn f()' on lines 1, 2"),
        ("pub fn f() { ( }", "brackets of this item do not match"),
        ("pub fn f() {", "brackets of this item do not match"),
        ("trait T { pub fn f(); } fn g() {}", "brackets of this item do not match"),
        ("pub fn f()", "brackets of this item do not match"),
        ("xpub fn f() {}", "the code has no such item"),
    ],
)
def test_an_item_that_cannot_be_told_is_refused_with_file_and_reason(text: str, says: str) -> None:
    with pytest.raises(ManifestError) as refused:
        item_span(text, "pub fn f()", path="src/shop.rs")
    assert str(refused.value).startswith("src/shop.rs")
    assert says in str(refused.value)
