"""A forge that fails: nothing happens twice, nothing is taken for success, and every failure has its kind."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from controller.adapters.github import AppCredentials, GitHubForge
from controller.core.errors import Conflict, ControllerError, Terminal, Transient
from controller.core.model import BranchName, EnvironmentName, ForgeProposal, GateReport, GateStatus, ProposalState, Sha
from controller.ports import DeploymentNote
from tests.contract.forge_contract import BRANCH, GOOD_TREE, MAIN, Asked
from tests.support.sandbox_world import SandboxWorld

LOST: Mapping[str, Any] = {"drop_after": True}
NOT_ARRIVED: Mapping[str, Any] = {"drop_before": True}
BAD_GATEWAY: Mapping[str, Any] = {"status": 502, "body": "<html>Bad gateway</html>"}


def until_done(world: SandboxWorld, act: Callable[[GitHubForge], Any], *, tries: int = 4) -> Any:
    """What passes of the controller do: the same again, each time with nothing remembered."""
    for _ in range(tries):
        try:
            return act(world.another_forge())
        except Conflict:
            raise
        except Transient:
            continue
    raise AssertionError("it never went through")


def opened(world: SandboxWorld) -> ForgeProposal:
    return world.forge.open_proposal(Asked().on(world.head("main")))


def approved_by_gate(world: SandboxWorld) -> ForgeProposal:
    proposal = opened(world)
    world.forge.write_gate(
        GateReport(head=proposal.head, status=GateStatus.PASSED, title="Agrees", summary="all is well")
    )
    return proposal


@pytest.mark.parametrize("fault", [LOST, NOT_ARRIVED, BAD_GATEWAY], ids=["lost", "not-arrived", "bad-gateway"])
@pytest.mark.parametrize("path", [".*/graphql", ".*/pulls", ".*/labels", ".*/check-runs"])
def test_opening_a_proposal_leaves_one_of_everything(world: SandboxWorld, path: str, fault: Mapping[str, Any]) -> None:
    base = world.head("main")
    world.sandbox.faults({"method": "POST", "path": path, **fault})
    proposal = until_done(world, lambda forge: forge.open_proposal(Asked().on(base)))
    alice = world.somebody("alice")
    assert [one["number"] for one in alice.ask("GET", "/pulls?state=all")] == [proposal.number]
    assert [one["name"] for one in alice.ask("GET", f"/issues/{proposal.number}/labels")] == ["modwright"]
    assert alice.ask("GET", f"/commits/{proposal.head}/check-runs")["total_count"] == 1
    assert alice.ask("GET", f"/compare/main...{BRANCH}")["ahead_by"] == 1


@pytest.mark.parametrize("fault", [LOST, NOT_ARRIVED], ids=["lost", "not-arrived"])
@pytest.mark.parametrize("words", ["createCommitOnBranch", "updateRefs"])
def test_a_refresh_ends_on_one_commit_and_no_scratch(world: SandboxWorld, words: str, fault: Mapping[str, Any]) -> None:
    proposal = opened(world)
    base = Sha(world.push("main", "other.txt", "1"))
    world.sandbox.faults({"method": "POST", "path": ".*/graphql", "body_contains": words, **fault})
    head = until_done(
        world, lambda forge: forge.refresh_proposal(proposal, base=base, commit=Asked().commit(), body="Anew")
    )
    assert world.head(BRANCH) == head
    assert world.somebody("alice").ask("GET", f"/compare/{base}...{head}")["ahead_by"] == 1
    assert set(world.forge.heads()) == {MAIN, BRANCH}


@pytest.mark.parametrize("fault", [LOST, NOT_ARRIVED, BAD_GATEWAY], ids=["lost", "not-arrived", "bad-gateway"])
def test_a_merge_happens_once(world: SandboxWorld, fault: Mapping[str, Any]) -> None:
    proposal = approved_by_gate(world)
    before = world.head("main")
    world.sandbox.faults({"method": "PUT", "path": ".*/merge", **fault})
    commit = until_done(world, lambda forge: forge.merge_proposal(proposal, title="Install blog", message="x"))
    assert world.head("main") == commit
    assert world.somebody("alice").ask("GET", f"/compare/{before}...{commit}")["ahead_by"] == 1


def test_a_lost_merge_is_found_in_the_same_call(world: SandboxWorld) -> None:
    proposal = approved_by_gate(world)
    world.sandbox.faults({"method": "PUT", "path": ".*/merge", **LOST})
    assert world.forge.merge_proposal(proposal, title="Install blog", message="x") == world.head("main")


@pytest.mark.parametrize("path", [".*/comments", ".*/pulls/[0-9]+", ".*/git/refs/.*"])
def test_closing_says_why_once(world: SandboxWorld, path: str) -> None:
    proposal = opened(world)
    world.sandbox.faults({"method": "POST|PATCH|DELETE", "path": path, **LOST})
    until_done(world, lambda forge: forge.close_proposal(proposal, comment="No."))
    assert len(world.somebody("alice").ask("GET", f"/issues/{proposal.number}/comments")) == 1
    assert world.forge.proposals()[0].state is ProposalState.CLOSED
    assert BRANCH not in world.forge.heads()


@pytest.mark.parametrize("fault", [LOST, NOT_ARRIVED], ids=["lost", "not-arrived"])
def test_a_build_is_dispatched_once(world: SandboxWorld, fault: Mapping[str, Any]) -> None:
    commit = Sha(world.head("main"))
    world.sandbox.faults({"method": "POST", "path": ".*/dispatches", **fault})
    build = until_done(world, lambda forge: forge.dispatch_build(commit=commit, input_tree=GOOD_TREE))
    world.eventually(lambda: next((one for one in world.forge.builds() if one.status.has_ended), None))
    assert [one.id for one in world.forge.builds()] == [build.id]


@pytest.mark.parametrize("path", [".*/deployments", ".*/statuses"])
def test_a_promotion_is_announced_once(world: SandboxWorld, path: str) -> None:
    note = DeploymentNote(
        environment=EnvironmentName("staging"),
        release="rel_1",
        commit=Sha(world.head("main")),
        state="success",
        description="Verified",
        url="http://127.0.0.1:1/",
    )
    world.sandbox.faults({"method": "POST", "path": path, **LOST})
    until_done(world, lambda forge: forge.announce(note))
    alice = world.somebody("alice")
    (deployment,) = alice.ask("GET", "/deployments")
    assert len(alice.ask("GET", f"/deployments/{deployment['id']}/statuses")) == 1


def test_a_read_is_repeated_and_a_write_is_not(world: SandboxWorld) -> None:
    world.sandbox.faults({"method": "GET", "path": ".*/branches", "status": 502})
    assert world.forge.heads()
    world.sandbox.faults({"method": "POST", "path": ".*/pulls", "status": 502})
    with pytest.raises(Transient):
        opened(world)
    assert world.forge.proposals() == ()


def answers(world: SandboxWorld, status: int, body: object, **headers: str) -> ControllerError:
    """What reading the branches raises when the forge says this."""
    rule = {"method": "GET", "path": ".*/branches", "times": 9, "status": status, "body": body, "headers": headers}
    world.sandbox.faults(rule)
    with pytest.raises(ControllerError) as raised:
        world.forge.heads()
    return raised.value


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_forge_that_fails_is_transient(unchanged: SandboxWorld, status: int) -> None:
    assert isinstance(answers(unchanged, status, "<html>"), Transient)


@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_redirect_is_no_answer(unchanged: SandboxWorld, status: int) -> None:
    error = answers(unchanged, status, {"url": "x"}, Location="/elsewhere")
    assert not isinstance(error, Terminal) or error.reason == "ForgeMoved"


def test_a_redirected_write_is_no_success(world: SandboxWorld) -> None:
    world.sandbox.faults(
        {"method": "POST", "path": ".*/pulls", "status": 307, "body": {"url": "x"}, "headers": {"Location": "/x"}}
    )
    with pytest.raises(Terminal) as refused:
        opened(world)
    assert refused.value.reason == "ForgeMoved"
    assert world.forge.proposals() == ()


def test_an_object_without_number_is_no_pull_request(world: SandboxWorld) -> None:
    world.sandbox.faults({"method": "POST", "path": ".*/pulls", "status": 201, "body": {"message": "Created"}})
    with pytest.raises(Transient):
        opened(world)


@pytest.mark.parametrize(
    ("status", "body", "headers", "wait"),
    [
        (429, {"message": "Too many"}, {"Retry-After": "7"}, timedelta(seconds=7)),
        (429, {"message": "Too many"}, {}, timedelta(seconds=60)),
        (403, {"message": "You have exceeded a secondary rate limit."}, {"Retry-After": "999999"}, timedelta(hours=1)),
        (403, {"message": "API rate limit exceeded"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1"}, None),
        (503, {"message": "Down"}, {"Retry-After": "-5"}, timedelta(seconds=1)),
        (429, {"message": "x"}, {"Retry-After": "NaN"}, timedelta(seconds=60)),
    ],
)
def test_a_rate_limit_says_how_long_within_an_hour(
    unchanged: SandboxWorld, status: int, body: object, headers: dict[str, str], wait: timedelta | None
) -> None:
    error = answers(unchanged, status, body, **headers)
    assert isinstance(error, Transient)
    assert error.retry_after == (wait or timedelta(seconds=1))


def test_a_graphql_rate_limit_comes_with_status_200(world: SandboxWorld) -> None:
    body = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded for installation"}]}
    world.sandbox.faults({"method": "POST", "path": ".*/graphql", "status": 200, "body": body})
    with pytest.raises(Transient) as raised:
        opened(world)
    assert not isinstance(raised.value, Conflict)
    assert raised.value.retry_after == timedelta(seconds=60)


def test_a_token_that_is_no_longer_taken_is_renewed_once(unchanged: SandboxWorld) -> None:
    assert unchanged.forge.heads()
    refused = {"method": "GET", "path": ".*/branches", "status": 401, "body": {"message": "Bad credentials"}}
    unchanged.sandbox.faults(refused)
    assert unchanged.forge.heads()
    unchanged.sandbox.faults({**refused, "times": 2})
    with pytest.raises(Terminal) as raised:
        unchanged.forge.heads()
    assert raised.value.reason == "ForgeRefusesToken"


def test_a_write_after_a_refused_token_is_done_once(world: SandboxWorld) -> None:
    world.sandbox.faults({"method": "POST", "path": ".*/pulls", "status": 401, "body": {"message": "Bad credentials"}})
    assert opened(world).number == 1


@pytest.mark.parametrize(
    ("status", "message", "reason"),
    [
        (403, "Resource not accessible by integration", "ForgePermission"),
        (404, "Not Found", "NotFound"),
        (410, "Gone", "NotFound"),
        (422, "Validation Failed", "ForgeRefusesInput"),
    ],
)
def test_a_refusal_has_its_reason(unchanged: SandboxWorld, status: int, message: str, reason: str) -> None:
    error = answers(unchanged, status, {"message": message})
    assert isinstance(error, Terminal)
    assert error.reason == reason


@pytest.mark.parametrize(
    "body", ["<html>Maintenance</html>", {"message": "hello"}, [{"name": "main"}], [1], [{"name": "x", "commit": None}]]
)
def test_an_answer_of_another_shape_is_unknown_and_not_empty(unchanged: SandboxWorld, body: object) -> None:
    assert isinstance(answers(unchanged, 200, body), Transient)


def test_a_list_whose_next_page_fails_is_no_list(unchanged: SandboxWorld) -> None:
    page = [{"name": "main", "commit": {"sha": "1" * 40}}]
    following = f"{unchanged.sandbox.api}/repos/{unchanged.repository}/branches?page=2"
    first = {"method": "GET", "path": ".*/branches", "status": 200, "body": page}
    unchanged.sandbox.faults(
        {**first, "headers": {"Link": f'<{following}>; rel="next"'}},
        {"method": "GET", "path": ".*/branches", "times": 9, "status": 500},
    )
    with pytest.raises(Transient):
        unchanged.forge.heads()


@pytest.mark.parametrize("link", ["http://127.0.0.2:1/x?page=2", "https://example.invalid/api/v3/x"])
def test_a_next_page_of_another_host_is_not_asked(unchanged: SandboxWorld, link: str) -> None:
    page = [{"name": "main", "commit": {"sha": "1" * 40}}]
    error = answers(unchanged, 200, page, Link=f'<{link}>; rel="next"')
    assert "elsewhere" in str(error)


def test_a_list_that_never_ends_is_given_up(unchanged: SandboxWorld) -> None:
    page = [{"name": "main", "commit": {"sha": "1" * 40}}]
    again = f'<{unchanged.sandbox.api}/repos/{unchanged.repository}/branches?page=2>; rel="next"'
    unchanged.sandbox.faults(
        {"method": "GET", "path": ".*/branches", "times": 999, "status": 200, "body": page, "headers": {"Link": again}}
    )
    with pytest.raises(Transient, match="pages"):
        unchanged.forge.heads()


def test_a_forge_that_is_away_or_slow_is_transient(unchanged: SandboxWorld) -> None:
    away = GitHubForge(
        repository=unchanged.repository,
        credentials=AppCredentials(app_id=7, private_key=unchanged.sandbox.key),
        default_branch=BranchName("main"),
        api="http://127.0.0.1:9/api/v3",
        pacing=timedelta(),
    )
    with pytest.raises(Transient):
        away.heads()


def test_a_private_key_that_is_none_is_terminal_and_not_quoted(unchanged: SandboxWorld) -> None:
    for key in ("canary-no-key", "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----\n"):
        forge = GitHubForge(
            repository=unchanged.repository,
            credentials=AppCredentials(app_id=7, private_key=key),
            default_branch=BranchName("main"),
            api=unchanged.sandbox.api,
            pacing=timedelta(),
        )
        with pytest.raises(Terminal) as raised:
            forge.heads()
        assert raised.value.reason == "ForgeKeyUnusable"
        assert "canary" not in f"{raised.value!r} {raised.value.hint}"


@pytest.mark.parametrize("repository", ["acme", "acme/..", "a/b/../../x", "acme/x?y", "-a/b", "acme/pla tform", "/x"])
def test_a_hostile_repository_is_refused_before_anything_is_asked(unchanged: SandboxWorld, repository: str) -> None:
    with pytest.raises(Terminal) as raised:
        GitHubForge(
            repository=repository,
            credentials=AppCredentials(app_id=7, private_key=unchanged.sandbox.key),
            default_branch=BranchName("main"),
        )
    assert raised.value.reason == "HostileName"


@pytest.mark.parametrize("branch", ["../../pulls?x=1", "-x", "a..b", "a b", "x.lock", "a//b"])
def test_a_hostile_branch_is_refused(unchanged: SandboxWorld, branch: str) -> None:
    with pytest.raises(Terminal):
        unchanged.forge.pushes(BranchName(branch))
    proposal = replace(Asked(), branch=BranchName(branch)).on(unchanged.head("main"))
    with pytest.raises(Terminal):
        unchanged.forge.open_proposal(proposal)


def test_no_token_reaches_a_log_or_an_error(unchanged: SandboxWorld, caplog: pytest.LogCaptureFixture) -> None:
    token = unchanged.forge.push_token()
    body = {"message": f"bad token {token} in Authorization: token {token}"}
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("github").setLevel(logging.INFO)
        error = answers(unchanged, 422, body)
    assert token not in f"{error} {error!r}"
    assert "redacted" in str(error)
    assert token not in caplog.text
