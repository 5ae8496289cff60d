"""Figures for Prometheus and readiness for a supervisor: right names, few series, nothing that nobody should read."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.api.served import LOGINS, SECRETS, Api, token_of
from tests.scenarios.story import install

Series = Mapping[tuple[str, frozenset[tuple[str, str]]], float]
_UNITS = ("_seconds", "_bytes", "_ratio", "_info", "_celsius")
_NOT_BASE = re.compile(r"_(ms|milliseconds|minutes|hours|days|kb|mb|percent|count)(_|$)")


def text_of(api: Api, who: str = "dave") -> str:
    headers = {"Authorization": f"Bearer {token_of(who)}"}
    answer = requests.get(f"{api.url}/metrics", headers=headers, timeout=20)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return answer.text


def scraped(api: Api) -> Series:
    families = text_string_to_metric_families(text_of(api))
    return {(s.name, frozenset(s.labels.items())): s.value for family in families for s in family.samples}


def value(series: Series, name: str, **labels: str) -> float:
    found = [v for (n, given), v in series.items() if n == f"modwright_{name}" and set(labels.items()) <= given]
    assert found, (name, labels)
    return sum(found)


def test_names_and_units_are_as_prometheus_wants_them(api: Api) -> None:
    api.world.tick()
    families = [f for f in text_string_to_metric_families(text_of(api)) if not f.name.startswith("process_")]
    assert len(families) > 20
    for family in families:
        assert re.fullmatch(r"modwright_[a-z]+(_[a-z]+)*", family.name), family.name
        assert not _NOT_BASE.search(family.name), family.name
        assert family.documentation.endswith("."), family.name
        assert family.type in ("counter", "gauge", "histogram"), family.name
        names = {sample.name for sample in family.samples}
        assert (family.type == "counter") == all(name.endswith("_total") for name in names) or not names, names
        if family.type == "histogram" or "timestamp" in family.name or "duration" in family.name:
            assert family.name.endswith("_seconds"), family.name


def test_passes_are_counted_and_timed(api: Api) -> None:
    before = scraped(api)
    api.world.tick()
    after = scraped(api)
    assert value(after, "passes_total") == value(before, "passes_total") + 1
    assert value(after, "pass_duration_seconds_count") == value(after, "passes_total")
    assert value(after, "last_pass_timestamp_seconds") > value(before, "last_pass_timestamp_seconds")


def test_the_platform_is_told_as_it_is(api: Api) -> None:
    install(api.world, "blog")
    api.world.auto_build = False
    api.world.loop.tick()
    api.world.loop.tick()
    api.done("alice", "POST", "/freezes", {"reason": "a sale"})
    api.world.loop.tick()
    series = scraped(api)
    release = api.world.ledger.environments["staging"].release  # type: ignore[index]
    assert value(series, "environment_info", environment="staging", release=str(release), phase="serving") == 1
    assert value(series, "open_proposals") == 1
    assert value(series, "builds_running") == 1
    assert value(series, "freezes") == 1
    assert value(series, "holds", state="confirmed") == 0
    assert value(series, "unknown", part="proposals") == 0


def test_what_cannot_be_read_is_told_as_unknown_and_not_as_zero(api: Api) -> None:
    api.world.forge.is_away = True
    api.world.loop.tick()
    series = scraped(api)
    assert value(series, "unknown", part="proposals") == 1
    assert value(series, "unknown", part="environments") == 0
    assert not [name for name, _ in series if name == "modwright_open_proposals"]


def test_answers_are_counted_by_template_and_a_guessed_path_makes_no_series(api: Api) -> None:
    for path in ("/releases/rel_1", "/releases/rel_2", "/guess/1", "/guess/2"):
        api.ask("dave", "GET", path)
    requests.request("BREW", f"{api.url}/api/v1/status", timeout=20)
    series = scraped(api)
    template = "/api/v1/releases/{release}"
    assert value(series, "http_requests_total", route=template, method="GET", status="404") == 2
    assert value(series, "http_requests_total", route="none", method="GET", status="404") == 2
    assert value(series, "http_request_duration_seconds_count", route=template) == 2
    assert value(series, "http_requests_total", method="other") == 1
    assert not [labels for _, labels in series if any("guess" in v or "BREW" in v for _, v in labels)]


def test_deliveries_are_counted_by_verdict(api: Api) -> None:
    url, body = f"{api.url}/webhooks/github", b"{}"
    signed = "sha256=" + hmac.new(SECRETS[0], body, hashlib.sha256).hexdigest()
    for signature in (signed, "sha256=no"):
        headers = {"X-Hub-Signature-256": signature, "Content-Type": "application/json"}
        requests.post(url, data=body, headers=headers, timeout=20)
    series = scraped(api)
    assert value(series, "webhook_deliveries_total", verdict="accepted") == 1
    assert value(series, "webhook_deliveries_total", verdict="not_signed") == 1


def test_no_person_and_no_secret_stands_in_a_label(api: Api) -> None:
    install(api.world, "blog", reason="because of a secret plan")
    api.world.settle()
    api.done("alice", "POST", "/freezes", {"reason": "secret plan"})
    api.world.tick()
    text = text_of(api)
    for word in (*LOGINS, *map(token_of, LOGINS), "secret", "plan"):
        assert not re.search(rf'"[^"]*\b{word}\b', text), word


def test_nobody_reads_the_figures_without_a_token(shared: Api) -> None:
    assert requests.get(f"{shared.url}/metrics", timeout=20).status_code == 401
    headers = {"Authorization": f"Bearer {token_of('erin')}"}
    assert requests.get(f"{shared.url}/metrics", headers=headers, timeout=20).status_code == 403


# --- readiness ----------------------------------------------------------------------------------------------------


def ready(api: Api) -> tuple[int, set[str]]:
    """The status, and what is not as it should be."""
    answer = requests.get(f"{api.url}/readyz", timeout=20)
    return answer.status_code, {name for name, well in answer.json()["checks"].items() if not well}


def test_it_is_ready_after_a_pass_without_asking_for_a_token(api: Api) -> None:
    assert ready(api) == (200, set())


def test_it_is_not_ready_where_the_loop_ended(api: Api) -> None:
    api.lives[0] = False
    assert ready(api) == (503, {"loop"})


def test_it_is_ready_with_the_forge_away(api: Api) -> None:
    api.world.forge.is_away = True
    api.world.loop.tick()
    assert ready(api)[0] == 200


def test_it_is_not_ready_before_the_first_pass(api: Api) -> None:
    api.world.loop.last = None
    assert ready(api) == (503, {"pass", "ledger"})


def test_it_is_not_ready_while_the_ledger_is_rewritten(api: Api) -> None:
    world = api.world
    head = world.view().ledger.head
    assert head is not None
    older = world.platform.mirror.commit(head).parents[0]
    world.origin.move("environments", older)
    world.loop.tick()
    assert ready(api) == (503, {"pass", "ledger"})
    world.origin.move("environments", head)
    world.loop.tick()
    assert ready(api) == (200, set())


@pytest.mark.parametrize("path", ["/readyz", "/healthz"])
def test_a_supervisor_learns_nothing_of_the_platform(shared: Api, path: str) -> None:
    text = requests.get(shared.url + path, timeout=20).text
    assert not re.search(r"rel_|staging|production|[0-9a-f]{40}", text)
