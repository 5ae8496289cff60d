"""Cases 13 and 15: texts from outside are shown as texts, and what is not this platform's is not there."""

from __future__ import annotations

import pytest

from controller.core.model import BranchName
from tests.api.served import Api
from tests.world.forge import PEOPLE

HOSTILE = "<script>alert(1)</script>\u202e javascript:alert(1) ' onload=x"


def test_a_hostile_title_is_json_and_nothing_that_a_browser_would_run(api: Api) -> None:
    head = api.world.origin.heads()[BranchName("main")]
    api.world.origin.move("theirs", head)
    api.world.forge.open_by(PEOPLE["dave"], BranchName("theirs"), head, title=HOSTILE, body=HOSTILE)
    api.world.tick()
    answer = api.ask("alice", "GET", "/proposals")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert HOSTILE in [proposal["title"] for proposal in answer.json()["items"]]


def test_the_answer_to_a_bug_says_nothing_and_carries_the_headers_of_every_other(api: Api) -> None:
    api.lives.clear()  # what says whether the loop lives raises an error that nobody expects
    answer = api.ask(None, "GET", "/healthz")
    assert (answer.status_code, answer.json()["reason"]) == (500, "Bug")
    assert "IndexError" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_what_somebody_sends_comes_back_as_text_in_a_problem(shared: Api) -> None:
    answer = shared.ask("alice", "GET", "/releases/%3Cscript%3Ealert(1)%3C%2Fscript%3E")
    assert answer.status_code in (404, 409, 422)
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path",
    [
        "/releases/rel-of-another-platform",
        "/builds/bld_999999_1",
        "/builds/bld_999999_1/log",
        "/changes/999999",
        "/proposals/999999",
        "/environments/theirs",
        "/modules/theirs",
    ],
)
def test_what_belongs_to_another_platform_is_not_there(shared: Api, path: str) -> None:
    assert shared.ask("alice", "GET", path).status_code == 404


@pytest.mark.parametrize("path", ["/builds/..%2F..%2Fother%2Flog", "/builds/bld_1_1%00/log", "/builds/-x"])
def test_an_id_that_is_none_is_asked_nobody_for(shared: Api, path: str) -> None:
    assert shared.ask("alice", "GET", path).status_code in (404, 422)
