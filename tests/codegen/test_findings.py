"""Findings as text, JSON and annotations; nothing in a file can end an annotation or begin another."""

from __future__ import annotations

import json

from codegen import Finding
from codegen.lint.findings import as_annotations, as_json, as_text, is_clean

ERROR = Finding(
    path="a, b.toml", line=3, column=7, key="blog.crate", problem="not allowed", found="'!'", hint="mend it"
)
WARNING = Finding(path="m.toml", problem="all: odd", severity="warning")


def test_a_line_begins_with_the_place_and_a_warning_says_that_it_is_one() -> None:
    assert as_text([ERROR, WARNING]).splitlines() == [
        "a, b.toml:3:7: blog.crate: not allowed; found '!'; hint: mend it",
        "m.toml: warning: all: odd",
    ]


def test_json_has_every_field() -> None:
    (one,) = json.loads(json.dumps(as_json([ERROR])))
    assert one == {
        "path": "a, b.toml",
        "problem": "not allowed",
        "line": 3,
        "column": 7,
        "key": "blog.crate",
        "found": "'!'",
        "allowed": "",
        "hint": "mend it",
        "severity": "error",
    }


def test_an_annotation_marks_its_line() -> None:
    first, second = as_annotations([ERROR, WARNING]).splitlines()
    properties, message = first.removeprefix("::error ").split("::")
    assert properties == "file=a%2C b.toml,line=3,col=7,title=blog.crate%3A not allowed"
    assert message == "blog.crate: not allowed%0Afound '!'%0Ahint: mend it"
    assert second == "::warning file=m.toml,title=all%3A odd::all: odd"


def test_nothing_in_a_finding_ends_its_annotation() -> None:
    evil = Finding(path="a::b,line=1%0A", problem="x\r\n::error::y", key="k::,", found="100%\n::stop-commands::z")
    (line,) = as_annotations([evil]).splitlines()
    properties, message = line.removeprefix("::error ").split("::", 1)
    assert properties == "file=a%3A%3Ab%2Cline=1%250A,title=k%3A%3A%2C%3A x%0D%0A%3A%3Aerror%3A%3Ay"
    assert "100%25%0A::stop-commands::z" in message


def test_only_errors_make_a_file_unclean() -> None:
    assert is_clean([WARNING])
    assert not is_clean([WARNING, ERROR])
