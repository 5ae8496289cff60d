"""Pull requests: mergeability, methods of merging, what follows a branch, reverts."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest

_REVERT = """
mutation($id: ID!) {
  revertPullRequest(input: {pullRequestId: $id}) { revertPullRequest { number title body headRefName headRefOid } }
}
"""


@pytest.fixture
def repo(forge: Any) -> Any:
    """A repository without protection, with one file of lines."""
    return Open(forge)


class Open:
    def __init__(self, forge: Any) -> None:
        self.forge = forge
        self.token = forge.bot_token()
        forge.in_loop(self._first)

    def _first(self) -> None:
        from sandbox.forge import tree_edits
        from sandbox.forge.git_repository import Move, signature

        repository = self.forge.forge.repository("acme/open")
        who = signature(self.forge.forge.accounts.by_id(1001))
        empty = str(repository.handle.TreeBuilder().write())
        first = repository.write_commit(tree=empty, parents=[], message="m", author=who, committer=who)
        lines = "".join(f"line {number}\n" for number in range(9)).encode()
        tree = tree_edits.edited(repository, first, additions={"lines": lines}, deletions=[])
        second = repository.write_commit(tree=tree, parents=[first], message="m", author=who, committer=who)
        repository.move([Move(ref="refs/heads/main", after=second)])

    def __call__(self, method: str, path: str, **more: Any) -> Any:
        return self.forge.call(method, f"/repos/acme/open{path}", token=self.token, **more)

    def head(self, branch: str = "main") -> str:
        return self("GET", f"/git/ref/heads/{branch}").json()["object"]["sha"]

    def text(self, branch: str = "main") -> str:
        return base64.b64decode(self("GET", f"/contents/lines?ref={branch}").json()["content"]).decode()

    def change(self, branch: str, old: str, new: str, base: str | None = None) -> None:
        if self("GET", f"/git/ref/heads/{branch}").status_code == 404:
            self("POST", "/git/refs", json={"ref": f"refs/heads/{branch}", "sha": base or self.head()})
        found = self("GET", f"/contents/lines?ref={branch}").json()
        text = base64.b64decode(found["content"]).decode().replace(old, new)
        content = base64.b64encode(text.encode()).decode()
        wish = {"message": f"{old} to {new}", "content": content, "branch": branch, "sha": found["sha"]}
        assert self("PUT", "/contents/lines", json=wish).status_code == 200

    def open(self, branch: str, title: str = "T") -> Any:
        answer = self("POST", "/pulls", json={"title": title, "head": branch, "base": "main"})
        assert answer.status_code == 201, answer.text
        return answer.json()

    def settled(self, number: int) -> Any:
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            pull = self("GET", f"/pulls/{number}").json()
            if pull["mergeable"] is not None:
                return pull
            time.sleep(0.005)
        raise AssertionError("mergeability was never computed")


def test_mergeability_is_null_first_and_follows_the_base(repo: Any) -> None:
    repo.change("topic", "line 4", "line four")
    assert repo.open("topic")["mergeable"] is None
    assert repo.settled(1)["mergeable"] is True
    repo.change("main", "line 4", "line IV")
    pull = repo.settled(1)
    assert (pull["mergeable"], pull["mergeable_state"]) == (False, "dirty")
    refused = repo("PUT", "/pulls/1/merge", json={"merge_method": "squash"})
    assert (refused.status_code, refused.json()["message"]) == (405, "Pull Request is not mergeable")


@pytest.mark.parametrize(("method", "parents"), [("merge", 2), ("squash", 1), ("rebase", 1)])
def test_each_method_merges_with_what_main_has_got_since(repo: Any, method: str, parents: int) -> None:
    repo.change("topic", "line 1", "line one")
    repo.change("topic", "line 2", "line two")
    pull = repo.open("topic", "Numbers")
    repo.change("main", "line 8", "line eight")
    answer = repo("PUT", "/pulls/1/merge", json={"merge_method": method, "sha": pull["head"]["sha"]}).json()
    commit = repo("GET", f"/commits/{answer['sha']}").json()
    assert (answer["sha"], len(commit["parents"])) == (repo.head(), parents)
    assert [word for word in ("one", "two", "eight") if f"line {word}" in repo.text()] == ["one", "two", "eight"]
    if method == "squash":
        assert commit["commit"]["message"].startswith("Numbers (#1)\n\n* line 1 to line one")
    closed = repo("GET", "/pulls/1").json()
    assert (closed["merged"], closed["merge_commit_sha"], closed["changed_files"]) == (True, answer["sha"], 1)
    assert repo("GET", "/activity").json()[0]["activity_type"] == "pr_merge"
    assert repo("PUT", "/pulls/1/merge", json={}).status_code == 405


def test_pulls_are_found_by_head_base_and_state(repo: Any) -> None:
    for branch in ("a", "b"):
        repo.change(branch, "line 1", f"line {branch}")
        repo.open(branch)
    found = repo("GET", "/pulls?state=open&head=acme:b&base=main").json()
    assert [pull["head"]["ref"] for pull in found] == ["b"]
    repo("PATCH", "/pulls/2", json={"state": "closed"})
    assert [pull["number"] for pull in repo("GET", "/pulls").json()] == [1]
    assert [pull["number"] for pull in repo("GET", "/pulls?state=all").json()] == [2, 1]
    assert repo("PATCH", "/pulls/2", json={"state": "open"}).json()["state"] == "open"


def test_a_second_pull_of_the_same_branch_or_one_without_commits_is_refused(repo: Any) -> None:
    repo.change("topic", "line 1", "line one")
    repo.open("topic")
    again = repo("POST", "/pulls", json={"title": "T", "head": "topic", "base": "main"})
    assert again.json()["errors"][0]["message"] == "A pull request already exists for acme:topic."
    repo("POST", "/git/refs", json={"ref": "refs/heads/same", "sha": repo.head()})
    empty = repo("POST", "/pulls", json={"title": "T", "head": "same", "base": "main"})
    assert empty.json()["errors"][0]["message"] == "No commits between main and same"


def test_a_deleted_branch_closes_its_pull(repo: Any) -> None:
    repo.change("topic", "line 1", "line one")
    repo.open("topic")
    assert repo("DELETE", "/git/refs/heads/topic").status_code == 204
    assert repo("GET", "/pulls/1").json()["state"] == "closed"


def test_commits_that_reach_main_by_another_way_merge_the_pull(repo: Any) -> None:
    repo.change("topic", "line 1", "line one")
    pull = repo.open("topic")
    repo("PATCH", "/git/refs/heads/main", json={"sha": pull["head"]["sha"]})
    assert repo("GET", "/pulls/1").json()["merged"] is True


def merged(repo: Any, branch: str, old: str, new: str) -> Any:
    repo.change(branch, old, new)
    number = repo.open(branch, f"Change {old}")["number"]
    repo("PUT", f"/pulls/{number}/merge", json={"merge_method": "squash"})
    return repo("GET", f"/pulls/{number}").json()


def revert(repo: Any, pull: Any) -> Any:
    return repo.forge.graphql(_REVERT, {"id": pull["node_id"]}, token=repo.token)


def test_the_revert_button_opens_a_pull_that_takes_the_text_out(repo: Any) -> None:
    before = repo.text()
    pull = merged(repo, "topic", "line 1", "line one")
    opened = revert(repo, pull)["data"]["revertPullRequest"]["revertPullRequest"]
    assert opened["title"] == 'Revert "Change line 1"'
    assert opened["body"] == "Reverts acme/open#1"
    assert opened["headRefName"] == "revert-1-topic"
    commit = repo("GET", f"/commits/{opened['headRefOid']}").json()["commit"]
    sha = pull["merge_commit_sha"]
    assert commit["message"] == f'Revert "Change line 1 (#1)"\n\nThis reverts commit {sha}.'
    repo("PUT", "/pulls/2/merge", json={"merge_method": "squash"})
    assert repo.text() == before


def test_the_revert_button_is_refused_on_a_conflict_and_twice(repo: Any) -> None:
    pull = merged(repo, "topic", "line 1", "line one")
    merged(repo, "later", "line one", "line uno")
    refused = revert(repo, pull)
    assert refused["data"]["revertPullRequest"] is None
    assert refused["errors"][0]["type"] == "UNPROCESSABLE"
    assert "couldn't be reverted" in refused["errors"][0]["message"]


def test_an_open_pull_is_not_reverted(repo: Any) -> None:
    repo.change("topic", "line 1", "line one")
    assert "not merged" in revert(repo, repo.open("topic"))["errors"][0]["message"]


def test_update_branch_brings_the_base_in(repo: Any) -> None:
    repo.change("topic", "line 1", "line one")
    pull = repo.open("topic")
    repo.change("main", "line 8", "line eight")
    wish = {"expected_head_sha": pull["head"]["sha"]}
    assert repo("PUT", "/pulls/1/update-branch", json=wish).status_code == 202
    assert "line eight" in repo.text("topic")
    assert repo("PUT", "/pulls/1/update-branch", json=wish).status_code == 422
