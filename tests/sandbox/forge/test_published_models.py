"""Answers against GitHub's published models: nothing missing, nothing that GitHub does not have."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from githubkit.compat import type_validate_python
    from githubkit_schemas.v2022_11_28 import models


def strangers(found: Any, known: Any, path: str = "") -> list[str]:
    """Keys that the answer has and the model dropped."""
    if isinstance(found, dict) and isinstance(known, dict):
        extra = [f"{path}.{key}" for key in found if key not in known]
        return extra + [
            one for key in found if key in known for one in strangers(found[key], known[key], f"{path}.{key}")
        ]
    if isinstance(found, list) and isinstance(known, list):
        return [one for a, b in zip(found, known, strict=True) for one in strangers(a, b, f"{path}[]")]
    return []


def fits(model: str, answer: Any) -> None:
    kind = getattr(models, model)
    checked = type_validate_python(kind, answer)
    assert strangers(answer, checked.model_dump(by_alias=True, exclude_unset=True)) == []


@pytest.fixture
def story(forge: Any) -> Any:
    """One of everything."""
    head = forge.head()
    token = forge.story_token = forge.bot_token()
    call = lambda method, path, **more: forge.repo(method, path, token=token, **more).json()  # noqa: E731
    call("POST", "/git/refs", json={"ref": "refs/heads/topic", "sha": head})
    call("PUT", "/contents/new.txt", json={"message": "Add a file", "content": "YQ==", "branch": "topic"})
    pull = call("POST", "/pulls", json={"title": "T", "head": "topic", "base": "main", "body": "B"})
    sha = pull["head"]["sha"]
    call("POST", "/issues/1/labels", json=["modwright"])
    call("POST", "/issues/1/comments", json={"body": "hello"})
    note = {"path": "a.rs", "start_line": 1, "end_line": 1, "annotation_level": "failure", "message": "m", "title": "t"}
    output = {"title": "T", "summary": "S", "annotations": [note]}
    call("POST", "/check-runs", json={"name": "modwright", "head_sha": sha, "conclusion": "success", "output": output})
    call("POST", f"/statuses/{sha}", json={"state": "success", "context": "c"})
    forge.repo("POST", "/pulls/1/reviews", as_user="bob", json={"event": "APPROVE"})
    deployed = call("POST", "/deployments", json={"ref": sha, "environment": "staging", "required_contexts": []})
    call("POST", f"/deployments/{deployed['id']}/statuses", json={"state": "success"})
    run = forge.in_loop(lambda: a_run(forge, sha))
    return {"sha": sha, "deployment": deployed["id"], "run": run}


def a_run(forge: Any, sha: str) -> int:
    runs = forge.forge.runs
    run = runs.create(
        repository=forge.name,
        path=".github/workflows/image.yml",
        workflow_name="Image",
        event="workflow_dispatch",
        ref="main",
        sha=sha,
        title="t c",
        actor=forge.forge.accounts.by_id(700007),
        inputs={},
    )
    runs.start(run)
    job = runs.add_job(run, name="build", steps=["one"])
    runs.start_job(job)
    runs.append_log(job, "hello\n")
    return run


SINGLE = {
    "": "FullRepository",
    "/branches/main": "BranchWithProtection",
    "/branches/main/protection": "BranchProtection",
    "/git/ref/heads/main": "GitRef",
    "/git/trees/main?recursive=1": "GitTree",
    "/git/commits/{sha}": "GitCommit",
    "/commits/{sha}": "Commit",
    "/commits/{sha}/status": "CombinedCommitStatus",
    "/compare/main...topic": "CommitComparison",
    "/contents/modules.toml": "ContentFile",
    "/pulls/1": "PullRequest",
    "/pulls/1/requested_reviewers": "PullRequestReviewRequest",
    "/issues/1": "Issue",
    "/labels/modwright": "Label",
    "/deployments/{deployment}": "Deployment",
    "/actions/runs/{run}": "WorkflowRun",
    "/actions/workflows/image.yml": "Workflow",
    "/collaborators/bob/permission": "RepositoryCollaboratorPermission",
}
LISTS = {
    "/activity": "Activity",
    "/branches": "ShortBranch",
    "/git/matching-refs/heads/": "GitRef",
    "/commits": "Commit",
    "/commits/{sha}/statuses": "Status",
    "/contents/": "ContentDirectoryItems",
    "/pulls?state=all": "PullRequestSimple",
    "/commits/{sha}/pulls": "PullRequestSimple",
    "/pulls/1/files": "DiffEntry",
    "/pulls/1/commits": "Commit",
    "/pulls/1/reviews": "PullRequestReview",
    "/issues": "Issue",
    "/issues/comments": "IssueComment",
    "/issues/1/comments": "IssueComment",
    "/issues/1/labels": "Label",
    "/deployments": "Deployment",
    "/deployments/{deployment}/statuses": "DeploymentStatus",
}
WRAPPED = {
    "/commits/{sha}/check-runs": ("check_runs", "CheckRun"),
    "/commits/{sha}/check-suites": ("check_suites", "CheckSuite"),
    "/actions/runs": ("workflow_runs", "WorkflowRun"),
    "/actions/workflows": ("workflows", "Workflow"),
    "/actions/runs/{run}/jobs": ("jobs", "Job"),
}


def test_single_answers_fit(forge: Any, story: Any) -> None:
    for path, model in SINGLE.items():
        answer = forge.repo("GET", path.format(**story))
        assert answer.status_code == 200, (path, answer.text)
        try:
            fits(model, answer.json())
        except Exception as error:
            raise AssertionError(f"{path}: {error}") from error


def test_lists_fit_and_are_not_empty(forge: Any, story: Any) -> None:
    for path, model in LISTS.items():
        answer = forge.repo("GET", path.format(**story))
        assert answer.status_code == 200, (path, answer.text)
        assert answer.json(), path
        for item in answer.json():
            try:
                fits(model, item)
            except Exception as error:
                raise AssertionError(f"{path}: {error}") from error


def test_wrapped_lists_fit_and_are_not_empty(forge: Any, story: Any) -> None:
    for path, (key, model) in WRAPPED.items():
        answer = forge.repo("GET", path.format(**story)).json()
        assert answer["total_count"] == len(answer[key]) > 0, path
        for item in answer[key]:
            try:
                fits(model, item)
            except Exception as error:
                raise AssertionError(f"{path}: {error}") from error


def test_annotations_fit(forge: Any, story: Any) -> None:
    runs = forge.repo("GET", f"/commits/{story['sha']}/check-runs?check_name=modwright").json()["check_runs"]
    notes = forge.repo("GET", f"/check-runs/{runs[0]['id']}/annotations").json()
    assert notes[0]["message"] == "m"
    fits("CheckAnnotation", notes[0])


def test_teams_fit(forge: Any) -> None:
    token = forge.bot_token()
    fits("TeamMembership", forge.call("GET", "/orgs/acme/teams/approvers/memberships/bob", token=token).json())
    for member in forge.call("GET", "/orgs/acme/teams/approvers/members", token=token).json():
        fits("SimpleUser", member)


def test_accounts_and_apps_fit(forge: Any, story: Any) -> None:
    fits("PrivateUser", forge.call("GET", "/user").json())
    fits("PublicUser", forge.call("GET", "/users/modwright%5Bbot%5D").json())
    fits("RateLimitOverview", forge.call("GET", "/rate_limit").json())
    jwt = __import__("github").Auth.AppAuth(7, forge.key).token
    fits("Integration", forge.call("GET", "/app", token=jwt).json())
    fits("Installation", forge.repo("GET", "/installation", token=jwt).json())
    made = forge.call("POST", "/app/installations/70/access_tokens", token=jwt, json={"repositories": ["platform"]})
    fits("InstallationToken", made.json())
