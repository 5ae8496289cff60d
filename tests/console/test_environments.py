"""Environments by pages: what is shown, promoting, and returning with its blast radius shown before."""

from __future__ import annotations

import pytest

from controller.core.model import Digest
from tests.api.served import Api
from tests.console.pages import Visitor
from tests.scenarios.story import approve, arrive, install
from tests.world.world import PRODUCTION, STAGING


def test_the_board_says_what_runs_where_and_since_when(shared: Api) -> None:
    page = Visitor(shared, "dave").get("/environments")
    release = shared.world.release_in(PRODUCTION)
    assert page.status == 200
    assert page.text.count(release.id) >= 2
    assert "runs as it should" in page.text
    assert "Who ran what since when" in page.text


def test_each_environment_s_links_name_it(shared: Api) -> None:
    page = Visitor(shared, "dave").get("/environments")
    for name in (STAGING, PRODUCTION):
        for words in ("Open", "Roll back…"):
            assert f"{words} {name}" in page.text


def test_a_timeline_tells_each_stay_with_its_end(shared: Api) -> None:
    page = Visitor(shared, "dave").get("/environments/production")
    first, second = sorted(shared.world.ledger.releases.values(), key=lambda release: release.created_at)
    assert page.text.index(f"{second.id}") < page.text.rindex(first.id)
    assert "adopted" in page.text
    assert "now" in page.text


def test_a_release_is_told_by_what_it_brought_wherever_one_has_to_choose(shared: Api) -> None:
    dave = Visitor(shared, "dave")
    newest = max(shared.world.ledger.releases.values(), key=lambda release: release.created_at)
    assert f"{newest.id} +blog +content" in dave.get("/environments/production/rollback").text
    for path in ("/environments", "/environments/production"):
        assert " ".join(dave.get(path).text.split()).count("added blog") >= 2


def test_an_environment_that_is_not_there_is_a_page_that_says_so(shared: Api) -> None:
    page = Visitor(shared, "dave").get("/environments/moon")
    assert page.status == 404
    assert "there is no environment 'moon'" in page.text


def run_by_hand(api: Api, digest: Digest) -> None:
    """Somebody goes past the controller and has the cluster run something else."""
    api.world.images.modules.setdefault(digest, frozenset())
    api.world.cluster.roll_out(PRODUCTION, image=f"images.invalid/x@{digest}", before_rollout=(), release="x")


def test_drift_is_shown_with_what_is_seen_running(api: Api) -> None:
    first = min(api.world.ledger.releases.values(), key=lambda release: release.created_at)
    run_by_hand(api, first.digest)
    api.world.loop.tick()
    page = Visitor(api, "dave").get("/environments/production")
    assert "Something else runs than should." in page.text
    assert f"Seen running: {first.id}" in page.text
    run_by_hand(api, Digest("sha256:" + "9" * 64))
    api.world.loop.tick()
    assert "sha256:" + "9" * 64 in Visitor(api, "dave").get("/environments/production").text


def test_a_rollback_shows_what_goes_away_then_wants_a_reason_then_does_it(api: Api) -> None:
    carol = Visitor(api, "carol")
    page = carol.get("/environments/production/rollback")
    for told in ("blog", "goes away", "Install blog", "alice", "people want it", "staging", "retained"):
        assert told in page.text, told
    form = page.form("/environments/production/rollback", button="Roll back")
    unsaid = carol.send(form, reason="  ")
    assert unsaid.status == 422
    assert "Say why" in unsaid.text
    assert "blog" in api.world.serving(PRODUCTION)
    done = carol.raw(form, follow=False, reason="it is slow")
    assert (done.status_code, done.headers["Location"]) == (303, "/environments/production")
    assert "blog" not in api.world.serving(PRODUCTION)
    (hold,) = api.world.ledger.standing_holds
    assert (hold.by.login, hold.reason) == ("carol", "it is slow")
    change = carol.get("/changes/1").text
    assert "taken back by carol" in change
    assert "failed" not in change


def test_a_button_that_is_pressed_twice_does_it_once(api: Api) -> None:
    carol = Visitor(api, "carol")
    page = carol.get("/environments/production/rollback")
    form = page.form("/environments/production/rollback", button="Roll back")
    first = carol.raw(form, follow=False, reason="it is slow")
    second = carol.raw(form, follow=False, reason="it is slow")
    assert [first.status_code, second.status_code] == [303, 303]
    assert len(api.world.ledger.standing_holds) == 1


