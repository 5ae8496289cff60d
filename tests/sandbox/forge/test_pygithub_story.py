"""The whole way of a proposal through PyGithub, as the production adapter goes it."""

from __future__ import annotations

import base64
import time
from typing import Any

import github
import pytest

REPOSITORY = "acme/platform"

_CREATE = """
mutation($branch: CreateRefInput!, $commit: CreateCommitOnBranchInput!) {
  createRef(input: $branch) { ref { name } }
  createCommitOnBranch(input: $commit) { commit { oid url signature { isValid } } }
}
"""


def bot(forge: Any) -> github.Github:
    auth = github.Auth.AppAuth(7, forge.key)
    pace = {"seconds_between_requests": 0, "seconds_between_writes": 0}
    integration = github.GithubIntegration(auth=auth, base_url=forge.api, **pace)
    installation = integration.get_repo_installation(*REPOSITORY.split("/"))
    return github.Github(
        auth=auth.get_installation_auth(installation.id, requester=integration.requester),
        base_url=forge.api,
        lazy=True,
        **pace,
    )


def person(forge: Any, token: str) -> github.Github:
    return github.Github(
        auth=github.Auth.Token(token), base_url=forge.api, seconds_between_requests=0, seconds_between_writes=0
    )


def propose(client: github.Github, repository: Any, path: str, text: str) -> Any:
    head = repository.get_git_ref("heads/main").object.sha
    contents = base64.b64encode(text.encode()).decode()
    _, answer = client.requester.graphql_query(
        _CREATE,
        {
            "branch": {
                "repositoryId": f"R_{repository.id}",
                "name": "refs/heads/modwright/install/blog-1",
                "oid": head,
            },
            "commit": {
                "branch": {"repositoryNameWithOwner": REPOSITORY, "branchName": "modwright/install/blog-1"},
                "expectedHeadOid": head,
                "message": {"headline": "Install blog", "body": "Modwright-Kind: install"},
                "fileChanges": {"additions": [{"path": path, "contents": contents}]},
            },
        },
    )
    return answer["data"]["createCommitOnBranch"]["commit"]


def wait_for_mergeability(pull: Any) -> Any:
    deadline = time.monotonic() + 5
    while pull.mergeable is None and time.monotonic() < deadline:
        time.sleep(0.01)
        pull.update()
    return pull


def test_a_proposal_goes_the_whole_way_through_pygithub(forge: Any) -> None:
    client = bot(forge)
    repository = client.get_repo(REPOSITORY)
    commit = propose(client, repository, "modules.toml", 'schema = 2\n[modules]\nauth = "1"\nblog = "1"\n')
    assert commit["signature"]["isValid"] is True

    pull = repository.create_pull(base="main", head="modwright/install/blog-1", title="Install blog", body="Blog")
    assert (pull.number, pull.user.login, pull.user.type) == (1, "modwright[bot]", "Bot")
    assert pull.head.sha == commit["oid"]
    assert pull.mergeable is None
    pull.add_to_labels("modwright")
    assert wait_for_mergeability(pull).mergeable is True
    assert pull.mergeable_state == "blocked"

    with pytest.raises(github.GithubException, match="Required status check") as refused:
        pull.merge(sha=commit["oid"], merge_method="squash")
    assert refused.value.status == 405

    check = repository.create_check_run(
        name="modwright",
        head_sha=commit["oid"],
        status="completed",
        conclusion="success",
        output={"title": "Gate", "summary": "All well", "annotations": []},
    )
    assert check.app.id == 7
    with pytest.raises(github.GithubException, match="approving review"):
        pull.merge(sha=commit["oid"], merge_method="squash")

    bob = person(forge, "token-of-bob").get_repo(REPOSITORY).get_pull(1)
    bob.create_review(event="APPROVE", body="fine")
    assert [review.user.id for review in pull.get_reviews() if review.state == "APPROVED"] == [1002]

    result = pull.merge(
        sha=commit["oid"], merge_method="squash", commit_title="Install blog (#1)", commit_message="T: x"
    )
    assert result.merged
    merged = repository.get_commit(result.sha)
    assert merged.commit.message == "Install blog (#1)\n\nT: x"
    assert (merged.author.login, merged.committer.login) == ("modwright[bot]", "web-flow")
    assert merged.commit.verification.verified
    assert repository.get_branch("main").commit.sha == result.sha

    deployment = repository.create_deployment(
        ref=result.sha, environment="production", auto_merge=False, required_contexts=[], payload={"release": "rel_1"}
    )
    status = deployment.create_status(state="success", environment_url="http://127.0.0.1:1")
    assert status.state == "success"
    assert repository.get_pull(1).merged_by.login == "modwright[bot]"
