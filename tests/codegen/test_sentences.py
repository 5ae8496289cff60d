"""A sentence is English text for whoever only prints it, and remembers what it was made of."""

from __future__ import annotations

import copy
import json
import pickle

from codegen import Sentence


def test_a_sentence_is_its_english_text() -> None:
    said = Sentence("{release} waits for {running}", release="rel_2", running="rel_1")
    assert said == "rel_2 waits for rel_1"
    assert json.dumps({"why": said}) == '{"why": "rel_2 waits for rel_1"}'
    assert f"so {said}" == "so rel_2 waits for rel_1"
    assert type(str(said)) is str


def test_it_remembers_its_template_and_what_fills_the_gaps() -> None:
    inner = Sentence("by {who}", who="carol")
    said = Sentence("frozen {told}", told=inner)
    assert (said, said.template, said.values["told"]) == ("frozen by carol", "frozen {told}", inner)


def test_a_tuple_is_told_as_a_list() -> None:
    assert Sentence("needs {modules}", modules=("blog", "forum")) == "needs blog, forum"


def test_a_number_chooses_the_template() -> None:
    one, two = (Sentence.counted("{count} more", "{count} others", count) for count in (1, 2))
    assert (one, two) == ("1 more", "2 others")
    assert one.template == two.template
    assert two.refilled(count="two") == "two others"


def test_a_text_of_somebody_else_keeps_its_braces() -> None:
    assert Sentence("{not} a gap") == "{not} a gap"
    assert Sentence("it says: {text}", text=Sentence("{x.__class__}")) == "it says: {x.__class__}"


def test_several_are_said_after_each_other_and_need_no_words() -> None:
    said = Sentence.joined([Sentence("one"), "two"])
    assert (said, said.is_wordless) == ("one; two", True)
    assert not Sentence("two: {what}", what="x").is_wordless
    assert not Sentence("plain").is_wordless


def test_it_survives_being_copied_and_kept() -> None:
    said = Sentence.counted("{count} hold", "{count} hold", 3)
    for again in (copy.deepcopy(said), pickle.loads(pickle.dumps(said))):  # noqa: S301 - our own bytes
        assert (again, again.template, again.values, again.number) == (said, said.template, said.values, 3)


def test_other_values_may_fill_the_same_gaps() -> None:
    said = Sentence("waits for somebody other than {other}", other="alice")
    assert said.refilled(other="Alice A.") == "waits for somebody other than Alice A."
