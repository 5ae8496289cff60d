"""Single entries and items of a Cargo.toml: put in, taken out, and everything else left alone."""

from __future__ import annotations

import pytest

from codegen import ManifestError
from codegen.cargo.cargo_toml import ensure_entry, ensure_item, remove_entry
from codegen.cargo.cargo_toml import remove_item as take_out
from codegen.cargo.entries import entries, items, meaning
from codegen.cargo.wish import EntryWish, ItemWish

PATH = "Cargo.toml"
NEEDS = ("dependencies",)
FEATURES = ("features",)
TEXT = """\
[features]
default = [
    "a",  # the first
    "mod-b",
]
mod-b = ["dep:b"]

[dependencies]
core.workspace = true
b   = { workspace = true, optional = true } # aligned
far = "1"
c = { workspace = true,  optional = true }

[dev-dependencies]
"""


def entry(text: str, key: str, value: str, **more: object) -> str:
    return ensure_entry(text, EntryWish(table=more.pop("table", NEEDS), key=key, value=value, **more), path=PATH)  # type: ignore[arg-type]


def item(text: str, name: str, **more: object) -> str:
    return ensure_item(text, ItemWish(table=FEATURES, key="default", item=name, **more), path=PATH)  # type: ignore[arg-type]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("key", ["aa", "b-more", "zz"])
def test_an_entry_put_in_and_taken_out_gives_the_bytes_back(newline: str, key: str) -> None:
    text = TEXT.replace("\n", newline)
    written = entry(text, key, "{ workspace = true }")
    assert f"{newline}{key} = {{ workspace = true }}{newline}" in written
    assert remove_entry(written, NEEDS, key, path=PATH) == text


@pytest.mark.parametrize("name", ["mod-a", "mod-c", "zz"])
def test_an_item_put_in_and_taken_out_gives_the_bytes_back(name: str) -> None:
    written = item(TEXT, name)
    assert name in items(written, FEATURES, "default", path=PATH)
    assert take_out(written, FEATURES, "default", item=name, path=PATH) == TEXT


def test_an_entry_stands_behind_the_best_of_its_neighbours() -> None:
    beside = [frozenset({"nobody"}), frozenset({"b"}), frozenset({"c"})]
    written = entry(TEXT, "new", "1", beside=lambda: beside)
    assert "# aligned\nnew = 1\nfar" in written


def test_an_entry_without_a_neighbour_ends_its_table() -> None:
    assert "}\nnew = 1\n\n[dev" in entry(TEXT, "new", "1", beside=lambda: [frozenset({"nobody"})])
    assert entry(TEXT, "new", "1", table=("dev-dependencies",), beside=list).endswith("[dev-dependencies]\nnew = 1\n")


@pytest.mark.parametrize("name", ["core", "b", "c"])
def test_an_entry_that_need_only_be_there_keeps_its_form(name: str) -> None:
    assert entry(TEXT, name, "{ workspace = true }", keeps="present") == TEXT


@pytest.mark.parametrize("value", ['"1"', '{ version = "1" }', '{ version = "1", optional = true }', "{}"])
def test_an_entry_from_an_index_is_not_taken_for_a_crate_of_the_repository(value: str) -> None:
    text = TEXT.replace('far = "1"', f"far = {value}")
    with pytest.raises(ManifestError, match="from elsewhere") as caught:
        entry(text, "far", "{ workspace = true }", keeps="present")
    assert caught.value.findings[0].line == 11


@pytest.mark.parametrize("value", ['{ path = "x" }', '{ git = "x" }', "{ workspace = true }"])
def test_an_entry_from_anywhere_in_reach_is_a_persons_choice(value: str) -> None:
    text = TEXT.replace('far = "1"', f"far = {value}")
    assert entry(text, "far", "{ workspace = true }", keeps="present") == text


def test_an_entry_that_must_be_exact_is_replaced_where_it_means_something_else() -> None:
    assert entry(TEXT, "far", '"=2"') == TEXT.replace('far = "1"', 'far = "=2"')
    assert entry(TEXT, "core", "{ workspace = true }") == TEXT


def test_the_items_of_a_feature_are_added_behind_those_of_people() -> None:
    text = TEXT.replace('["dep:b"]', '["b/own"]')
    written = entry(text, "mod-b", '["dep:b", "mod-a"]', table=FEATURES, keeps="items")
    assert 'mod-b = ["b/own", "dep:b", "mod-a"]' in written
    assert entry(written, "mod-b", '["dep:b", "mod-a"]', table=FEATURES, keeps="items") == written


def test_only_what_is_demanded_is_added_to_a_feature_that_is_there() -> None:
    wish = {"table": FEATURES, "keeps": "items", "demands": '["dep:b"]'}
    assert entry(TEXT, "mod-b", '["dep:b", "b/gate"]', **wish) == TEXT
    assert 'mod-n = ["dep:b", "b/gate"]' in entry(TEXT, "mod-n", '["dep:b", "b/gate"]', **wish)


def test_what_is_there_is_told_with_its_line() -> None:
    assert entries(TEXT, NEEDS, path=PATH) == {"core": 9, "b": 10, "far": 11, "c": 12}
    assert items(TEXT, FEATURES, "default", path=PATH) == {"a": 3, "mod-b": 4}
    assert entries(TEXT, ("absent",), path=PATH) == items(TEXT, FEATURES, "absent", path=PATH) == {}


@pytest.mark.parametrize("text", ["core.workspace = true", "core = { workspace = true }", "core = {workspace=true}"])
def test_an_entry_means_the_same_in_every_form(text: str) -> None:
    assert meaning(f"[dependencies]\n{text}\n", NEEDS, "core", path=PATH) == {"workspace": True}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[package]\n", r"the table \[dependencies\] is missing"),
        ("[dependencies.new]\nworkspace = true\n[dependencies]\n", "a table of its own"),
    ],
)
def test_an_entry_without_room_is_refused(text: str, said: str) -> None:
    with pytest.raises(ManifestError, match=said):
        entry(text, "new", "{ workspace = true }")


def test_an_item_of_a_list_that_is_none_is_refused() -> None:
    with pytest.raises(ManifestError, match="the list is missing"):
        item('[features]\ndefault = "a"\n', "b")


def test_taking_out_what_is_not_there_changes_nothing() -> None:
    assert remove_entry(TEXT, NEEDS, "nobody", path=PATH) == TEXT
    assert remove_entry(TEXT, ("absent",), "b", path=PATH) == TEXT
    assert take_out(TEXT, FEATURES, "default", item="nobody", path=PATH) == TEXT
    assert take_out(TEXT, FEATURES, "absent", item="a", path=PATH) == TEXT
