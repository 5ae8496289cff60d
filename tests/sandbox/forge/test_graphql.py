"""GraphQL: expectations, several refs at once, order, introspection, errors."""

from __future__ import annotations

import base64
from typing import Any

import pytest

_COMMIT = """mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }"""
_REFS = """mutation($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }"""
ZERO = "0" * 40


@pytest.fixture
def topic(forge: Any) -> str:
    sha = forge.head()
    for branch in ("topic", "other"):
        forge.repo("POST", "/git/refs", json={"ref": f"refs/heads/{branch}", "sha": sha})
    return sha


def commit(forge: Any, branch: str, expected: str, text: str = "x") -> Any:
    wish = {
        "branch": {"repositoryNameWithOwner": forge.name, "branchName": branch},
        "expectedHeadOid": expected,
        "message": {"headline": "Headline", "body": "Body"},
        "fileChanges": {
            "additions": [{"path": "src/new.rs", "contents": base64.b64encode(text.encode()).decode()}],
            "deletions": [{"path": "modules.toml"}],
        },
    }
    return forge.graphql(_COMMIT, {"input": wish}, token=forge.bot_token())


def test_a_commit_on_a_branch_is_verified_and_by_the_bot(forge: Any, topic: str) -> None:
    sha = commit(forge, "topic", topic)["data"]["createCommitOnBranch"]["commit"]["oid"]
    made = forge.repo("GET", f"/commits/{sha}").json()
    assert made["commit"]["message"] == "Headline\n\nBody"
    assert made["commit"]["verification"]["verified"] is True
    assert (made["author"]["login"], made["author"]["id"]) == ("modwright[bot]", 700007)
    assert {file["filename"]: file["status"] for file in made["files"]} == {
        "modules.toml": "removed",
        "src/new.rs": "added",
    }


def test_a_commit_on_a_branch_that_moved_is_refused(forge: Any, topic: str) -> None:
    commit(forge, "topic", topic)
    refused = commit(forge, "topic", topic, "y")
    assert refused["errors"][0]["type"] == "STALE_DATA"
    assert topic in refused["errors"][0]["message"]
    assert refused["data"] == {"createCommitOnBranch": None}


def update(forge: Any, *updates: Any) -> Any:
    identifier = forge.repo("GET", "").json()["node_id"]
    return forge.graphql(_REFS, {"input": {"repositoryId": identifier, "refUpdates": list(updates)}})


def test_refs_are_updated_all_or_none(forge: Any, topic: str) -> None:
    new = commit(forge, "topic", topic)["data"]["createCommitOnBranch"]["commit"]["oid"]
    right = {"name": "refs/heads/other", "beforeOid": topic, "afterOid": new}
    wrong = {"name": "refs/heads/topic", "beforeOid": topic, "afterOid": topic, "force": True}
    assert update(forge, right, wrong)["errors"][0]["type"] == "STALE_DATA"
    assert forge.head("other") == topic
    created = {"name": "refs/heads/fresh", "beforeOid": ZERO, "afterOid": new}
    gone = {"name": "refs/heads/topic", "beforeOid": new, "afterOid": ZERO}
    assert "errors" not in update(forge, right, created, gone)
    assert (forge.head("other"), forge.head("fresh")) == (new, new)
    assert forge.repo("GET", "/git/ref/heads/topic").status_code == 404


def test_a_ref_goes_back_only_by_force(forge: Any, topic: str) -> None:
    commit(forge, "topic", topic)
    back = {"name": "refs/heads/topic", "afterOid": topic}
    assert "fast forward" in update(forge, back)["errors"][0]["message"]
    assert "errors" not in update(forge, {**back, "force": True})


def test_queries_reach_pulls_refs_and_nodes(forge: Any, topic: str) -> None:
    commit(forge, "topic", topic)
    pull = forge.repo("POST", "/pulls", json={"title": "T", "head": "topic", "base": "main"}).json()
    query = """query($id: ID!) {
      repository(owner: "acme", name: "platform") {
        nameWithOwner defaultBranchRef { name target { oid } }
        pullRequest(number: 1) { title state author { login } commits(first: 5) { totalCount nodes { commit { message } } } }
        pullRequests(first: 1, states: [OPEN]) { nodes { number } }
        object(expression: "main:modules.toml") { ... on Blob { text byteSize } }
      }
      node(id: $id) { ... on PullRequest { number mergeable } }
      rateLimit { remaining }
    }"""
    data = forge.graphql(query, {"id": pull["node_id"]})["data"]
    assert data["repository"]["defaultBranchRef"] == {"name": "main", "target": {"oid": topic}}
    assert data["repository"]["pullRequest"]["author"]["login"] == "alice"
    assert data["repository"]["pullRequest"]["commits"]["totalCount"] == 1
    assert data["repository"]["object"]["text"].startswith("schema = 2")
    assert data["node"]["number"] == 1


def test_what_is_not_there_or_not_to_be_seen_is_not_found(forge: Any) -> None:
    answer = forge.graphql('{ repository(owner: "acme", name: "nothing") { id } }')
    assert (answer["data"]["repository"], answer["errors"][0]["type"]) == (None, "NOT_FOUND")
    hidden = forge.graphql('{ repository(owner: "acme", name: "open") { id } }', as_user="carol")
    assert hidden["errors"][0]["type"] == "NOT_FOUND"
    assert forge.graphql('{ node(id: "PR_1") { id } }')["errors"][0]["type"] == "NOT_FOUND"


def test_introspection_and_errors_of_the_document(forge: Any) -> None:
    found = forge.graphql('{ __type(name: "PullRequest") { fields { name } } }')["data"]["__type"]["fields"]
    assert {"name": "mergeStateStatus"} in found
    assert "Cannot query field" in forge.graphql("{ nonsense }")["errors"][0]["message"]
    assert "Syntax Error" in forge.graphql("{")["errors"][0]["message"]


def test_graphql_needs_a_token(forge: Any) -> None:
    answer = forge.call("POST", f"{forge.url}/api/graphql", json={"query": "{ viewer { login } }"}, as_user=None)
    assert answer.status_code == 401
