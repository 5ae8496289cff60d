"""Holds, freezes and the global stop by pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from controller.console.ends import end_of
from controller.core.errors import Denied
from tests.api.served import Api
from tests.console.pages import Visitor
from tests.scenarios.story import arrive
from tests.world.world import PRODUCTION

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def test_a_release_is_put_on_hold_and_let_go_again(api: Api) -> None:
    carol, release = Visitor(api, "carol"), api.world.release_in(PRODUCTION)
    form = carol.get(f"/releases/{release.id}").form("/holds")
    page = carol.send(form, reason="it smells")
    assert page.answer.url.endswith("/holds")
    (hold,) = api.world.ledger.standing_holds
    assert f"{hold.id} ✕ confirmed" in page.text
    assert "held" in carol.get("/releases").text
    done = carol.send(carol.get("/holds").form(f"/holds/{hold.id}/lift"), reason="it was the drains")
    assert "Nothing is on hold." in done.text
    assert "it was the drains" in done.text
    assert not api.world.ledger.standing_holds


def test_a_hold_whose_change_was_taken_out_says_that_nothing_waits_for_it(api: Api) -> None:
    api.world.prober.unwell.add(("production", "reviews"))
    arrive(api.world, "reviews")

    shown = api.browser(api.world.person("dave")).get(f"{api.url}/holds", timeout=20).text

    assert "nothing waits for this hold any more" in shown
    assert "is proposed by itself" not in shown
    carol = api.browser(api.world.person("carol")).get(f"{api.url}/holds", timeout=20).text
    assert "nothing to lift: ask for the module again" in carol


@pytest.mark.parametrize(
    ("what", "said"),
    [("rel_20200101_000000000000", "there is no release"), ("ffffffff", "ffffffff"), ("", "no release and no commit")],
)
def test_a_hold_on_nothing_is_refused_and_keeps_what_was_typed(shared: Api, what: str, said: str) -> None:
    carol = Visitor(shared, "carol")
    page = carol.send(carol.get("/holds").form("/holds"), what=what, reason="typed once")
    assert page.status == 409
    assert said in page.text
    assert "typed once" in page.text
    assert page.form("/holds").fields["what"] == what


def test_a_freeze_for_two_hours_ends_by_itself(api: Api) -> None:
    carol = Visitor(api, "carol")
    form = carol.get("/freezes").form("/freezes", button="Freeze")
    page = carol.send(form, environment="production", reason="a fair", **{"for": "2 h"})
    assert page.answer.url.endswith("/freezes")
    assert "a fair" in page.text
    (freeze,) = api.world.ledger.freezes.values()
    assert freeze.until is not None
    assert timedelta(hours=1, minutes=59) < freeze.until - freeze.at <= timedelta(hours=2)
    api.world.clock.advance(timedelta(hours=3))
    assert "Nothing is frozen." in carol.get("/freezes").text
    assert "by itself" in carol.get("/freezes").text


def test_an_end_that_nobody_understands_comes_back_with_what_was_typed(shared: Api) -> None:
    carol = Visitor(shared, "carol")
    form = carol.get("/freezes").form("/freezes", button="Freeze")
    page = carol.send(form, environment="staging", reason="a fair", **{"for": "soon"})
    assert page.status == 422
    assert "Write a length such as 2h" in page.text
    again = page.form("/freezes", button="Freeze")
    assert (again.fields["for"], again.fields["environment"]) == ("soon", "staging")
    assert "a fair" in page.text


@pytest.mark.parametrize(
    ("typed", "end"),
    [
        ({}, None),
        ({"for": "2h"}, NOW + timedelta(hours=2)),
        ({"for": " 1H 30m "}, NOW + timedelta(minutes=90)),
        ({"until": "2026-11-30T08:00"}, datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ({"until": "2026-11-30T08:00", "zone": "Europe/Moscow"}, datetime(2026, 11, 30, 5, tzinfo=UTC)),
        ({"until": "2026-11-30T08:00+01:00", "zone": "Asia/Tokyo"}, datetime(2026, 11, 30, 7, tzinfo=UTC)),
    ],
)
def test_an_end_is_a_length_or_a_moment_by_a_zone(typed: dict[str, str], end: datetime | None) -> None:
    assert end_of(typed, NOW) == end


@pytest.mark.parametrize(
    "typed",
    [
        {"for": "soon"},
        {"for": "0s"},
        {"for": "999999h"},
        {"until": "tomorrow"},
        {"until": "2026-11-30T08:00", "zone": "Mars/Olympus"},
        {"until": "2026-11-30T08:00", "zone": "../../etc/passwd"},
        {"until": "9999-12-31T23:59:59-14:00"},
        {"until": "9999-12-31T23:59:59", "zone": "America/New_York"},
    ],
)
def test_what_is_no_end_is_refused(typed: dict[str, str]) -> None:
    with pytest.raises(Denied) as refused:
        end_of(typed, NOW)
    assert refused.value.reason == "EndNotUnderstood"


def test_the_global_stop_is_set_apart_and_lifted_with_a_reason(api: Api) -> None:
    carol = Visitor(api, "carol")
    form = carol.get("/freezes").form("/freezes", button="Stop everything")
    page = carol.send(form, reason="the database is being moved")
    assert "Everything is stopped" in page.text
    assert not page.form("/freezes", button="Stop everything").may_be_sent
    (lift,) = [each for each in page.forms if each.action.endswith("/lift")]
    assert carol.send(lift, reason="").status == 422
    assert "Nothing is frozen." in carol.send(lift, reason="it is moved").text


CALENDARS = b"""
freezes:
  - name: always
    timezone: Europe/Moscow
    reason: nobody is there
    environments: [production]
    from: 2020-01-01
    to: 2099-12-31
  - name: weekend
    timezone: Europe/Berlin
    reason: weekends are free
    weekly: { from: sat 00:00, to: sat 00:01 }
"""


def test_calendars_are_listed_with_their_next_window_and_cannot_be_lifted(api: Api) -> None:
    world, path = api.world, ".modwright/config.yaml"
    text = world.origin.file(world.origin.heads()["main"], path)
    world.push_to_main({path: text + CALENDARS}, who="alice", message="Freeze by calendars")
    world.loop.tick()
    page = Visitor(api, "carol").get("/freezes")
    for told in ("calendar always", "nobody is there", "weekend", "Europe/Berlin", "00:01 Europe/Berlin"):
        assert told in page.text, told
    assert "A calendar’s freeze ends by itself" in page.text
    assert not [form for form in page.forms if form.action.endswith("/lift")]
    assert "No new release goes here." in Visitor(api, "carol").get("/environments/production").text


@pytest.mark.parametrize("path", ["/holds", "/freezes"])
def test_a_viewer_sees_disabled_buttons_and_may_not_send_the_form(shared: Api, path: str) -> None:
    dave = Visitor(shared, "dave")
    page = dave.get(path)
    forms = [form for form in page.forms if form.action == path]
    assert forms
    assert not any(form.may_be_sent for form in forms)
    assert "Needs the role operator; yours is viewer." in page.text
    assert dave.send(forms[0], what="x", reason="try").status == 403
