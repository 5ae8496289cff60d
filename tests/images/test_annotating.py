"""What the compiler said reaches people as text and the run as one annotation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from images.annotate import CompilerError, annotate, annotation

FINISHED = {True: '{"reason":"build-finished","success":true}', False: '{"reason":"build-finished","success":false}'}


def _message(folder: Path, *, level: str = "error", line: int = 3, rendered: str = "text\n", **more: Any) -> str:
    place = {
        "file_name": "crates/a/src/lib.rs",
        "line_start": line,
        "column_start": 9,
        "is_primary": True,
        "label": "here",
    }
    inner = {"level": level, "message": "mismatched types", "code": {"code": "E0308"}, "spans": [place]}
    inner |= {"rendered": rendered} | more
    target = {"manifest_path": str(folder / "Cargo.toml"), "target": {"name": "platform_a"}}
    return json.dumps({"reason": "compiler-message", "message": inner, **target})


def _shown(lines: list[str]) -> tuple[bool, str]:
    shown: list[str] = []
    return annotate(lines, show=shown.append), "".join(shown)


def test_the_first_error_is_the_annotation_and_all_text_is_passed_on(tmp_path):
    (tmp_path / "rustok-module.toml").write_text('[module]\nslug = "a"\n')
    warning = _message(tmp_path, level="warning", line=1, rendered="one\n")
    errors = [_message(tmp_path, line=3, rendered="two\n"), _message(tmp_path, line=7, rendered="three\n")]
    succeeded, shown = _shown([warning, *errors, FINISHED[False]])
    assert not succeeded
    assert shown == (
        "one\ntwo\nthree\n"
        "::error file=crates/a/src/lib.rs,line=3,col=9,title=module a::error[E0308]: mismatched types: here\n"
    )


def test_a_crate_that_is_no_module_is_named_as_a_crate(tmp_path):
    assert "title=crate platform_a::" in _shown([_message(tmp_path), FINISHED[False]])[1]


def test_an_error_without_a_place_has_none(tmp_path):
    shown = _shown([_message(tmp_path, spans=[], code=None), FINISHED[False]])[1]
    assert shown.endswith("::error title=crate platform_a::error: mismatched types\n")


def test_a_build_that_succeeds_says_so_without_annotation(tmp_path):
    assert _shown([_message(tmp_path, level="warning", rendered="w\n"), FINISHED[True]]) == (True, "w\n")


@pytest.mark.parametrize("lines", [[], ["not json"], ["[1]"], ['{"reason":"compiler-artifact"}']])
def test_a_stream_that_ends_without_an_outcome_is_no_success(lines):
    succeeded, shown = _shown(lines)
    assert not succeeded
    assert shown.startswith("::error title=build::cargo stopped")


@pytest.mark.parametrize("hostile", ["::set-output name=x::y", "  ::notice::x", "##[error]x", "a\n\t::add-mask::x"])
def test_a_compiler_s_text_never_becomes_a_command(tmp_path, hostile):
    shown = _shown([_message(tmp_path, level="warning", rendered=hostile), FINISHED[True]])[1]
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
    assert "##[" not in shown


@pytest.mark.parametrize(
    "pretended",
    [
        '{"reason":"compiler-message"}',
        '{"reason":"compiler-message","message":[]}',
        '{"reason":"compiler-message","message":{"level":"error"}}',
        '{"reason":"compiler-message","message":{"level":"error","message":"x","spans":[{"is_primary":1,"line_start":"x"}]}}',
        '{"reason":"compiler-message","message":{"level":"error","message":"x","spans":[1]}}',
    ],
)
def test_what_only_looks_like_cargo_s_message_does_not_hide_the_real_one(tmp_path, pretended):
    assert "line=3,col=9" in _shown([pretended, _message(tmp_path), FINISHED[False]])[1]


def test_a_long_error_is_cut(tmp_path):
    shown = _shown([_message(tmp_path, message="x" * 10_000), FINISHED[False]])[1]
    assert len(shown) < 700


def test_what_ends_a_command_or_a_property_is_escaped():
    error = CompilerError(subject="module a,b:c", file="x%y", line=1, column=2, text="one\r\ntwo 100%")
    assert annotation(error) == ("::error file=x%25y,line=1,col=2,title=module a%2Cb%3Ac::one%0D%0Atwo 100%25\n")
