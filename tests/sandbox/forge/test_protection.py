"""Protection by whatever way a ref is moved or a pull request merged."""

from __future__ import annotations

from typing import Any

import pytest

_COMMIT = """mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }"""


def put(forge: Any, branch: str, path: str = "new.txt", **more: Any) -> Any:
    return forge.repo("PUT", f"/contents/{path}", json={"message": "m", "content": "YQ==", "branch": branch}, **more)


@pytest.fixture
def pull(forge: Any) -> Any:
    forge.repo("POST", "/git/refs", json={"ref": "refs/heads/topic", "sha": forge.head()}, as_user="bob")
    put(forge, "topic", as_user="bob")
    wish = {"title": "T", "head": "topic", "base": "main"}
    return forge.repo("POST", "/pulls", json=wish, as_user="bob").json()


def check(forge: Any, sha: str, conclusion: str = "success") -> None:
    wish = {"name": "modwright", "head_sha": sha, "conclusion": conclusion}
    assert forge.repo("POST", "/check-runs", json=wish, token=forge.bot_token()).status_code == 201


def approve(forge: Any, event: str = "APPROVE", user: str = "alice") -> Any:
    return forge.repo("POST", "/pulls/1/reviews", json={"event": event}, as_user=user)


def merge(forge: Any, **wish: Any) -> Any:
    return forge.repo("PUT", "/pulls/1/merge", json=wish, as_user="bob")


def test_main_is_moved_by_no_way_but_a_pull_request(forge: Any, pull: Any) -> None:
    before = forge.head()
    assert put(forge, "main").status_code == 422
    moved = forge.repo("PATCH", "/git/refs/heads/main", json={"sha": pull["head"]["sha"]})
    assert "Protected branch update failed" in moved.json()["message"]
    assert forge.repo("DELETE", "/git/refs/heads/main").status_code == 422
    wish = {
        "branch": {"repositoryNameWithOwner": forge.name, "branchName": "main"},
        "expectedHeadOid": before,
        "message": {"headline": "h"},
        "fileChanges": {"additions": [{"path": "a", "contents": "YQ=="}]},
    }
    refused = forge.graphql(_COMMIT, {"input": wish}, token=forge.bot_token())
    assert refused["data"]["createCommitOnBranch"] is None
    assert forge.head() == before


def test_a_merge_needs_the_check_of_the_right_app_and_a_review(forge: Any, pull: Any) -> None:
    sha = pull["head"]["sha"]
    forge.repo("POST", f"/statuses/{sha}", json={"state": "success", "context": "modwright"})
    assert 'Required status check "modwright"' in merge(forge).json()["message"]
    check(forge, sha, "failure")
    assert merge(forge).status_code == 405
    check(forge, sha)
    assert "approving review" in merge(forge).json()["message"]
    approve(forge)
    assert merge(forge, sha=sha).json()["merged"] is True


def test_the_author_does_not_approve_and_a_readers_approval_does_not_count(forge: Any, pull: Any) -> None:
    check(forge, pull["head"]["sha"])
    assert approve(forge, user="bob").status_code == 422
    assert approve(forge, user="carol").status_code == 200
    assert merge(forge).status_code == 405


def test_requested_changes_and_a_dismissal_take_the_approval_back(forge: Any, pull: Any) -> None:
    check(forge, pull["head"]["sha"])
    approve(forge, "REQUEST_CHANGES")
    assert "Changes have been requested" in merge(forge).json()["message"]
    review = approve(forge).json()["id"]
    forge.repo("PUT", f"/pulls/1/reviews/{review}/dismissals", json={"message": "no"})
    assert merge(forge).status_code == 405
    approve(forge)
    assert merge(forge).status_code == 200


def test_a_moved_head_is_a_conflict(forge: Any, pull: Any) -> None:
    check(forge, pull["head"]["sha"])
    approve(forge)
    assert merge(forge, sha="0" * 40).status_code == 409


def test_an_approval_stays_when_the_head_moves(forge: Any, pull: Any) -> None:
    approve(forge)
    put(forge, "topic", "more.txt", as_user="bob")
    head = forge.head("topic")
    assert head != pull["head"]["sha"]
    check(forge, head)
    assert merge(forge, sha=head).status_code == 200


def test_restricted_branches_take_writes_of_the_listed_only(forge: Any) -> None:
    token = forge.bot_token()
    forge.repo("POST", "/git/refs", json={"ref": "refs/heads/environments", "sha": forge.head()}, token=token)
    assert put(forge, "environments").status_code == 422
    assert put(forge, "environments", token=token).status_code == 201
    back = {"sha": forge.head(), "force": True}
    assert forge.repo("PATCH", "/git/refs/heads/environments", json=back, token=token).status_code == 422


def test_admins_pass_where_the_rules_do_not_bind_them(document: Any, tmp_path: Any, app_key: Any, begin: Any) -> None:
    document["repositories"][0]["protection"]["main"]["enforce_admins"] = False
    for running in begin(document, tmp_path / "state", app_key):
        assert put(running, "main", as_user="bob").status_code == 422
        assert put(running, "main", as_user="alice").status_code == 201
