"""Pages for people: what they show, what hostile content comes to, who is refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests

from sandbox.forge.pages.rendering import is_web_address, markdown
from sandbox.forge.pages.serving import routes

_HOSTILE = '<script>alert("x")</script>'
_NOTE = {"path": _HOSTILE, "start_line": 3, "end_line": 3, "annotation_level": "failure", "message": _HOSTILE}


def page(forge: Any, path: str, **headers: str) -> requests.Response:
    return requests.get(f"{forge.url}/acme/platform{path}", headers=headers, timeout=10)


@pytest.fixture
def pull(forge: Any) -> Any:
    """Pull request 1, hostile wherever text may be given, with a review, a comment and a check of the bot."""
    token = forge.bot_token()
    forge.repo("POST", "/git/refs", json={"ref": "refs/heads/topic", "sha": forge.head()}, token=token)
    content = base64.b64encode(f"{_HOSTILE}\n".encode()).decode()
    wish = {"message": _HOSTILE, "content": content, "branch": "topic"}
    assert forge.repo("PUT", "/contents/new.txt", json=wish, token=token).status_code == 201
    wish = {"title": _HOSTILE, "body": f"**bold** {_HOSTILE}", "head": "topic", "base": "main"}
    opened = forge.repo("POST", "/pulls", json=wish, token=token).json()
    said = [("/pulls/1/reviews", {"event": "APPROVE", "body": "*fine*"}), ("/issues/1/comments", {"body": _HOSTILE})]
    for path, body in said:
        assert forge.repo("POST", path, json=body, as_user="bob").status_code in (200, 201)
    add_check(forge, opened["head"]["sha"], token)
    return opened


def add_check(forge: Any, sha: str, token: str) -> None:
    output = {"title": _HOSTILE, "summary": f"# Found\n{_HOSTILE}", "annotations": [_NOTE]}
    wish = {"name": "modwright", "head_sha": sha, "conclusion": "failure", "details_url": "javascript:alert(1)"}
    assert forge.repo("POST", "/check-runs", json={**wish, "output": output}, token=token).status_code == 201


def test_the_page_of_a_pull_shows_body_review_check_and_diff(forge: Any, pull: Any) -> None:
    answer = requests.get(pull["html_url"], timeout=10)
    assert answer.status_code == 200
    for part in ("<strong>bold</strong>", "approved", "<em>fine</em>", "<h4>Found</h4>", "new.txt", 'class="added"'):
        assert part in answer.text


@pytest.mark.parametrize("place", ["", "/pull/1", "/commit/{sha}", "/runs/{check}"])
def test_hostile_text_is_shown_and_never_obeyed(forge: Any, pull: Any, place: str) -> None:
    sha = pull["head"]["sha"]
    check = forge.repo("GET", f"/commits/{sha}/check-runs").json()["check_runs"][0]["id"]
    answer = page(forge, place.format(sha=sha, check=check))
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert 'href="javascript:' not in answer.text
    assert "&lt;script&gt;" in answer.text


@pytest.mark.parametrize("path", ["", "/pull/1", "/pull/99"])
def test_the_policy_allows_neither_scripts_nor_anything_from_elsewhere(forge: Any, pull: Any, path: str) -> None:
    headers = page(forge, path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'; ")
    assert "script" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["/pull/1", "/actions/runs/1", "/runs/1", f"/commit/{'0' * 40}", "/commit/main", "/commit/%3Cb%3E", "/none"]
)
def test_what_does_not_exist_is_not_found(forge: Any, path: str) -> None:
    assert page(forge, path).status_code == 404


def test_an_unknown_repository_is_not_found(forge: Any) -> None:
    assert requests.get(f"{forge.url}/acme/other", timeout=10).status_code == 404


def test_the_page_of_a_run_shows_jobs_steps_annotations_and_the_log(forge: Any) -> None:
    run = forge.in_loop(lambda: begin_run(forge.forge))
    address = forge.repo("GET", f"/actions/runs/{run}").json()["html_url"]
    text = requests.get(address, timeout=10).text
    for part in ("Compile", "src/main.rs:7", "mismatched types", "&lt;b&gt;line of the log", "failure"):
        assert part in text
    job = forge.repo("GET", f"/actions/runs/{run}/jobs").json()["jobs"][0]["html_url"]
    assert "Compile" in requests.get(job, timeout=10).text
    assert "not-for-show" not in text


def test_of_a_long_log_the_end_is_shown_and_what_is_missing_is_said(forge: Any) -> None:
    run = forge.in_loop(lambda: begin_run(forge.forge))
    job = forge.repo("GET", f"/actions/runs/{run}/jobs").json()["jobs"][0]["id"]
    forge.in_loop(lambda: forge.forge.runs.append_log(job, "x" * 200_000 + "the very end"))
    text = page(forge, f"/actions/runs/{run}").text
    assert "bytes before this are left out" in text
    assert "the very end" in text
    assert "line of the log" not in text


def test_a_run_that_goes_on_is_asked_for_again_until_it_ends_or_somebody_reads_in_peace(forge: Any) -> None:
    run = forge.in_loop(lambda: begin_run(forge.forge, ended=False))
    assert page(forge, f"/actions/runs/{run}").headers["Refresh"] == "3"
    assert "Refresh" not in page(forge, f"/actions/runs/{run}?refresh=no").headers
    forge.in_loop(lambda: forge.forge.runs.finish(run, "failure"))
    assert "Refresh" not in page(forge, f"/actions/runs/{run}").headers


def test_a_hostile_log_is_shown_and_never_obeyed(forge: Any) -> None:
    run = forge.in_loop(lambda: begin_run(forge.forge, ended=False))
    job = forge.repo("GET", f"/actions/runs/{run}/jobs").json()["jobs"][0]["id"]
    line = f"</pre>{_HOSTILE}\x1b[31m\x00 <a href='javascript:alert(1)'>x</a>\n"
    forge.in_loop(lambda: forge.forge.runs.append_log(job, line))
    text = page(forge, f"/actions/runs/{run}").text
    assert "&lt;/pre&gt;&lt;script&gt;" in text
    assert "<script" not in text
    assert "<a href='javascript" not in text


def begin_run(forge: Any, *, ended: bool = True) -> int:
    sha = forge.repository("acme/platform").branch("main")
    where = {"repository": "acme/platform", "path": ".github/workflows/image.yml", "workflow_name": "Image"}
    what = {"event": "workflow_dispatch", "ref": "main", "sha": sha, "title": "t", "inputs": {"key": "not-for-show"}}
    run = int(forge.runs.create(**where, **what, actor=forge.accounts.by_login("alice")))
    job = forge.runs.add_job(run, name="build", steps=["Compile"])
    forge.runs.append_log(job, "<b>line of the log\n")
    note = {"path": "src/main.rs", "start_line": 7, "end_line": 7, "annotation_level": "failure"}
    forge.runs.annotate(job, [{**note, "message": "mismatched types"}])
    if ended:
        forge.runs.finish_job(job, "failure")
    return run


def test_a_review_that_is_not_submitted_is_its_writers_alone(forge: Any, pull: Any) -> None:
    forge.repo("POST", "/pulls/1/reviews", json={"body": "unsent words"}, as_user="alice")
    assert "unsent words" not in page(forge, "/pull/1").text


def test_a_foreign_name_that_points_here_gets_nothing(forge: Any, pull: Any) -> None:
    assert page(forge, "/pull/1", Host="evil.example").status_code == 404
    assert page(forge, "/pull/1", Host="localhost:1").status_code == 200


def test_there_are_no_pages_beyond_loopback(forge: Any) -> None:
    forge.forge.url, here = "http://192.0.2.1:80", forge.forge.url
    assert routes(forge.forge) == []
    forge.forge.url = here
    assert len(routes(forge.forge)) > 1


def test_the_style_sheet_is_served_from_here(forge: Any) -> None:
    answer = requests.get(f"{forge.url}/_pages/style.css", timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "prefers-color-scheme: dark" in answer.text


@pytest.mark.parametrize("text", ["[x](javascript:alert(1))", "![x](http://elsewhere.example/x.png)", "<img src=x>"])
def test_markdown_makes_neither_scripts_nor_requests(text: str) -> None:
    html = markdown(text)
    assert "<img" not in html
    assert 'href="javascript' not in html


def test_headings_of_a_text_keep_the_outline_of_the_page() -> None:
    html = markdown("#### Deep\n# Top\n### Skips", under=2)
    assert (html.count("<h3>"), html.count("<h4>"), html.count("<h1>")) == (2, 1, 0)


def test_a_wide_table_scrolls_by_itself() -> None:
    html = markdown("| a |\n|---|\n| <table> |")
    assert html.count('<div class="wide"') == html.count("</table></div>") == 1


def test_markdown_hides_comments_and_folds_details() -> None:
    html = markdown("a<!-- marker -->\n\n<details><summary>2 files</summary>\n\n- x\n\n</details>\n\nb")
    assert "marker" not in html
    assert "<details><summary>2 files</summary>" in html
    assert html.count("</details>") == 1
    assert "<details>" not in markdown("<details><summary>never closed</summary>")


def test_only_web_addresses_become_links() -> None:
    assert is_web_address("https://example.org/x")
    assert not any(is_web_address(one) for one in ("javascript:alert(1)", "//x", "", None))
