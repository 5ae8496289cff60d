"""The audit and the controller's health by pages."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime

import pytest

from controller.ports import CallBudget
from tests.api.served import Api
from tests.console.large import grow
from tests.console.pages import Visitor


def test_the_audit_says_who_what_when_and_why_with_the_proof(shared: Api) -> None:
    page = Visitor(shared, "dave").get("/audit")
    for told in ("promoted", "alice", "people want it", "ledger ", "proposal #1"):
        assert told in page.text, told
    assert "https://forge.invalid/acme/platform/commit/" in page.answer.text


def test_the_audit_shortens_digests_and_keeps_them_whole_where_the_pointer_rests(shared: Api) -> None:
    page = Visitor(shared, "dave").get("/audit?deed=released")
    whole = re.findall(r'<span title="(sha256:[0-9a-f]{64})">', page.answer.text)
    assert whole
    assert all(digest[:19] in page.text and digest not in page.text for digest in whole)


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("deed=adopted", "adopted", "people want it"),
        ("who=ALICE", "alice", "passed in production"),
        ("environment=staging", "staging", "goes to production"),
        ("text=people+want", "people want it", "adopted"),
        ("since=2999-01-01", "Nothing fits.", "adopted staging"),
        ("until=1999-01-01", "Nothing fits.", "adopted staging"),
    ],
)
def test_the_audit_is_filtered(shared: Api, query: str, there: str, absent: str) -> None:
    page = Visitor(shared, "dave").get(f"/audit?{query}")
    rows = page.text.partition("as JSON")[2]
    assert there in rows
    assert absent not in rows


def test_ten_thousand_entries_are_paged_through_whole_and_in_order(api: Api) -> None:
    grow(api.world, releases=200, entries=1_000)
    dave, seen, path = Visitor(api, "dave"), [], "/audit"
    while path:
        answer = dave.get(path).answer.text
        seen += [part.partition('"')[0] for part in answer.split('<tr id="e-')[1:]]
        following = answer.partition('<a rel="next" href="')[2].partition('"')[0]
        path = following.replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 1_000
    assert [int(entry.partition("-")[0]) for entry in seen] == sorted(
        (int(entry.partition("-")[0]) for entry in seen), reverse=True
    )


def test_a_cursor_that_is_none_begins_at_the_top(shared: Api) -> None:
    page = Visitor(shared, "dave").get("/audit?cursor=nonsense")
    assert page.status == 200
    assert "promoted" in page.text


def test_the_audit_is_taken_along_as_csv_and_json(shared: Api) -> None:
    dave = Visitor(shared, "dave")
    rows = list(csv.DictReader(io.StringIO(dave.get("/audit.csv?deed=adopted").answer.text)))
    documents = json.loads(dave.get("/audit.json?deed=adopted").answer.text)
    assert [row["at"] for row in rows] == [document["at"] for document in documents]
    assert {document["deed"] for document in documents} == {"adopted"}
    assert "attachment" in dave.get("/audit.csv").answer.headers["Content-Disposition"]


def test_health_says_what_the_last_pass_was_and_that_everything_is_read(shared: Api) -> None:
    page = Visitor(shared, "dave").get("/health")
    for told in ("everything is read and goes through", "accepted", "0.1.0", "The forge said nothing of its limits"):
        assert told in page.text, told


def test_health_tells_what_is_unknown_and_the_call_budget(api: Api) -> None:
    api.world.forge.budgets = (CallBudget("core", 5000, 12, datetime(2026, 1, 6, tzinfo=UTC)),)
    api.world.cluster.is_away = True
    api.world.loop.tick()
    page = Visitor(api, "dave").get("/health")
    for told in ("something needs a look", "environments: the process host does not answer", "12 of 5000 left"):
        assert told in page.text, told
    assert "not known" in Visitor(api, "dave").get("/environments").text


def test_health_names_what_does_not_go_through(api: Api) -> None:
    world = api.world
    world.forge.is_away = True
    world.loop.tick()
    assert "the forge does not answer" in Visitor(api, "dave").get("/health").text


@pytest.mark.parametrize(
    "path",
    ["/environments", "/environments/production", "/releases", "/holds", "/freezes", "/builds", "/audit", "/health"],
)
def test_every_page_speaks_russian(shared: Api, path: str) -> None:
    page = Visitor(shared, "dave", language="ru").get(path)
    assert page.status == 200
    assert '<html lang="ru"' in page.answer.text
    heading = page.answer.text.partition("<h1>")[2].partition("</h1>")[0]
    assert not heading.isascii() or heading == "production"


def test_who_pushed_a_commit_reads_by_login_as_who_asked_for_a_change(api: Api) -> None:
    """The commit says `Alice Example`; everybody else here is told by login, and the filter asks for one."""
    world = api.world
    main = world.view().main.head.sha
    email = "1001+alice@users.noreply.github.com"
    pushed = world.origin.commit(
        {"NOTES.md": b"notes"}, parent=main, message="Notes", author="Alice Example", time=1_800_000_000, email=email
    )
    world.origin.move("main", pushed)
    world.loop.wrote()
    world.settle()
    page = Visitor(api, "dave").get("/audit?who=alice")
    assert "Notes" in page.text
    assert "Alice Example" not in page.text
