"""A plan on the files of a commit: what git holds beside plain files is refused or not there, never followed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from codegen import Install, ManifestError, ModuleName, Refused, check, plan_changes
from controller.adapters.git.history import History
from controller.core.errors import Terminal
from controller.core.model import BranchName
from tests.codegen.hosts.trees import put, tree

TAX = [Install(ModuleName("tax"))]


@pytest.fixture
def commit(tmp_path: Path) -> Callable[..., Mapping[str, bytes]]:
    """Commits the platform after an edit of its work tree and one of its index; the commit's files."""

    def git(*words: str) -> None:
        who = ("-c", "user.name=alice", "-c", "user.email=alice@example.invalid")
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)

    def committed(edit: Callable[[Path], object] | None = None, *, submodule: str | None = None) -> Mapping[str, bytes]:
        put(tree("distribution"), tmp_path)
        if edit is not None:
            edit(tmp_path)
        git("init", "-q", "-b", "main")
        git("add", "-A")
        if submodule is not None:
            git("rm", "-rq", "--cached", submodule)
            git("update-index", "--add", "--cacheinfo", f"160000,{'a' * 40},{submodule}")
        git("commit", "-q", "-m", "Begin")
        history = History(tmp_path)
        head = history.head(BranchName("main"))
        assert head is not None
        return history.files(head)

    return committed


def _linked(root: Path, path: str) -> None:
    (root / path).unlink()
    (root / path).symlink_to("/etc/hostname")


def test_a_commit_is_planned_on_as_its_files_are(commit: Callable[..., Mapping[str, bytes]]) -> None:
    assert plan_changes(commit(), TAX).files == plan_changes(tree("distribution"), TAX).files


def test_a_file_that_may_be_run_is_a_file(commit: Callable[..., Mapping[str, bytes]]) -> None:
    files = commit(lambda root: (root / "modules.toml").chmod(0o755))
    assert plan_changes(files, TAX).files == plan_changes(tree("distribution"), TAX).files


@pytest.mark.parametrize("path", ["modules.toml", "apps/server/Cargo.toml", "crates/rustok-media/rustok-module.toml"])
def test_a_link_in_the_place_of_a_file_is_refused(commit: Callable[..., Mapping[str, bytes]], path: str) -> None:
    files = commit(lambda root: _linked(root, path))
    for judge in (lambda: plan_changes(files, TAX), lambda: check(files)):
        with pytest.raises(Terminal, match="link") as refused:
            judge()
        assert refused.value.reason == "HostilePath"


def test_a_submodule_in_the_place_of_a_file_is_refused(commit: Callable[..., Mapping[str, bytes]]) -> None:
    files = commit(submodule="modules.toml")
    with pytest.raises(Terminal, match="submodule"):
        plan_changes(files, TAX)


def test_a_module_in_a_submodule_is_not_offered(commit: Callable[..., Mapping[str, bytes]]) -> None:
    files = commit(submodule="crates/rustok-tax")
    with pytest.raises(Refused) as refused:
        plan_changes(files, TAX)
    assert refused.value.reason == "NotInCatalog"


def test_an_installed_module_in_a_submodule_is_said_by_the_file_that_is_missing(
    commit: Callable[..., Mapping[str, bytes]],
) -> None:
    files = commit(submodule="crates/rustok-media")
    with pytest.raises(ManifestError, match=r"rustok-media/rustok-module\.toml: the file is missing"):
        check(files)
