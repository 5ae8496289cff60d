"""ETags, rate limits, faults and the counters over them."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests


def test_an_unchanged_answer_is_a_304_that_costs_nothing(forge: Any) -> None:
    first = forge.repo("GET", "/git/ref/heads/main")
    used = int(first.headers["X-RateLimit-Used"])
    again = forge.repo("GET", "/git/ref/heads/main", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert int(again.headers["X-RateLimit-Used"]) == used
    assert int(forge.repo("GET", "").headers["X-RateLimit-Used"]) == used + 1


def test_a_change_gives_another_etag_and_what_is_unrelated_keeps_its_own(forge: Any) -> None:
    before = {path: forge.repo("GET", path).headers["ETag"] for path in ("/pulls", "/branches", "/actions/workflows")}
    sha = forge.head()
    forge.repo("POST", "/git/refs", json={"ref": "refs/heads/topic", "sha": sha})
    after = {path: forge.repo("GET", path).headers["ETag"] for path in before}
    assert after["/branches"] != before["/branches"]
    assert after["/pulls"] == before["/pulls"]
    assert after["/actions/workflows"] == before["/actions/workflows"]


def test_a_plain_answer_takes_about_a_millisecond(forge: Any) -> None:
    session = requests.Session()
    session.headers["Authorization"] = "token token-of-alice"
    url = f"{forge.api}/repos/acme/platform/git/ref/heads/main"
    etag = session.get(url).headers["ETag"]
    best = 10.0
    for _ in range(20):
        started = time.perf_counter()
        assert session.get(url, headers={"If-None-Match": etag}).status_code == 304
        best = min(best, time.perf_counter() - started)
    assert best < 0.02


def test_an_exhausted_hour_is_refused_and_304_still_costs_nothing(forge: Any) -> None:
    requests.put(f"{forge.url}/_sandbox/limits", json={"primary": 2}, timeout=5)
    etag = forge.repo("GET", "").headers["ETag"]
    assert forge.repo("GET", "", headers={"If-None-Match": etag}).status_code == 304
    assert forge.repo("GET", "/pulls").status_code == 200
    refused = forge.repo("GET", "/pulls")
    assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (403, "0")
    assert "rate limit exceeded" in refused.json()["message"]
    assert forge.call("GET", "/rate_limit").json()["resources"]["core"]["remaining"] == 0
    assert forge.repo("GET", "", as_user="bob").status_code == 200


def test_graphql_over_its_limit_answers_200_with_an_error(forge: Any) -> None:
    requests.put(f"{forge.url}/_sandbox/limits", json={"primary": 1}, timeout=5)
    assert "errors" not in forge.graphql("{ viewer { login } }")
    assert forge.graphql("{ viewer { login } }")["errors"][0]["type"] == "RATE_LIMITED"


def test_too_much_content_in_a_minute_is_refused_with_retry_after(forge: Any) -> None:
    requests.put(f"{forge.url}/_sandbox/limits", json={"content_per_minute": 1}, timeout=5)
    assert forge.repo("POST", "/labels", json={"name": "one"}).status_code == 201
    refused = forge.repo("POST", "/labels", json={"name": "two"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (403, "60")


def test_calls_are_counted_by_kind(forge: Any) -> None:
    requests.delete(f"{forge.url}/_sandbox/calls", timeout=5)
    etag = forge.repo("GET", "").headers["ETag"]
    forge.repo("GET", "", headers={"If-None-Match": etag})
    forge.repo("POST", "/labels", json={"name": "one"})
    calls = requests.get(f"{forge.url}/_sandbox/calls", timeout=5).json()
    assert (calls["content_creating"], calls["counted"], calls["free"]) == (1, 2, 1)
    assert calls["by_route"]["POST /repos/{owner}/{name}/labels"] == 1


def set_fault(forge: Any, **rule: Any) -> None:
    assert requests.put(f"{forge.url}/_sandbox/faults", json=[rule], timeout=5).status_code == 200


def test_a_fault_replaces_the_answer_as_often_as_it_says(forge: Any) -> None:
    set_fault(
        forge, method="POST", path=".*/labels", times=1, status=502, body={"message": "bad"}, headers={"X-A": "b"}
    )
    failed = forge.repo("POST", "/labels", json={"name": "one"})
    assert (failed.status_code, failed.json(), failed.headers["X-A"]) == (502, {"message": "bad"}, "b")
    assert forge.repo("GET", "/labels").json() == []
    assert forge.repo("POST", "/labels", json={"name": "one"}).status_code == 201


@pytest.mark.parametrize(("when", "labels"), [("drop_before", 0), ("drop_after", 1)])
def test_a_dropped_connection_leaves_no_effect_before_and_one_after(forge: Any, when: str, labels: int) -> None:
    set_fault(forge, path=".*/labels", **{when: True})
    with pytest.raises(requests.ConnectionError):
        forge.repo("POST", "/labels", json={"name": "one"})
    assert len(forge.repo("GET", "/labels").json()) == labels


def test_graphql_meets_faults_too(forge: Any) -> None:
    set_fault(forge, path="/api/graphql", body_contains="createRef", status=500)
    assert "errors" not in forge.graphql("{ viewer { login } }")
    answer = forge.call("POST", f"{forge.url}/api/graphql", json={"query": "mutation { createRef }"})
    assert answer.status_code == 500


def test_a_fault_that_is_not_understood_is_refused(forge: Any) -> None:
    answer = requests.put(f"{forge.url}/_sandbox/faults", json=[{"stauts": 1}], timeout=5)
    assert answer.status_code == 422
    assert "stauts" in answer.json()["message"]


def test_lists_come_in_pages_with_links(forge: Any) -> None:
    for number in range(5):
        forge.repo("POST", "/labels", json={"name": f"label-{number}"})
    page = forge.repo("GET", "/labels?per_page=2&page=2")
    assert [one["name"] for one in page.json()] == ["label-2", "label-3"]
    assert page.links["next"]["url"].endswith("per_page=2&page=3")
    assert set(page.links) == {"prev", "next", "last", "first"}
    assert set(forge.repo("GET", "/labels?per_page=2&page=3").links) == {"prev", "first"}
    assert set(forge.repo("GET", "/labels?per_page=2").links) == {"next", "last"}


def test_the_rate_limit_is_always_the_present_one_and_free(forge: Any) -> None:
    before = forge.call("GET", "/rate_limit").json()["resources"]["core"]["used"]
    forge.repo("GET", "")
    assert forge.call("GET", "/rate_limit").json()["resources"]["core"]["used"] == before + 1
