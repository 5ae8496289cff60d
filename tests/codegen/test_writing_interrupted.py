"""What an interrupted run left is finished or swept away; what a stranger left in its place is not believed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from codegen.command.writing import STAGED, HalfWritten, recover, write_files
from codegen.errors import ManifestError
from tests.codegen.written import AFTER, BEFORE, EDIT, files, seen, staged


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    write_files(folder, BEFORE)
    return folder


JOURNAL = {"write": {"0": "a.toml", "1": "folder/b.toml", "2": "new/deep/c.toml"}, "remove": ["gone.txt"]}
CONTENT = {"_0": b"new a", "_1": b"new b", "_2": b"new c"}


@pytest.mark.parametrize("moved", range(5))
def test_whatever_was_moved_already_the_rest_follows(root: Path, moved: int) -> None:
    staged(root, JOURNAL, **CONTENT)
    (root / "new/deep").mkdir(parents=True)
    for name, path in [*JOURNAL["write"].items()][:moved]:  # type: ignore[attr-defined]
        (root / STAGED / name).replace(root / path)
    if moved == 4:
        (root / "gone.txt").unlink()
    assert recover(root)
    assert files(root) == AFTER
    assert not recover(root)


def test_a_run_that_ended_after_its_journal_went_leaves_rubbish_only(root: Path) -> None:
    write_files(root, EDIT)
    after = seen(root)
    (root / STAGED).mkdir()
    (root / STAGED / "folders.json").write_text('["new", "new/deep"]')
    assert recover(root)
    assert seen(root) == after


def test_what_was_staged_without_a_journal_is_swept_away_with_its_folders(root: Path) -> None:
    before = seen(root)
    for made in ([], ["new"], ["new", "new/deep"]):
        (root / STAGED).mkdir()
        (root / STAGED / "0").write_bytes(b"half")
        (root / STAGED / "journal.json.new").write_bytes(b'{"write": {"0": "a')
        (root / STAGED / "folders.json").write_text('["new", "new/deep"]')
        for folder in made:
            (root / folder).mkdir()
        assert recover(root)
        assert seen(root) == before


HOSTILE: dict[str, object] = {
    "a path above": {"write": {"0": "../x"}, "remove": []},
    "a path above within": {"write": {"0": "folder/../../x"}, "remove": []},
    "an absolute path": {"write": {"0": "/tmp/x"}, "remove": []},
    "a removal above": {"write": {}, "remove": ["../victim"]},
    "a removal through a link": {"write": {}, "remove": ["link/victim"]},
    "a file through a link": {"write": {"0": "link/x"}, "remove": []},
    "git's own folder": {"write": {"0": ".git/hooks/pre-commit"}, "remove": []},
    "git's folder in capitals": {"write": {"0": ".Git/config"}, "remove": []},
    "a content from above": {"write": {"../../victim": "a.toml"}, "remove": []},
    "a content that is a link": {"write": {"7": "a.toml"}, "remove": []},
    "a good move and a bad one": {"write": {"0": "a.toml", "1": "../x"}, "remove": []},
    "a path that is no text": {"write": {"0": 7}, "remove": []},
    "no object": [],
    "no moves": {"remove": ["a.toml"]},
    "moves as a list": {"write": ["a.toml"], "remove": []},
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_journal_that_no_run_left_moves_nothing(root: Path, case: str) -> None:
    (root.parent / "victim").write_bytes(b"victim")
    (root / "link").symlink_to(root.parent)
    (root / ".git/hooks").mkdir(parents=True)
    staged(root, HOSTILE[case], _0=b"evil", _1=b"evil")
    (root / STAGED / "7").symlink_to(root.parent / "victim")
    before = seen(root.parent)
    with pytest.raises(ManifestError, match="not a journal") as said:
        recover(root)
    assert said.value.findings[0].hint.endswith(STAGED)
    assert seen(root.parent) == before


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"write": {}', "\xff", "9" * 5000, " " * 5_000_000])
def test_a_journal_that_cannot_be_read_is_said(root: Path, text: str) -> None:
    staged(root, {})
    (root / STAGED / "journal.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(ManifestError, match="not a journal"):
        recover(root)


@pytest.mark.parametrize("kind", ["a link to a folder", "a file", "a link to nothing"])
def test_what_stands_in_the_place_of_the_staged_folder_is_said_and_left(root: Path, kind: str) -> None:
    outside = root.parent / "outside"
    if kind == "a file":
        (root / STAGED).write_bytes(b"")
    else:
        (root / STAGED).symlink_to(outside)
    if kind == "a link to a folder":
        outside.mkdir()
        (outside / "journal.json").write_text(json.dumps({"write": {"0": "a.toml"}, "remove": []}))
        (outside / "0").write_bytes(b"evil")
    before = seen(root.parent)
    for attempt in (lambda: recover(root), lambda: write_files(root, EDIT)):
        with pytest.raises(ManifestError, match="not a folder"):
            attempt()
    assert seen(root.parent) == before


def test_folders_that_a_stranger_names_are_removed_only_inside_and_only_where_empty(root: Path) -> None:
    (root.parent / "empty").mkdir()
    (root / STAGED).mkdir()
    (root / STAGED / "folders.json").write_text(json.dumps(["../empty", str(root.parent / "empty"), "folder", 7]))
    assert recover(root)
    assert (root.parent / "empty").is_dir()
    assert files(root) == BEFORE


def test_what_cannot_be_finished_is_said_and_finished_by_the_next_run(root: Path) -> None:
    staged(root, {"write": {"0": "a.toml", "1": "blocked"}, "remove": []}, _0=b"new a", _1=b"new")
    (root / "blocked").mkdir()
    with pytest.raises(HalfWritten):
        recover(root)
    (root / "blocked").rmdir()
    assert recover(root)
    assert files(root) == {**BEFORE, "a.toml": b"new a", "blocked": b"new"}
