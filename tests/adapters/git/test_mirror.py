"""Writing and pushing: deterministic commits, and a push that is a compare-and-set."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from controller.adapters.git import Mirror
from controller.adapters.git.command import GitCommand
from controller.core.errors import Conflict, Terminal, Transient
from controller.core.model import BranchName, Sha
from tests.adapters.git.conftest import AUTHOR, WHEN
from tests.adapters.git.test_history import MAIN, commit

LEDGER = BranchName("environments")


def head_of(mirror: Mirror) -> Sha:
    head = mirror.head(MAIN)
    assert head is not None
    return head


def test_the_same_arguments_give_the_same_commit_and_git_agrees_with_its_tree(
    mirror: Mirror, tmp_path: Path, git: Callable[..., str]
) -> None:
    head = head_of(mirror)
    changes = {"run.sh": b"#!/bin/sh\nexit\n", "new/deep/file.txt": b"x", "crates/blog/lib.rs": None}
    made = [
        mirror.write_commit(
            parents=[head],
            changes=changes,
            base_tree=mirror.commit(head).tree,
            message="One\n\nbody\n",
            author=AUTHOR,
            when=WHEN,
        )
        for _ in range(2)
    ]
    assert made[0] == made[1]
    git("fsck", "--strict", cwd=tmp_path / "mirror.git")
    listed = git("ls-tree", "-r", made[0], cwd=tmp_path / "mirror.git")
    assert "100755" in next(line for line in listed.splitlines() if line.endswith("run.sh"))
    assert "crates" not in listed
    assert "new/deep/file.txt" in listed


def test_an_orphan_begins_without_a_tree(mirror: Mirror) -> None:
    made = mirror.write_commit(
        parents=[], changes={"state.yaml": b"{}"}, base_tree=None, message="Begin\n", author=AUTHOR, when=WHEN
    )
    assert mirror.commit(made).parents == ()
    assert dict(mirror.files(made)) == {"state.yaml": b"{}"}


@pytest.mark.parametrize("path", ["../x", "/x", "a//b", ".git/config", "a/.GIT/x", "", "a\nb", "a\\b", "link", "link/"])
def test_a_hostile_path_is_not_written(mirror: Mirror, path: str) -> None:
    head = head_of(mirror)
    with pytest.raises(Terminal) as refused:
        mirror.write_commit(
            parents=[head],
            changes={path: b"x"},
            base_tree=mirror.commit(head).tree,
            message="x",
            author=AUTHOR,
            when=WHEN,
        )
    assert refused.value.reason == "HostilePath"


def test_a_push_makes_a_branch_and_moves_it(mirror: Mirror, remote: Path, git: Callable[..., str]) -> None:
    first = head_of(mirror)
    mirror.push(LEDGER, first, expected=None)
    second = commit(mirror, first, a_txt=b"1")
    mirror.push(LEDGER, second, expected=first)
    assert git("rev-parse", "environments", cwd=remote) == second
    assert mirror.head(LEDGER) == second


def test_a_push_whose_expectation_does_not_hold_is_a_conflict_and_changes_nothing(
    mirror: Mirror, remote: Path, git: Callable[..., str]
) -> None:
    first = head_of(mirror)
    one, other = commit(mirror, first, a_txt=b"1"), commit(mirror, first, a_txt=b"2")
    mirror.push(LEDGER, one, expected=None)
    with pytest.raises(Conflict):
        mirror.push(LEDGER, other, expected=first)
    with pytest.raises(Conflict):
        mirror.push(LEDGER, other, expected=None)
    assert git("rev-parse", "environments", cwd=remote) == one


def test_a_push_that_would_lose_commits_is_refused_before_it_is_sent(mirror: Mirror) -> None:
    first = head_of(mirror)
    one, other = commit(mirror, first, a_txt=b"1"), commit(mirror, first, a_txt=b"2")
    mirror.push(LEDGER, one, expected=None)
    with pytest.raises(Terminal) as refused:
        mirror.push(LEDGER, other, expected=one)
    assert refused.value.reason == "NotADescendant"


def test_a_push_that_was_done_before_is_done(mirror: Mirror) -> None:
    first = head_of(mirror)
    second = commit(mirror, first, a_txt=b"1")
    mirror.push(LEDGER, second, expected=None)
    mirror.push(LEDGER, second, expected=None)
    mirror.push(LEDGER, second, expected=first)


def test_a_refusing_forge_is_branch_protection(mirror: Mirror, remote: Path) -> None:
    hook = remote / "hooks/pre-receive"
    hook.write_text("#!/bin/sh\necho 'GH006: Protected branch update failed' >&2\nexit 1\n")
    hook.chmod(0o755)
    with pytest.raises(Terminal) as refused:
        mirror.push(LEDGER, head_of(mirror), expected=None)
    assert refused.value.reason == "BranchProtected"
    assert "GH006" in refused.value.message


def test_a_remote_that_is_away_is_transient_or_not_found(tmp_path: Path) -> None:
    mirror = Mirror(tmp_path / "m.git", url="http://127.0.0.1:9/acme/platform.git", token=None)
    with pytest.raises(Transient):
        mirror.fetch()


def test_a_lock_that_a_killed_git_left_stops_the_mirror_once(
    mirror: Mirror, remote: Path, tmp_path: Path, git: Callable[..., str]
) -> None:
    git("update-ref", "refs/heads/new", "main", cwd=remote)
    lock = tmp_path / "mirror.git/refs/heads/new.lock"
    lock.touch()
    with pytest.raises(Transient):
        mirror.fetch()
    assert lock.exists()
    os.utime(lock, (0, 0))
    with pytest.raises(Transient):
        mirror.fetch()
    mirror.fetch()
    assert mirror.head(BranchName("new")) == mirror.head(MAIN)


@pytest.mark.parametrize(
    "url", ["ext::sh -c id", "ssh://host/x", "http://example.com/x", "https://user:pw@example.com/x", "-oProxy"]
)
def test_only_safe_addresses_are_taken(tmp_path: Path, url: str) -> None:
    with pytest.raises(Terminal) as refused:
        Mirror(tmp_path / "m.git", url=url, token=None)
    assert "pw" not in str(refused.value)


def test_a_command_that_hangs_ends_with_its_children(tmp_path: Path, remote: Path) -> None:
    hook = tmp_path / "remote.git/hooks/pre-receive"
    hook.write_text("#!/bin/sh\nsleep 30\n")
    hook.chmod(0o755)
    command = GitCommand(remote, url=str(remote), token=None)
    begun = time.monotonic()
    with pytest.raises(Transient):
        command.run(
            ["push", "--end-of-options", str(remote), "main:refs/heads/other"], timeout=timedelta(milliseconds=300)
        )
    assert time.monotonic() - begun < 5


def test_the_token_stands_in_no_argument_and_in_no_error(tmp_path: Path) -> None:
    asked: list[str] = []

    def token() -> str:
        asked.append("x")
        return "ghs_canary0123456789"

    mirror = Mirror(tmp_path / "m.git", url="http://127.0.0.1:9/acme/platform.git", token=token)
    with pytest.raises(Transient) as refused:
        mirror.fetch()
    assert asked
    assert "canary" not in str(refused.value)
    assert "canary" not in (tmp_path / "m.git/config").read_text()


def test_a_signed_commit_keeps_payload_and_signature(mirror: Mirror, tmp_path: Path) -> None:
    head = head_of(mirror)
    seen: list[bytes] = []

    def sign(payload: bytes) -> str:
        seen.append(payload)
        return "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"

    made = mirror.write_commit(
        parents=[head], changes={"a": b"1"}, base_tree=None, message="x\n", author=AUTHOR, when=WHEN, sign=sign
    )
    record = mirror.commit(made)
    assert record.signed_payload == seen[0]
    assert record.signature is not None
    assert record.signature.strip() == "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----"
    shown = subprocess.run(
        ["git", "--git-dir", str(tmp_path / "mirror.git"), "cat-file", "commit", made],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "gpgsig -----BEGIN SSH SIGNATURE-----" in shown