def test_what_is_asked_anew_is_another_request(api: Api) -> None:
    """A form that was loaded again has another key: it is judged by how things stand now."""
    carol = Visitor(api, "carol")
    page = carol.get("/environments/production/rollback")
    carol.raw(page.form("/environments/production/rollback", button="Roll back"), reason="slow")
    again = carol.get("/environments/production/rollback")
    assert again.status == 409
    assert "has no older release" in again.text


def test_a_refusal_keeps_what_was_typed(api: Api) -> None:
    carol = Visitor(api, "carol")
    page = carol.get("/environments/production/rollback")
    form = page.form("/environments/production/rollback", button="Roll back")
    refused = carol.send(form, to="rel_20200101_000000000000", reason="a reason that took long to write")
    assert refused.status == 409
    assert "is no release" in refused.text


def test_promoting_offers_what_may_go_and_says_of_the_others_why_not(api: Api) -> None:
    world, alice = api.world, Visitor(api, "alice")
    freeze = alice.get("/freezes").form("/freezes", button="Freeze")
    alice.send(freeze, environment="production", reason="a fair")
    proposal = install(world, "gallery")
    world.settle()
    approve(world, proposal)
    world.settle()
    page = alice.get("/environments/production")
    assert "No new release goes here." in page.text
    form = page.form("/environments/production/promote")
    assert not form.may_be_sent
    assert "Frozen: lift the freeze first." in page.text
    (lift,) = [form for form in alice.get("/freezes").forms if form.action.endswith("/lift")]
    alice.send(lift, reason="the fair is over")
    page = alice.get("/environments/production")
    assert page.form("/environments/production/promote").may_be_sent
    done = alice.send(page.form("/environments/production/promote"), reason="now")
    assert done.status == 200
    assert world.release_in(PRODUCTION).id == world.release_in(STAGING).id


@pytest.mark.parametrize(("who", "may"), [("dave", False), ("carol", False), ("alice", True)])
def test_a_button_that_one_may_not_press_says_why(shared: Api, who: str, may: bool) -> None:
    page = Visitor(shared, who).get("/environments/staging")
    assert ("Needs the role admin" in page.text) is not may


def test_the_checks_are_run_when_somebody_asks(api: Api) -> None:
    carol = Visitor(api, "carol")
    form = carol.get("/environments/production").form("/environments/production/smoke")
    page = carol.send(form)
    assert page.status == 200
    assert page.text.count("passed") >= 2


def test_a_held_release_says_which_hold_it_waits_for(api: Api) -> None:
    world, carol = api.world, Visitor(api, "carol")
    form = carol.get("/environments/production/rollback")
    carol.raw(form.form("/environments/production/rollback", button="Roll back"), reason="slow")
    page = carol.get("/environments/production")
    (hold,) = world.ledger.standing_holds
    assert f"held {hold.id} slow" in page.text


def test_other_names_are_shown_as_text(api: Api) -> None:
    """Whoever may write a reason may not write a page."""
    carol = Visitor(api, "carol")
    page = carol.get("/environments/production/rollback")
    form = page.form("/environments/production/rollback", button="Roll back")
    carol.raw(form, reason='<script>alert(1)</script> " onfocus=x')
    for path in ("/environments", "/environments/production", "/holds", "/audit", "/environments/production/rollback"):
        assert "<script>alert" not in carol.get(path).answer.text, path


def test_a_forge_that_is_away_does_not_stop_a_rollback(api: Api) -> None:
    carol = Visitor(api, "carol")
    api.world.forge.is_away = True
    page = carol.get("/environments/production/rollback")
    assert page.status == 200
    form = page.form("/environments/production/rollback", button="Roll back")
    assert carol.raw(form, follow=False, reason="now").status_code == 303
    assert "blog" not in api.world.serving(PRODUCTION)


def test_arriving_modules_move_the_board(api: Api) -> None:
    arrive(api.world, "gallery")
    assert api.world.release_in(PRODUCTION).id in Visitor(api, "dave").get("/environments").text
