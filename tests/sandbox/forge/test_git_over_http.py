"""git itself against the forge: clone, push, what protection refuses, and what a push leaves behind."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

ENVIRONMENT = {
    "PATH": os.environ["PATH"],
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_AUTHOR_NAME": "Bob",
    "GIT_AUTHOR_EMAIL": "1002+bob@users.noreply.github.com",
    "GIT_COMMITTER_NAME": "Bob",
    "GIT_COMMITTER_EMAIL": "1002+bob@users.noreply.github.com",
    "HOME": "/nonexistent",
}


def git(*arguments: str, at: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *arguments], cwd=at, env=ENVIRONMENT, check=check, capture_output=True, text=True, timeout=60
    )


@pytest.fixture
def clone(forge: Any, tmp_path: Path) -> Path:
    git("clone", "-q", forge.clone_url("bob"), "work", at=tmp_path)
    return tmp_path / "work"


def commit(clone: Path, path: str, text: str) -> str:
    (clone / path).write_text(text)
    git("add", path, at=clone)
    git("commit", "-qm", f"Change {path}", at=clone)
    return git("rev-parse", "HEAD", at=clone).stdout.strip()


def test_a_clone_holds_the_seed_by_the_first_admin(clone: Path) -> None:
    assert (clone / "modules.toml").exists()
    assert git("log", "--format=%an", at=clone).stdout.strip() == "Alice"


def test_a_pushed_branch_is_there_with_its_actor(forge: Any, clone: Path) -> None:
    git("checkout", "-qb", "topic", at=clone)
    sha = commit(clone, "new.txt", "new\n")
    git("push", "-q", "origin", "topic", at=clone)
    assert forge.head("topic") == sha
    activity = forge.repo("GET", "/activity?ref=topic").json()[0]
    assert (activity["activity_type"], activity["actor"]["login"], activity["after"]) == ("branch_creation", "bob", sha)


def test_a_push_to_a_branch_that_needs_pull_requests_is_refused_as_by_github(forge: Any, clone: Path) -> None:
    before = forge.head()
    commit(clone, "new.txt", "new\n")
    refused = git("push", "origin", "main", at=clone, check=False)
    assert refused.returncode != 0
    assert "remote: error: GH006: Protected branch update failed for refs/heads/main." in refused.stderr
    assert forge.head() == before
    assert forge.repo("GET", "/activity").json() == []


def test_only_the_listed_may_push_to_a_restricted_branch_and_never_backwards(forge: Any, clone: Path) -> None:
    git("checkout", "-q", "--orphan", "environments", at=clone)
    first = commit(clone, "state.yaml", "a: 1\n")
    assert git("push", "origin", "environments", at=clone, check=False).returncode != 0
    token = forge.bot_token(permissions={"contents": "write"})
    as_bot = forge.clone_url("x").replace("x:x@", f"x-access-token:{token}@")
    git("push", "-q", as_bot, "environments", at=clone)
    commit(clone, "state.yaml", "a: 2\n")
    git("push", "-q", as_bot, "environments", at=clone)
    refused = git("push", "--force", as_bot, f"{first}:refs/heads/environments", at=clone, check=False)
    assert "Cannot force-push to this protected branch" in refused.stderr
    assert refused.returncode != 0


def test_a_refused_ref_does_not_keep_the_others_of_a_push_back(forge: Any, clone: Path) -> None:
    sha = commit(clone, "new.txt", "new\n")
    assert git("push", "origin", "main", "main:refs/heads/topic", at=clone, check=False).returncode != 0
    assert forge.head("topic") == sha


def test_a_reader_cannot_push_and_a_stranger_cannot_clone(forge: Any, clone: Path, tmp_path: Path) -> None:
    refused = git("push", forge.clone_url("carol"), "HEAD:refs/heads/topic", at=clone, check=False)
    assert refused.returncode != 0
    assert "403" in refused.stderr
    assert git("clone", forge.clone_url("nobody"), "other", at=tmp_path, check=False).returncode != 0


def test_a_large_chunked_push_arrives_whole(forge: Any, clone: Path) -> None:
    git("checkout", "-qb", "large", at=clone)
    (clone / "large.bin").write_bytes(os.urandom(6 * 1024 * 1024))
    git("add", "large.bin", at=clone)
    git("commit", "-qm", "Add a large file", at=clone)
    git("push", "-q", "origin", "large", at=clone)
    assert forge.head("large") == git("rev-parse", "HEAD", at=clone).stdout.strip()


def test_a_fetch_with_many_local_branches_works(forge: Any, clone: Path) -> None:
    for number in range(60):
        git("branch", f"local-{number}", at=clone)
    forge.repo("PUT", "/contents/a.txt", json={"message": "a", "content": "YQ==", "branch": "main"}, as_user="bob")
    git("fetch", "-q", "origin", at=clone)


def test_a_push_moves_the_pull_request_of_its_branch(forge: Any, clone: Path) -> None:
    git("checkout", "-qb", "topic", at=clone)
    commit(clone, "new.txt", "new\n")
    git("push", "-q", "origin", "topic", at=clone)
    number = forge.repo("POST", "/pulls", json={"head": "topic", "base": "main", "title": "T"}).json()["number"]
    sha = commit(clone, "new.txt", "newer\n")
    git("push", "-q", "origin", "topic", at=clone)
    assert forge.repo("GET", f"/pulls/{number}").json()["head"]["sha"] == sha
    listed = git("ls-remote", "origin", f"refs/pull/{number}/head", at=clone).stdout
    assert listed.split()[0] == sha


def test_a_push_of_one_commit_is_quick(forge: Any, clone: Path) -> None:
    git("checkout", "-qb", "quick", at=clone)
    best = 10.0
    for number in range(3):
        commit(clone, "new.txt", f"{number}\n")
        started = time.monotonic()
        git("push", "-q", "origin", "quick", at=clone)
        best = min(best, time.monotonic() - started)
    assert best < 1


def test_a_push_cannot_hide_from_protection_in_compression(forge: Any) -> None:
    url = f"{forge.url}/{forge.name}.git/git-receive-pack"
    answer = forge.call("POST", url, headers={"Content-Encoding": "gzip"}, data=b"x")
    assert answer.status_code == 415
    assert forge.call("POST", f"{forge.url}/{forge.name}.git/objects/git-receive-pack", data=b"").status_code == 404
