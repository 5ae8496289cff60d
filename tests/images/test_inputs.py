"""The input tree's id is the one that git itself gives a tree of these paths alone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from images.errors import ImageError
from images.inputs import input_tree, read_inputs


@pytest.fixture
def repository(git, tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    for name in ("Cargo.toml", "README.md", "apps/server/main.rs", "apps/other.rs", "crates/a/lib.rs"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "apps/run").write_text("#!/bin/sh\n")
    (folder / "apps/run").chmod(0o755)
    (folder / "apps/link").symlink_to("run")
    git("add", ".")
    git("commit", "--quiet", "--message", "all")
    return folder


def _tree_of_only(git, *paths: str) -> str:
    """What git says when everything else is removed in a commit."""
    git("rm", "-r", "--quiet", "--cached", ".")
    git("add", "--", *paths)
    return git("write-tree")


@pytest.mark.parametrize("paths", [("Cargo.toml", "apps"), ("apps/server",), ("crates/", "README.md"), ("apps/run",)])
def test_the_id_is_that_of_a_tree_with_only_these_paths(git, repository, paths):
    commit = git("rev-parse", "HEAD")
    assert input_tree(repository, commit=commit, paths=paths) == _tree_of_only(git, *paths)


def test_all_paths_give_the_commit_s_own_tree(git, repository):
    assert input_tree(repository, commit=git("rev-parse", "HEAD"), paths=[]) == git("rev-parse", "HEAD^{tree}")


def test_a_change_outside_the_inputs_keeps_the_id(git, repository):
    before = input_tree(repository, commit=git("rev-parse", "HEAD"), paths=["apps", "Cargo.toml"])
    (repository / "README.md").write_text("new")
    git("commit", "--quiet", "--all", "--message", "words")
    assert input_tree(repository, commit=git("rev-parse", "HEAD"), paths=["Cargo.toml", "apps"]) == before


def test_neither_the_working_copy_nor_its_index_counts(git, repository):
    commit = git("rev-parse", "HEAD")
    before = input_tree(repository, commit=commit, paths=["apps"])
    (repository / "apps/other.rs").write_text("changed")
    git("add", ".")
    assert input_tree(repository, commit=commit, paths=["apps"]) == before
    assert git("diff", "--cached", "--name-only") == "apps/other.rs"


def test_variables_of_an_outer_git_do_not_lead_astray(git, repository, monkeypatch):
    commit = git("rev-parse", "HEAD")
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert input_tree(repository, commit=commit, paths=["apps"])


def test_a_path_that_is_not_there_leaves_the_others(git, repository):
    commit = git("rev-parse", "HEAD")
    assert input_tree(repository, commit=commit, paths=["apps", ".cargo"]) == _tree_of_only(git, "apps")


def test_a_path_is_no_pattern(git, repository):
    with pytest.raises(ImageError, match="has none of the paths"):
        input_tree(repository, commit=git("rev-parse", "HEAD"), paths=["*.toml"])


@pytest.mark.parametrize("path", ["/etc", "../other", "apps/../..", "", "."])
def test_a_path_that_leads_out_is_refused(git, repository, path):
    with pytest.raises(ImageError, match="is not a path inside the repository"):
        input_tree(repository, commit=git("rev-parse", "HEAD"), paths=[path])


@pytest.mark.parametrize("commit", ["HEAD", "--help", "abc", "main", "a" * 39])
def test_only_a_full_commit_id_is_taken(repository, commit):
    with pytest.raises(ImageError, match="is not a full commit id"):
        input_tree(repository, commit=commit, paths=["apps"])


def test_a_commit_that_is_not_there_is_git_s_own_complaint(repository):
    with pytest.raises(ImageError, match="git ls-tree"):
        input_tree(repository, commit="1" * 40, paths=["apps"])


def test_an_export_holds_the_inputs_and_nothing_else(git, repository, tmp_path):
    with read_inputs(repository, commit=git("rev-parse", "HEAD"), paths=["Cargo.toml", "apps"]) as tree:
        tree.export(tmp_path / "out")
    found = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*"))
    assert found == [
        "Cargo.toml",
        "apps",
        "apps/link",
        "apps/other.rs",
        "apps/run",
        "apps/server",
        "apps/server/main.rs",
    ]
    assert os.access(tmp_path / "out/apps/run", os.X_OK)
    assert (tmp_path / "out/apps/link").is_symlink()


def test_an_export_does_not_mix_with_what_is_there(git, repository, tmp_path):
    with (
        read_inputs(repository, commit=git("rev-parse", "HEAD"), paths=["apps"]) as tree,
        pytest.raises(ImageError, match="exists already"),
    ):
        tree.export(tmp_path)
