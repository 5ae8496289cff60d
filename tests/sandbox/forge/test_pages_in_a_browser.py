"""The pages in a real browser: by hand and by keyboard, on a phone, in both themes, read by axe-core."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

pytestmark = pytest.mark.slow

_CHROMIUM = Path("/usr/bin/chromium")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_HOSTILE = "<script>document.title = 'taken'</script>"
PULL = "/acme/platform/pull/1"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not _CHROMIUM.exists():
        pytest.skip(f"no Chromium at {_CHROMIUM}: the pages cannot be tried in a browser here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(_CHROMIUM), args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(params=["light", "dark"])
def page(request: Any, chromium: Browser) -> Iterator[Page]:
    """A phone's narrow screen, in one theme."""
    context = chromium.new_context(color_scheme=request.param, viewport={"width": 375, "height": 740})
    page = context.new_page()
    page.set_default_timeout(10_000)
    page.problems = []  # type: ignore[attr-defined]
    page.on("console", lambda said: page.problems.append(said.text) if said.type == "error" else None)  # type: ignore[attr-defined]
    yield page
    context.close()


@pytest.fixture
def run(forge: Any) -> int:
    """A pull request that lacks an approval, with hostile and long texts, and a run that goes on."""
    token = forge.bot_token()
    forge.repo("POST", "/git/refs", json={"ref": "refs/heads/topic", "sha": forge.head()}, token=token)
    content = base64.b64encode(f"{'long ' * 60}\n{_HOSTILE}\n".encode()).decode()
    wish = {"message": f"Add {_HOSTILE}", "content": content, "branch": "topic"}
    forge.repo("PUT", "/contents/new.txt", json=wish, token=token)
    body = f"#### Deep\n# Shallow\n| a | b |\n|---|---|\n| {'x' * 90} | `{_HOSTILE}` |\n\n[bad](javascript:alert(1))"
    wish = {"title": f"Add {_HOSTILE}", "body": body, "head": "topic", "base": "main"}
    sha = forge.repo("POST", "/pulls", json=wish, token=token).json()["head"]["sha"]
    note = {"path": "a.rs", "start_line": 1, "end_line": 1, "annotation_level": "warning", "message": _HOSTILE}
    output = {"title": "T", "summary": "# Found\n### Deep\ntext", "annotations": [note]}
    check = {"name": "modwright", "head_sha": sha, "conclusion": "success", "output": output}
    assert forge.repo("POST", "/check-runs", json=check, token=token).status_code == 201
    return int(forge.in_loop(lambda: begin_run(forge.forge, sha)))


def begin_run(forge: Any, sha: str) -> int:
    where = {"repository": "acme/platform", "path": ".github/workflows/image.yml", "workflow_name": "Image"}
    what = {"event": "workflow_dispatch", "ref": "topic", "sha": sha, "title": _HOSTILE, "inputs": {}}
    run = int(forge.runs.create(**where, **what, actor=forge.accounts.by_login("alice")))
    forge.runs.start(run)
    job = forge.runs.add_job(run, name="build", steps=["Compile"])
    forge.runs.start_job(job)
    forge.runs.append_log(job, f"first line {_HOSTILE}\n" + "a line of the log that is rather long\n" * 300)
    return run


@pytest.fixture
def callback(document: Any) -> Iterator[str]:
    """Where the App would listen; it only notes what it was sent."""

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"back at the app")

        def log_message(self, *_: Any) -> None:
            """Nothing is logged."""

    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    document["app"]["callback_urls"] = [f"http://127.0.0.1:{server.server_port}/auth/callback"]
    yield document["app"]["callback_urls"][0]
    server.shutdown()
    thread.join()
    server.server_close()


def look(page: Page, address: str) -> None:
    """Open a page and hold it to what every page must be."""
    page.goto(address)
    inspect(page)


def inspect(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 375, f"{page.url} is {width} pixels wide"
    expect(page.get_by_text("Sandbox forge: plays GitHub on this machine")).to_be_visible()
    assert "taken" not in page.title().split("·")[0].replace(_HOSTILE, "")


def test_every_page_passes_axe_and_fits_a_phone(forge: Any, run: int, page: Page) -> None:
    check = forge.repo("GET", f"/commits/{forge.head('topic')}/check-runs").json()["check_runs"][0]["id"]
    base = f"{forge.url}/acme/platform"
    for address in (f"{forge.url}/", base, f"{forge.url}{PULL}", f"{base}/runs/{check}"):
        look(page, address)
    look(page, f"{base}/commit/{forge.head('topic')}")
    look(page, f"{base}/actions/runs/{run}")
    look(page, f"{base}/pull/99")
    look(page, f"{forge.url}/_sandbox/login?return_to={PULL}")
    page.get_by_role("button", name="Sign in as bob").click()
    inspect(page)
    page.get_by_role("button", name="Merge (squash)").click()
    expect(page.get_by_role("alert")).to_contain_text("At least 1 approving review is required")
    inspect(page)
    assert [one for one in page.problems if "status of 4" not in one] == []  # type: ignore[attr-defined]


def test_a_change_is_approved_merged_and_reverted_with_the_keyboard_alone(forge: Any, run: int, page: Page) -> None:
    page.goto(f"{forge.url}{PULL}")
    reach(page, "Sign in")
    reach(page, "Sign in as bob")
    reach(page, "Comment, or the words of your review", press=False)
    page.keyboard.type("Looks right")
    reach(page, "Approve")
    expect(page.get_by_text("Looks right")).to_be_visible()
    reach(page, "Merge (squash)")
    expect(page.get_by_text("Merged by bob")).to_be_visible()
    reach(page, "Revert")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Revert")
    assert forge.repo("GET", "/pulls/2").json()["user"]["login"] == "bob"


def reach(page: Page, name: str, *, press: bool = True) -> None:
    """Go on by Tab to what has that name, and press it."""
    focused = "document.activeElement.labels?.[0]?.textContent || document.activeElement.textContent"
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(focused).strip() == name:
            break
    else:
        raise AssertionError(f"the keyboard does not reach {name!r}")
    if press:
        with page.expect_navigation():
            page.keyboard.press("Enter")


def test_the_page_of_a_run_follows_the_log_until_it_is_told_to_stop(forge: Any, run: int, page: Page) -> None:
    page.goto(f"{forge.url}/acme/platform/actions/runs/{run}")
    job = forge.repo("GET", f"/actions/runs/{run}/jobs").json()["jobs"][0]["id"]
    forge.in_loop(lambda: forge.forge.runs.append_log(job, "the newest line\n"))
    # In sight without scrolling: of a log that grows, the end is what somebody looks for.
    log = page.locator("pre.log")
    expect(log).to_contain_text("the newest line", timeout=10_000)
    assert log.evaluate("it => it.scrollHeight > it.clientHeight && Math.abs(it.scrollTop) < 2")
    page.get_by_role("link", name="stop that").click()
    expect(page.get_by_role("link", name="Follow it")).to_be_visible()


def test_signing_in_to_the_app_leads_back_to_it(callback: str, forge: Any, page: Page) -> None:
    page.goto(f"{forge.url}/login/oauth/authorize?client_id=Iv23test&state=s")
    inspect(page)
    page.get_by_role("button", name="Sign in as alice").click()
    inspect(page)
    page.get_by_role("button", name="Authorize Modwright").click()
    expect(page.get_by_text("back at the app")).to_be_visible()
    assert page.url.startswith(f"{callback}?code=")
    assert page.url.endswith("&state=s")
