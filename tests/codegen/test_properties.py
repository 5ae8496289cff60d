"""What holds for every manifest and every order of changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen import Delta, Install, ModuleEntry, ModuleName, Uninstall, check, plan_changes, plan_delta, read_manifest
from codegen.manifest.edits import write_delta
from codegen.toml.splice import remove_lines
from codegen.toml.text import scan

Files = dict[str, bytes]
Apply = Callable[[Files, Mapping[str, bytes | None]], Files]

QUIET = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
# Modules that are independent of each other: none needs another or conflicts with it.
INDEPENDENT = ["blog", "comments", "gallery", "marketplace_listing", "marketplace_seller"]
COMMENTS = ["", "# ядро: не трогать", "# ─── Domain modules (optional) ───", "# see `x = { }`"]
SLUGS = ["blog", "cart", "cart_items", "wiki", "media_2", "order", "seo", "tax_rate"]

NEW = ["aaa", "blog_view", "cart_totals", "forum", "media", "seo_map", "shop", "shop_stock", "zzz"]


@st.composite
def manifests(draw: st.DrawFn) -> str:
    """A manifest with odd but legal spacing, comments between lines, either line end, with or without a last one."""
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    lines = ["schema = 2", 'app = "server"', "", "[modules]  # all of them"]
    slugs = draw(st.lists(st.sampled_from(SLUGS), unique=True))
    for slug in slugs:
        lines += draw(st.lists(st.sampled_from(COMMENTS), max_size=2))
        space = draw(st.sampled_from([" ", "  ", ""]))
        tail = draw(st.sampled_from(["", "   # тут", "\t"]))
        lines.append(
            f'{slug}{space}={space}{{{space}crate = "{slug}", source="path",path = "crates/{slug}"{space}}}{tail}'
        )
    enabled = draw(st.lists(st.sampled_from(slugs), unique=True)) if slugs else []
    separator, indent = draw(st.sampled_from([(", ", ""), (",", ""), (",\n", "    ")]))
    listed = separator.join(f'{indent}"{slug}"' for slug in enabled)
    if "\n" in separator and enabled:
        closing = draw(st.sampled_from(["\n", ",\n", " ", ", "]))
        listed = f"\n{listed}{closing}"
    settings_lines = [draw(st.sampled_from(["", "# end"])), "[settings]", f"default_enabled = [{listed}]"]
    lines = lines + settings_lines if draw(st.booleans()) else [*lines[:3], *settings_lines, *lines[3:]]
    return "\n".join(lines).replace("\n", newline) + draw(st.sampled_from(["", newline]))


@st.composite
def entries(draw: st.DrawFn) -> ModuleEntry:
    slug = draw(st.sampled_from(["aaa", "cart_totals", "zzz", "new_one"]))
    return ModuleEntry(
        slug=ModuleName(slug),
        crate=f"crate-{slug}",
        path=f"crates/{slug}",
        required=draw(st.booleans()),
        runtime=draw(st.sampled_from([None, "extension"])),
        features=tuple(draw(st.lists(st.sampled_from(["a", "b"]), unique=True))),
        default_enabled=draw(st.booleans()),
    )


@QUIET
@given(manifests(), st.lists(entries(), unique_by=lambda entry: entry.slug, min_size=1, max_size=3), st.randoms())
def test_adding_and_then_removing_in_any_order_gives_the_bytes_back(text: str, added: list, shuffle: object) -> None:
    written = text
    for entry in added:
        written = write_delta(written, Delta(added=(entry,)), path="modules.toml")
    assert {entry.slug for entry in added} <= read_manifest(written).modules.keys()
    shuffle.shuffle(added)  # type: ignore[attr-defined]
    for entry in added:
        written = write_delta(written, Delta(removed=(entry,)), path="modules.toml")
    assert written == text


@QUIET
@given(manifests(), st.data())
def test_removing_a_module_leaves_every_other_line_alone(text: str, data: st.DataObject) -> None:
    modules = read_manifest(text).modules
    if not modules:
        return
    entry = modules[data.draw(st.sampled_from(sorted(modules)))]
    written = write_delta(text, Delta(removed=(entry,)), path="modules.toml")
    assert _other_lines(written, entry.slug) == _other_lines(text, entry.slug)


def _other_lines(text: str, slug: ModuleName) -> list[str]:
    """The text without the module's line and without the list of defaults, which may change its form with its items."""
    source = scan(text, path="modules.toml")
    statements = [statement for table in source.tables for statement in table.statements]
    for statement in reversed(statements):
        if statement.key[0] in (slug, "default_enabled"):
            text = remove_lines(text, statement.start, statement.end)
    return text.split("\n")


