"""What the mirror reads is what git says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.repository import children
from controller.adapters.git import Mirror
from controller.core.errors import Terminal
from controller.core.model import BranchName, Sha
from tests.adapters.git.conftest import AUTHOR, WHEN

MAIN = BranchName("main")


def commit(mirror: Mirror, parent: Sha, **changes: bytes | None) -> Sha:
    paths = {name.replace("__", "/").replace("_", "."): content for name, content in changes.items()}
    return mirror.write_commit(
        parents=[parent],
        changes=paths,
        base_tree=mirror.commit(parent).tree,
        message="Change\n",
        author=AUTHOR,
        when=WHEN,
    )


def test_a_fetch_brings_branches_and_pull_requests_and_takes_away_what_is_gone(
    mirror: Mirror, remote: Path, git: Callable[..., str]
) -> None:
    head = git("rev-parse", "main", cwd=remote)
    git("update-ref", "refs/heads/modwright/install/blog-1", head, cwd=remote)
    git("update-ref", "refs/pull/1/head", head, cwd=remote)
    mirror.fetch()
    assert mirror.head(BranchName("modwright/install/blog-1")) == head
    git("update-ref", "-d", "refs/heads/modwright/install/blog-1", cwd=remote)
    mirror.fetch()
    assert mirror.head(BranchName("modwright/install/blog-1")) is None
    assert mirror.head(MAIN) == head


def test_a_clone_is_read_by_its_origin_where_it_has_no_branch_of_its_own(
    tmp_path: Path, remote: Path, git: Callable[..., str]
) -> None:
    git("update-ref", "refs/heads/environments", "main", cwd=remote)
    git("clone", "--quiet", str(remote), "clone")
    history = Mirror.open(tmp_path / "clone")
    assert history.head(BranchName("environments")) == git("rev-parse", "main", cwd=remote)


def test_a_folder_that_is_no_repository_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Terminal) as refused:
        Mirror.open(tmp_path)
    assert refused.value.reason == "NotARepository"


def test_a_line_is_told_newest_first_down_to_the_commit_that_was_named(mirror: Mirror) -> None:
    first = mirror.head(MAIN)
    assert first is not None
    second = commit(mirror, first, a_txt=b"1")
    third = commit(mirror, second, a_txt=b"2")
    assert [record.sha for record in mirror.first_parents(third)] == [third, second, first]
    assert [record.sha for record in mirror.first_parents(third, until=second)] == [third, second]
    assert [record.sha for record in mirror.first_parents(third, limit=1)] == [third]
    assert mirror.ancestors(third, without=[first]) == [third, second]


def test_a_commit_is_told_with_its_people_time_and_message(mirror: Mirror) -> None:
    first = mirror.head(MAIN)
    assert first is not None
    record = mirror.commit(commit(mirror, first, a_txt=b"1"))
    assert (record.parents, record.author_name, record.committer_email, record.committed_at, record.message) == (
        (first,),
        "Modwright",
        "modwright@example.invalid",
        WHEN,
        "Change\n",
    )
    assert record.signature is None


def test_files_are_read_lazily_and_links_are_refused(mirror: Mirror) -> None:
    head = mirror.head(MAIN)
    assert head is not None
    files = mirror.files(head)
    assert files["crates/blog/lib.rs"] == b"pub fn blog() {}\n"
    assert sorted(files) == ["crates/blog/lib.rs", "modules.toml", "run.sh"]
    assert "missing" not in files
    assert "crates/blog/lib.rs" in files
    assert "link" not in files
    assert "crates" not in files
    with pytest.raises(KeyError):
        files["../remote.git/HEAD"]
    with pytest.raises(Terminal) as refused:
        files["link"]
    assert refused.value.reason == "HostilePath"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/crates/blog/lib.rs",
        "crates//blog/lib.rs",
        "crates/blog//lib.rs",
        "crates/blog/lib.rs/x",
        "crates/blog/lib.rs/x/y",
        "crates/blog/lib.rs/",
        "crates/blog/",
        "link/x",
        "link/x/y",
        "../seed/modules.toml",
        "missing/blog/lib.rs",
        "crates/../modules.toml",
        "crates/blog/../../modules.toml",
        "crates/blog/lib.rs\0",
    ],
)
def test_a_path_is_a_file_or_nothing_however_it_is_written(mirror: Mirror, path: str) -> None:
    head = mirror.head(MAIN)
    assert head is not None
    files = mirror.files(head)
    assert files["crates/blog/lib.rs"]
    assert path not in files
    with pytest.raises(KeyError):
        files[path]


def test_a_folder_is_listed_without_what_lies_deeper_or_elsewhere(mirror: Mirror) -> None:
    head = mirror.head(MAIN)
    assert head is not None
    files = mirror.files(head)
    assert sorted(children(files, "")) == ["crates", "modules.toml", "run.sh"]
    assert children(files, "crates") == ("blog",)
    assert [children(files, folder) for folder in ("missing", "modules.toml", "../seed")] == [(), (), ()]


def test_the_input_tree_is_the_tree_that_git_makes_of_these_paths_alone(
    mirror: Mirror, tmp_path: Path, git: Callable[..., str]
) -> None:
    head = mirror.head(MAIN)
    assert head is not None
    seed = tmp_path / "seed"
    git("rm", "-q", "--cached", "modules.toml", "link", cwd=seed)
    expected = git("write-tree", cwd=seed)
    assert mirror.input_tree(head, ["crates/", "run.sh", "not/there"]) == expected
    assert mirror.input_tree(head, []) == mirror.commit(head).tree
    assert mirror.input_tree(head, ["crates/blog/lib.rs"]) == mirror.input_tree(head, ["crates"])


def test_an_input_tree_is_the_same_whatever_else_changes(mirror: Mirror) -> None:
    head = mirror.head(MAIN)
    assert head is not None
    other = commit(mirror, head, README_md=b"words")
    assert mirror.input_tree(other, ["crates"]) == mirror.input_tree(head, ["crates"])
    assert mirror.changed_paths(head, other) == ("README.md",)


def test_a_merge_is_tried_without_doing_it(mirror: Mirror) -> None:
    base = mirror.head(MAIN)
    assert base is not None
    one, other = commit(mirror, base, a_txt=b"1"), commit(mirror, base, b_txt=b"2")
    clash = commit(mirror, base, a_txt=b"3")
    merged = mirror.merged_tree(one, other)
    assert merged is not None
    assert mirror.files(merged)["b.txt"] == b"2"
    assert mirror.merged_tree(one, clash) is None
    assert mirror.merge_base(one, other) == base
    assert mirror.is_ancestor(base, one)
    assert not mirror.is_ancestor(one, other)


@pytest.mark.parametrize("name", ["-x", "a..b", "a//b", "$(id)", "a;b", "a b", "x.lock", "a/.b", "", "--upload-p=x"])
def test_a_hostile_branch_reaches_no_command(mirror: Mirror, name: str) -> None:
    with pytest.raises(Terminal) as refused:
        mirror.head(BranchName(name))
    assert refused.value.reason == "HostileName"


@pytest.mark.parametrize("sha", ["main", "abc", "-" * 40, "HEAD", "A" * 40])
def test_only_a_whole_object_id_names_a_commit(mirror: Mirror, sha: str) -> None:
    with pytest.raises(Terminal):
        mirror.commit(Sha(sha))


def test_a_commit_that_was_not_fetched_is_not_found(mirror: Mirror) -> None:
    with pytest.raises(Terminal) as refused:
        mirror.commit(Sha("1" * 40))
    assert refused.value.reason == "NotFound"
    assert not mirror.has("1" * 40)
