"""What a Cargo feature turns on, with the shortest way there."""

from __future__ import annotations

import pytest

from codegen.cargo.features import enabled, features_of

TEXT = """\
[features]
default = ["a", "b"]
a = ["dep:x", "c"]
b = ["x/fast", "y?/slow"]
c = ["a", "d"]
d = []
lonely = ["d"]
"""


def chains(text: str, start: str) -> dict[str, tuple[str, ...]]:
    return dict(enabled(text, start, path="Cargo.toml"))


def test_everything_that_a_feature_reaches_is_named_with_its_way() -> None:
    assert chains(TEXT, "default") == {
        "default": ("default",),
        "a": ("default", "a"),
        "b": ("default", "b"),
        "dep:x": ("default", "a", "dep:x"),
        "c": ("default", "a", "c"),
        "x/fast": ("default", "b", "x/fast"),
        "y?/slow": ("default", "b", "y?/slow"),
        "d": ("default", "a", "c", "d"),
    }


def test_the_shortest_way_is_told() -> None:
    assert chains(TEXT.replace('"b"]\na', '"b", "d"]\na'), "default")["d"] == ("default", "d")


def test_a_circle_ends() -> None:
    assert set(chains('[features]\na = ["b"]\nb = ["a"]\n', "a")) == {"a", "b"}


def test_a_feature_that_is_not_there_turns_on_itself_alone() -> None:
    assert chains(TEXT, "nothing") == {"nothing": ("nothing",)}


@pytest.mark.parametrize("text", ["", "[package]\nname = 'x'\n", "features = 1\n", "[features]\n"])
def test_a_file_without_features_has_none(text: str) -> None:
    assert features_of(text, path="Cargo.toml") == {}


def test_what_is_no_list_is_left_out() -> None:
    assert features_of('[features]\na = "b"\nc = ["d"]\n', path="Cargo.toml") == {"c": ("d",)}


def test_a_chain_of_thousands_is_followed_without_recursion() -> None:
    text = "[features]\n" + "".join(f'f{n} = ["f{n + 1}"]\n' for n in range(3000))
    assert len(chains(text, "f0")) == 3001
