"""What is not so ends the story with what was expected and what was seen."""

from __future__ import annotations

import json

import pytest

from demo.errors import DemoError, NotSoError
from demo.seeing import expect, expect_in, stays, until
from demo.timeline import Timeline


def test_equal_passes_and_different_says_both() -> None:
    expect("colour", seen="red", wanted="red")
    with pytest.raises(NotSoError, match="colour: expected red, seen blue"):
        expect("colour", seen="blue", wanted="red")
    with pytest.raises(NotSoError, match="expected … b …, seen a"):
        expect_in("text", text="a", wanted="b")


def test_looking_goes_on_until_it_is_accepted() -> None:
    answers = iter([1, 2, 3])
    assert until("three", lambda: next(answers), lambda seen: seen == 3, expected="3") == 3


def test_what_never_comes_says_what_was_seen_last() -> None:
    with pytest.raises(NotSoError, match=r"rain \(within 0.1 s\): expected drops, seen 'sun'|seen sun"):
        until("rain", lambda: "sun", lambda seen: seen == "drops", expected="drops", seconds=0.1)


def test_a_part_that_does_not_answer_is_asked_again_and_named_at_the_end() -> None:
    def away() -> str:
        raise DemoError("nobody there")

    with pytest.raises(NotSoError, match="nobody there"):
        until("an answer", away, lambda _: True, expected="one", seconds=0.1)


def test_what_changes_did_not_stay() -> None:
    answers = iter(["a", "a", "b"])
    with pytest.raises(NotSoError, match="expected a, seen b"):
        stays("the letter", lambda: next(answers), "a", seconds=5)


def test_a_line_says_what_where_and_what_proved_it(capsys: pytest.CaptureFixture[str]) -> None:
    Timeline().tell("it rains", where="outside", proof="a wet hand")
    assert capsys.readouterr().out.endswith("s  it rains · outside · proved by a wet hand\n")


def test_as_json_each_line_is_an_object(capsys: pytest.CaptureFixture[str]) -> None:
    timeline = Timeline(as_json=True)
    timeline.chapter("1")
    timeline.tell("it rains", where="outside", proof="a wet hand")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.get("what") for line in lines] == [None, "it rains"]
