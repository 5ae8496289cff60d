"""The type that a module registers is the one that its source implements, and how it is built is read there too."""

from __future__ import annotations

import time
from textwrap import dedent

import pytest

from codegen.rust.entry_type import EntryType, EntryTypeResult, depends_on_in_source, find_entry_type, owns_migrations

TRAIT = "PlatformModule"
ROOT = "src/lib.rs"


def find(source: str, *, stated: str | None = None, **others: str) -> EntryTypeResult:
    files = {ROOT: dedent(source)} | {f"src/{name}.rs": dedent(text) for name, text in others.items()}
    return find_entry_type(files, trait=TRAIT, stated=stated)


def found(source: str, *, stated: str | None = None, **others: str) -> EntryType:
    result = find(source, stated=stated, **others)
    assert result.findings == ()
    assert result.entry_type is not None
    return result.entry_type


def problem(result: EntryTypeResult) -> str:
    (finding,) = result.findings
    return str(finding)


def test_the_type_is_the_one_that_implements_the_trait_whatever_its_name() -> None:
    source = """\
        use platform::PlatformModule;

        /// Not `impl PlatformModule for Wrong`.
        pub struct Storehouse;

        #[async_trait]
        impl PlatformModule for Storehouse {
            fn slug(&self) -> &'static str { "impl PlatformModule for Wrong {" }
        }
    """
    assert found(source) == EntryType(name="Storehouse", constructor="Storehouse", gate=None, line=7, path=ROOT)


@pytest.mark.parametrize(
    "head",
    [
        "impl platform::modules::PlatformModule for GiftModule",
        "unsafe impl PlatformModule for crate::GiftModule",
        "impl\n    PlatformModule\n    for GiftModule",
        "#[cfg(not(test))]\nimpl PlatformModule for GiftModule",
        "const _: () = { impl PlatformModule for GiftModule {} };\npub struct Other",
    ],
)
def test_an_implementation_is_known_in_every_way_of_writing_it(head: str) -> None:
    assert found(f"pub struct GiftModule;\n{head} {{}}").name == "GiftModule"


@pytest.mark.parametrize(
    "source",
    [
        "pub struct Config { name: String }",
        "#[cfg(test)]\nmod tests {\n pub struct FakeModule;\n impl PlatformModule for FakeModule {}\n}",
        '#[cfg(all(test, feature = "x"))]\npub struct FakeModule;\n#[cfg(test)]\nimpl PlatformModule for FakeModule {}',
        "fn demo() {\n pub struct FakeModule;\n impl PlatformModule for FakeModule {}\n}",
        "macro_rules! module { () => { pub struct Made; impl PlatformModule for Made {} } }",
        "#![cfg(test)]\npub struct FakeModule;\nimpl PlatformModule for FakeModule {}",
        "pub struct Plain;\nimpl !PlatformModule for Plain {}\nimpl NoPlatformModule for Plain {}",
        "impl<T: PlatformModule> PlatformModule for Box<T> {}",
        "struct Private;\nimpl PlatformModule for Private {}",
    ],
)
def test_a_crate_without_a_type_to_register_is_said_to_have_none(source: str) -> None:
    assert find(source) == EntryTypeResult()


@pytest.mark.parametrize(
    ("declared", "constructor"),
    [
        ("pub struct M;", "M"),
        ("#[derive(Debug, Default)]\npub struct M;\nimpl M { pub fn new() -> Self { M } }", "M"),
        ("pub struct M {}", "M {}"),
        ("pub struct M();", "M()"),
        ("pub struct M { a: u8 }\nimpl M {\n pub fn new() -> Self { M { a: 1 } }\n}", "M::new()"),
        ("pub struct M(u8);\nimpl M { pub const fn new() -> M { M(1) } }", "M::new()"),
        ("#[derive(Clone, Default)]\npub struct M { a: u8 }", "M::default()"),
        (
            "pub struct M { a: u8 }\nimpl std::default::Default for M { fn default() -> Self { M { a: 1 } } }",
            "M::default()",
        ),
        ("#[derive(Default)]\npub enum M { #[default] Quick, Slow }", "M::default()"),
        (
            "#[derive(Default)]\npub struct M { a: u8 }\nimpl M { pub fn new(a: u8) -> Self { M { a } } }",
            "M::default()",
        ),
    ],
)
def test_it_is_built_as_its_declaration_allows(declared: str, constructor: str) -> None:
    assert found(f"{declared}\nimpl PlatformModule for M {{}}").constructor == constructor


@pytest.mark.parametrize(
    "declared",
    [
        "pub struct M { a: u8 }",
        "pub struct M { a: u8 }\nimpl M { fn new() -> Self { M { a: 1 } } }",
        "pub struct M { a: u8 }\nimpl M { pub fn new() -> Result<Self, E> { Ok(M { a: 1 }) } }",
        "pub struct M { a: u8 }\nimpl M { pub async fn new() -> Self { M { a: 1 } } }",
        "pub struct M { a: u8 }\nimpl M { #[cfg(test)] pub fn new() -> Self { M { a: 1 } } }",
        "pub struct M { a: u8 }\nimpl Wrapper<M> { pub fn new() -> Self { Wrapper } }",
    ],
)
def test_a_type_that_nobody_can_build_without_arguments_is_refused(declared: str) -> None:
    result = find(f"\n{declared}\nimpl PlatformModule for M {{}}")
    assert result.entry_type is None
    assert problem(result).startswith("src/lib.rs:2:0: nobody can build M without arguments")