@QUIET
@given(wanted=st.lists(st.sampled_from(INDEPENDENT), unique=True, min_size=1), undone=st.randoms())
def test_installs_undone_in_any_order_give_every_file_back(
    platform: Files, apply: Apply, wanted: list[str], undone: object
) -> None:
    files, deltas = platform, []
    for module in wanted:
        edits = plan_changes(files, [Install(ModuleName(module))])
        files = apply(files, edits.files)
        deltas.append(edits.delta)
        assert check(files) == ()
    undone.shuffle(deltas)  # type: ignore[attr-defined]
    for change in deltas:
        files = apply(files, plan_delta(files, change.inverse()).files)
    leftover = [module for module in ("content",) if module.encode() in files["modules.toml"]]
    files = apply(files, plan_changes(files, [Uninstall(ModuleName(module)) for module in leftover]).files)
    assert files == platform


@QUIET
@given(st.permutations(INDEPENDENT))
def test_the_order_in_a_request_does_not_count(platform: Files, order: list[str]) -> None:
    one = plan_changes(platform, [Install(ModuleName(module)) for module in order])
    other = plan_changes(platform, [Install(ModuleName(module)) for module in sorted(order)])
    assert one.files == other.files
    assert one.delta.canonical_json() == other.delta.canonical_json()


@QUIET
@given(st.permutations(INDEPENDENT))
def test_installs_one_after_the_other_come_to_the_same_host_files(
    platform: Files, apply: Apply, order: list[str]
) -> None:
    files = platform
    for module in order:
        files = apply(files, plan_changes(files, [Install(ModuleName(module))]).files)
    at_once = apply(platform, plan_changes(platform, [Install(ModuleName(module)) for module in order]).files)
    assert {path for path in files if files[path] != at_once[path]} <= {"modules.toml"}


@st.composite
def independent(draw: st.DrawFn) -> list[ModuleEntry]:
    """Modules that need nothing of each other; some need what a manifest may already have."""
    slugs = draw(st.lists(st.sampled_from(NEW), unique=True, min_size=2, max_size=4))
    return [
        ModuleEntry(
            slug=ModuleName(slug),
            crate=f"crate-{slug}",
            path=f"crates/{slug}",
            runtime=draw(st.sampled_from([None, "extension"])),
            required=draw(st.booleans()),
            default_enabled=draw(st.booleans()),
        )
        for slug in slugs
    ]


@QUIET
@given(manifests(), independent(), st.randoms(), st.data())
def test_independent_installs_come_to_the_same_bytes_in_any_order(
    text: str, added: list, shuffle: object, data: st.DataObject
) -> None:
    present = sorted(read_manifest(text).modules)
    needs = data.draw(st.lists(st.sampled_from(present), unique=True, max_size=2)) if present else []
    added = [replace(one, depends_on=tuple(needs)) for one in added]
    results = []
    for _ in range(2):
        shuffle.shuffle(added)  # type: ignore[attr-defined]
        written = text
        for entry in added:
            written = write_delta(written, Delta(added=(entry,)), path="modules.toml")
        results.append(written)
    assert results[0] == results[1]
    assert write_delta(text, Delta(added=tuple(added)), path="modules.toml") == results[0]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='ab.-_="[]{}, \t#\\ё\r\n', max_size=40))
