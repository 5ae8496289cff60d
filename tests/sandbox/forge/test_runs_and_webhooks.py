"""Workflow runs as the Actions service writes them; webhooks; what survives a restart."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import github
import pytest


class Runner:
    """Creates runs and does nothing with them."""

    def __init__(self, forge: Any) -> None:
        self.forge = forge
        self.cancelled: list[int] = []

    def dispatch(
        self, *, repository: str, path: str, ref: str, sha: str, inputs: Mapping[str, str], actor: dict[str, Any]
    ) -> int:
        return self.forge.runs.create(
            repository=repository,
            path=path,
            workflow_name="Image",
            event="workflow_dispatch",
            ref=ref,
            sha=sha,
            title=f"{inputs['input_tree']} {inputs['commit']}",
            actor=actor,
            inputs=inputs,
        )

    def cancel(self, run_id: int) -> None:
        self.cancelled.append(run_id)


@pytest.fixture
def runner(forge: Any) -> Runner:
    forge.forge.runs.dispatcher = Runner(forge.forge)
    return forge.forge.runs.dispatcher


def dispatch(forge: Any, **more: Any) -> Any:
    wish = {"ref": "main", "inputs": {"commit": "c", "input_tree": "t"}, **more}
    return forge.repo("POST", "/actions/workflows/image.yml/dispatches", json=wish, token=forge.bot_token())


def test_a_dispatched_run_says_who_where_and_what(forge: Any, runner: Runner) -> None:
    made = dispatch(forge, return_run_details=True).json()
    run = forge.repo("GET", f"/actions/runs/{made['workflow_run_id']}").json()
    assert (run["display_title"], run["event"], run["head_branch"]) == ("t c", "workflow_dispatch", "main")
    assert (run["actor"]["login"], run["path"]) == ("modwright[bot]", ".github/workflows/image.yml")
    assert dispatch(forge).status_code == 204
    found = forge.repo("GET", f"/actions/runs?event=workflow_dispatch&head_sha={forge.head()}&status=queued").json()
    assert found["total_count"] == 2
    assert forge.repo("GET", "/actions/runs?status=completed").json()["total_count"] == 0


def test_a_run_can_be_cancelled_until_it_is_over(forge: Any, runner: Runner) -> None:
    run = dispatch(forge, return_run_details=True).json()["workflow_run_id"]
    assert forge.repo("POST", f"/actions/runs/{run}/cancel").status_code == 202
    assert runner.cancelled == [run]
    forge.in_loop(lambda: forge.forge.runs.finish(run, "cancelled"))
    assert forge.repo("POST", f"/actions/runs/{run}/cancel").status_code == 409


def test_unknown_workflows_and_refs_are_refused(forge: Any, runner: Runner) -> None:
    assert dispatch(forge, ref="nowhere").status_code == 422
    assert forge.repo("POST", "/actions/workflows/none.yml/dispatches", json={"ref": "main"}).status_code == 404


def test_a_log_is_read_while_it_grows(forge: Any, runner: Runner) -> None:
    run = dispatch(forge, return_run_details=True).json()["workflow_run_id"]
    job = forge.in_loop(lambda: forge.forge.runs.add_job(run, name="build", steps=["compile"]))
    assert forge.repo("GET", f"/actions/jobs/{job}/logs", allow_redirects=False).status_code == 404
    client = github.Github(auth=github.Auth.Token("token-of-alice"), base_url=forge.api, seconds_between_requests=0)
    listed = client.get_repo(forge.name).get_workflow_run(run).jobs()[0]
    assert (listed.name, listed.steps[0].name) == ("build", "compile")
    for text in ("one\n", "two\n"):
        forge.in_loop(lambda text=text: forge.forge.runs.append_log(job, text))
        address = forge.repo("GET", f"/actions/jobs/{job}/logs", allow_redirects=False).headers["Location"]
        assert forge.call("GET", address, as_user=None).text.endswith(text)
    assert forge.call("GET", address[:-1] + "x", as_user=None).status_code == 404


def test_a_job_is_a_check_run_of_actions_with_annotations(forge: Any, runner: Runner) -> None:
    run = dispatch(forge, return_run_details=True).json()["workflow_run_id"]

    def work() -> int:
        runs = forge.forge.runs
        runs.start(run)
        job = runs.add_job(run, name="publish")
        runs.start_job(job)
        note = {"path": ".github", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "{}"}
        runs.annotate(job, [{**note, "title": "modwright-image"}])
        runs.finish_job(job, "success")
        runs.finish(run, "success")
        return job

    job = forge.in_loop(work)
    check = forge.repo("GET", f"/check-runs/{job}").json()
    assert (check["app"]["slug"], check["conclusion"]) == ("github-actions", "success")
    notes = forge.repo("GET", f"/check-runs/{job}/annotations").json()
    assert (notes[0]["title"], notes[0]["annotation_level"]) == ("modwright-image", "notice")
    assert forge.repo("GET", f"/actions/runs/{run}").json()["conclusion"] == "success"


class Hook:
    """Receives deliveries."""

    def __init__(self) -> None:
        self.received: list[tuple[dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.received.append((dict(self.headers), body))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *arguments: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/webhooks"

    def wait(self, count: int) -> list[tuple[dict[str, str], bytes]]:
        deadline = time.monotonic() + 5
        while len(self.received) < count and time.monotonic() < deadline:
            time.sleep(0.005)
        return self.received


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def jwt_of(forge: Any) -> str:
    return github.Auth.AppAuth(7, forge.key).token


def test_events_arrive_signed_and_stand_in_the_list_of_deliveries(forge: Any, hook: Hook) -> None:
    wish = {"url": hook.url, "secret": "It's a Secret"}
    forge.call("PATCH", "/app/hook/config", json=wish, token=jwt_of(forge))
    forge.repo("POST", "/git/refs", json={"ref": "refs/heads/topic", "sha": forge.head()})
    headers, body = hook.wait(1)[0]
    expected = hmac.new(b"It's a Secret", body, hashlib.sha256).hexdigest()
    assert headers["X-Hub-Signature-256"] == f"sha256={expected}"
    assert headers["X-GitHub-Event"] == "push"
    payload = json.loads(body)
    assert (payload["ref"], payload["sender"]["login"]) == ("refs/heads/topic", "alice")
    assert payload["repository"]["full_name"] == forge.name
    delivery = wait_for_delivery(forge)
    assert (delivery["guid"], delivery["status"]) == (headers["X-GitHub-Delivery"], "OK")
    forge.call("POST", f"/app/hook/deliveries/{delivery['id']}/attempts", token=jwt_of(forge))
    assert hook.wait(2)[1][0]["X-GitHub-Delivery"] == headers["X-GitHub-Delivery"]


def wait_for_delivery(forge: Any) -> Any:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        delivery = forge.call("GET", "/app/hook/deliveries", token=jwt_of(forge)).json()[0]
        if delivery["status"] != "pending":
            return delivery
        time.sleep(0.01)
    raise AssertionError("never delivered")


def test_every_kind_of_event_is_announced(forge: Any, hook: Hook, runner: Runner) -> None:
    forge.call("PATCH", "/app/hook/config", json={"url": hook.url}, token=jwt_of(forge))
    token = forge.bot_token()
    forge.repo("POST", "/git/refs", json={"ref": "refs/heads/topic", "sha": forge.head()}, token=token)
    put = {"message": "m", "content": "YQ==", "branch": "topic"}
    forge.repo("PUT", "/contents/new.txt", json=put, token=token)
    pull = forge.repo("POST", "/pulls", json={"title": "T", "head": "topic", "base": "main"}, token=token).json()
    sha = pull["head"]["sha"]
    forge.repo("POST", "/check-runs", json={"name": "modwright", "head_sha": sha, "conclusion": "success"}, token=token)
    forge.repo("POST", "/pulls/1/reviews", json={"event": "APPROVE"}, as_user="bob")
    forge.repo("POST", "/issues/1/comments", json={"body": "/modwright revert"})
    forge.repo("PUT", "/pulls/1/merge", json={"merge_method": "squash"}, token=token)
    forge.repo("POST", "/deployments", json={"ref": "main", "required_contexts": []}, token=token)
    dispatch(forge)
    seen = [headers["X-GitHub-Event"] for headers, _ in hook.wait(10)]
    wanted = {"push", "pull_request", "check_run", "pull_request_review", "issue_comment", "deployment", "workflow_run"}
    assert wanted <= set(seen)


def test_everything_is_there_after_a_restart(document: Any, tmp_path: Any, app_key: Any, begin: Any) -> None:
    for running in begin(document, tmp_path / "state", app_key):
        running.forge.runs.dispatcher = Runner(running.forge)
        dispatch(running)
        token = running.bot_token()
        running.repo("POST", "/git/refs", json={"ref": "refs/heads/topic", "sha": running.head()})
        running.repo("PUT", "/contents/a", json={"message": "m", "content": "YQ==", "branch": "topic"})
        running.repo("POST", "/pulls", json={"title": "T", "head": "topic", "base": "main"})
        running.repo("POST", "/issues/1/comments", json={"body": "hello"})
        before = [running.repo("GET", path).json() for path in ("/issues/comments", "/activity", "/branches")]
        address = running.url
    for running in begin(document, tmp_path / "state", app_key):
        after = [running.repo("GET", path) for path in ("/issues/comments", "/activity", "/branches")]
        assert [json.loads(one.text.replace(running.url, address)) for one in after] == before
        assert running.repo("GET", "/pulls/1", token=token).json()["title"] == "T"
        assert running.repo("GET", "/actions/runs").json()["total_count"] == 1
        assert running.repo("POST", "/issues", json={"title": "next"}).json()["number"] == 2