@pytest.mark.parametrize(
    "source",
    [
        '#[cfg(feature = "server")]\npub struct M;\nimpl PlatformModule for M {}',
        'pub struct M;\n#[cfg(feature = "server")]\n#[async_trait]\nimpl PlatformModule for M {}',
        '#[cfg(feature = "server")]\npub mod inner {\n pub struct M;\n impl PlatformModule for M {}\n}\npub use inner::M;',
        'cfg_if! { if #[cfg(feature = "server")] {\n pub struct M;\n impl PlatformModule for M {}\n} }',
    ],
)
def test_the_feature_that_it_is_compiled_under_is_told(source: str) -> None:
    assert found(source).gate == "server"


def test_of_two_declarations_the_one_that_needs_no_feature_decides() -> None:
    source = (
        '#[cfg(feature = "a")]\npub struct M;\n#[cfg(not(feature = "a"))]\npub struct M;\nimpl PlatformModule for M {}'
    )
    assert found(source).gate is None


def test_a_type_in_another_file_counts_where_the_root_exports_it() -> None:
    module = "pub struct M;\nimpl PlatformModule for M {}"
    assert found("mod module;\npub use module::{Other, M};", module=module).path == "src/module.rs"
    assert "cannot be reached by the crate's name" in problem(find("mod module;", module=module))


def test_several_types_are_listed_and_the_stated_one_of_them_wins() -> None:
    source = "pub struct A;\npub struct B;\nimpl PlatformModule for A {}\nimpl PlatformModule for B {}"
    assert "several types implement PlatformModule, and none is stated; found A, B" in problem(find(source))
    assert found(source, stated="B").name == "B"


def test_a_stated_type_that_the_source_contradicts_is_taken_and_said() -> None:
    result = find("pub struct A;\nimpl PlatformModule for A {}", stated="B")
    assert result.entry_type is not None
    assert result.entry_type.name == "B"
    assert "the stated type does not implement PlatformModule in this crate; found 'B'; allowed: A" in problem(result)
    assert "no type of this crate does" in problem(find("pub struct B;", stated="B"))


def test_a_stated_type_that_the_files_at_hand_cannot_confirm_is_taken_with_a_warning() -> None:
    for files in ({}, {ROOT: "mod module;\npub use module::B;"}, {ROOT: "impl PlatformModule for B {}\npub use x::*;"}):
        result = find_entry_type(files, trait=TRAIT, stated="B")
        assert result.entry_type is not None
        assert result.entry_type.constructor == "B"
        assert [finding.severity for finding in result.findings] == ["warning"]


@pytest.mark.parametrize(
    ("body", "owns"),
    [
        ("Vec::new()", False),
        ("// none yet\n        vec![]", False),
        ("return std::vec::Vec::new();", False),
        ("migrations::migrations()", True),
        ("vec![Box::new(First)]", True),
        ('#[cfg(feature = "a")] { all() } #[cfg(not(feature = "a"))] { Vec::new() }', True),
    ],
)
def test_a_module_owns_migrations_unless_it_returns_an_empty_list(body: str, owns: bool) -> None:
    source = f"impl Migrations for M {{ fn after(&self) -> X {{ x() }} fn migrations(&self) -> Vec<X> {{ {body} }} }}"
    assert owns_migrations(source, trait="Migrations", type_name="M") is owns


@pytest.mark.parametrize(
    "source", ["", "impl Migrations for N { fn migrations(&self) -> V { all() } }", "impl Migrations for M {}"]
)
def test_whether_it_owns_migrations_stays_unknown_where_the_source_does_not_say(source: str) -> None:
    assert owns_migrations(source, trait="Migrations", type_name="M") is None


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("fn dependencies(&self) -> &[&'static str] { &[] }", ()),
        ('fn dependencies(&self) -> &[&str] { &["a", "b"] }', ("a", "b")),
        ('fn dependencies(&self) -> &[&str] {\n &[\n "a", // why\n "b",\n ]\n}', ("a", "b")),
        ("fn dependencies(&self) -> &[&str] { NEEDS }", None),
        (
            'fn dependencies(&self) -> &[&str] { #[cfg(feature = "a")] { &["a"] } #[cfg(not(feature = "a"))] { &[] } }',
            None,
        ),
        ("fn slug(&self) -> &str { SLUG }", ("as the trait says",)),
    ],
)
def test_needs_are_read_from_a_literal_list_alone(body: str, names: tuple[str, ...] | None) -> None:
    source = f"impl PlatformModule for M {{ {body} }}"
    told = depends_on_in_source(source, trait=TRAIT, type_name="M", default=("as the trait says",))
    assert told == names
    assert depends_on_in_source(source, trait=TRAIT, type_name="Other", default=()) is None


@pytest.mark.parametrize(
    "piece",
    [
        "{",
        "{}",
        "}",
        "(",
        "impl A {",
        "#[cfg(cfg(",
        "#[a]",
        "a[0] ",
        "pub use ",
        "impl PlatformModule for ",
        "struct M;",
        "<>",
        ";",
    ],
)
def test_hostile_sources_are_read_in_bounded_time(piece: str) -> None:
    source = "impl<" * (piece == "<>") + piece * (70_000 // len(piece))
    start = time.process_time()
    find(source)
    find(source, stated="M")
    owns_migrations(source, trait=TRAIT, type_name="M")
    assert time.process_time() - start < 2