def test_a_line_that_is_read_by_one_pattern_is_read_as_every_parser_reads_it(line: str) -> None:
    import tomllib

    from codegen.toml.line import read_plain_line
    from codegen.toml.scan import Scan, plain

    found = read_plain_line(line)
    if found is None:
        return
    key, data = found
    pair = Scan(line).statement()
    assert (pair.key, plain(pair.value)) == (key, data)
    told = tomllib.loads(line)
    for part in key:
        told = told[part]
    assert told == data


PARTS = st.lists(
    st.sampled_from(
        ['"a"', '"b ] c"', ",", "\n", " ", '# x, "y" ]\n', "\r\n", "\t", "'l'", '"\\n"', "]", "[", "1", '""']
    )
)
ENDS = st.sampled_from(["]\n", "] # c\n", "]", "]\r\n", "] x\n", "]\nz = 1\n", ""])


@settings(max_examples=500, deadline=None)
@given(PARTS, ENDS)
def test_a_list_over_several_lines_is_taken_and_refused_as_every_parser_does(parts: list[str], end: str) -> None:
    import tomllib

    from codegen import ManifestError

    text = "k = [" + "".join(parts) + end
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        with pytest.raises(ManifestError):
            scan(text, path="x")
        return
    first, *headers = scan(text, path="x").tables
    if not headers:  # a list that ended early may have a header behind it
        assert {statement.key[0]: statement.data for statement in first.statements} == told


@settings(max_examples=300, deadline=None)
@given(PARTS, st.sampled_from(["", "  ", "\t"]), st.sampled_from(["]\n", "] # c\n", "]", "]\r\n"]))
def test_an_item_of_a_list_is_found_where_a_scan_finds_it(parts: list[str], indent: str, end: str) -> None:
    from codegen import ManifestError
    from codegen.toml.scan import Scan

    text = f"{indent}k = [" + "".join(parts) + end
    try:
        statement = scan(text, path="x").tables[0].statements[0]
    except ManifestError:
        return
    scanned = Scan(text).statement()
    assert statement.key_start == scanned.start
    assert (statement.value.start, statement.value.end) == (scanned.value.start, scanned.value.end)
    assert list(statement.value.items) == list(scanned.value.items)
    assert list(statement.value.items[1:]) == list(scanned.value.items[1:])


def test_the_versions_of_a_text_share_what_was_read_in_their_lines() -> None:
    before = scan('[modules]\na = { crate = "a" }\nb = { crate = "b" }\n', path="x").tables[1]
    after = scan('[modules]\nc = { crate = "c" }\na = { crate = "a" }\nb = { crate = "b" }\n', path="x").tables[1]
    assert [one.key for one in after.statements] == [("c",), ("a",), ("b",)]
    assert after.written[1:] == before.written
    assert [one.start for one in before.statements] == [10, 30]
    assert [one.start for one in after.statements] == [10, 30, 50]


def test_a_list_of_more_items_than_a_file_may_hold_is_refused() -> None:
    from codegen import ManifestError

    with pytest.raises(ManifestError, match="too many values"):
        scan("k = [\n" + '"a",\n' * 50_001 + "]\n", path="x")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab1.=\"'[]{},# \n\\_-", max_size=60))
def test_no_text_ends_in_anything_but_findings(text: str) -> None:
    """Whatever `tomllib` refuses is refused, and never with another kind of error."""
    import tomllib

    from codegen import ManifestError
    from codegen.toml.text import parse

    try:
        source = parse(text, path="x")
    except ManifestError:
        return
    top = {statement.key[0] for statement in source.tables[0].statements} | {
        table.path[0] for table in source.tables[1:]
    }
    assert top == tomllib.loads(text).keys()
