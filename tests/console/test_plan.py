"""The plan before the act: refusals, what is so already, what was kept on an error."""

from __future__ import annotations

from tests.api.served import Api
from tests.console.browsing import Reader
from tests.scenarios.test_a_policy_is_overridden import forbid
from tests.world.platform_files import configuration


def test_what_cannot_be_shows_the_table_and_a_way_out(untouched: Api) -> None:
    page = Reader(untouched, "alice").open("/plan?install=forum&install=comments")
    assert (page.status, page.heading) == (409, "This change cannot be made")
    assert "would be installed" in page.text
    assert "/modules?install=forum&install=comments" in page.links


def test_what_is_so_already_says_so(untouched: Api) -> None:
    page = Reader(untouched, "alice").open("/plan?install=search")
    assert "It is so already." in page.text


def test_a_missing_reason_keeps_the_plan_and_says_where(untouched: Api) -> None:
    alice = Reader(untouched, "alice")
    page = alice.press(alice.open("/plan?install=blog"), "Open the pull request", reason="")
    assert page.status == 422
    assert "Say why: the reason is missing." in page.text
    assert 'aria-invalid="true"' in page.html


def test_a_viewer_sees_the_plan_and_cannot_ask_for_it(untouched: Api) -> None:
    page = Reader(untouched, "dave").open("/plan?install=blog")
    assert page.is_disabled("Open the pull request")
    assert "needs the role admin" in page.text


def test_nothing_ticked_leads_back_to_the_list(untouched: Api) -> None:
    page = Reader(untouched, "alice").open("/plan")
    assert page.path == "/modules?ticked=none"
    assert "Nothing is ticked yet." in page.text


def test_a_plan_that_moved_is_shown_again_with_the_reason(fresh: Api) -> None:
    alice = Reader(fresh, "alice")
    page = alice.open("/plan?install=blog")
    page = alice.press(page, "Open the pull request", reason="readers want it", fingerprint="another")
    assert page.status == 409
    assert "The plan is another one now." in page.text
    assert "readers want it" in page.text
    assert alice.press(page, "Open the pull request").path == "/changes/1"


def test_names_that_none_can_have_are_refused(untouched: Api) -> None:
    page = Reader(untouched, "alice").open("/plan?install=%3Cscript%3Ealert(1)%3C/script%3E")
    assert page.status in (409, 422)
    assert "<script>alert" not in page.html


# --- a policy that forbids it -------------------------------------------------------------------------------------

DENIED = "A policy of this platform forbids it."
SAID = "No blog before the sale is over (overridden by bob: the sale is over)"


def test_a_super_admin_overrides_a_policy_and_somebody_else_asks_for_the_change(fresh: Api) -> None:
    forbid(fresh.world)
    alice, bob = Reader(fresh, "alice"), Reader(fresh, "bob")
    page = alice.open("/plan?install=blog")
    assert DENIED in page.text
    assert "A super-admin other than who asks for the change may override it." in page.text
    assert page.is_disabled("Open the pull request")
    page = bob.press(bob.open("/plan?install=blog"), "Override this policy", reason="the sale is over")
    assert page.path == "/plan?install=blog"
    assert "You overrode no-blog: the sale is over" in page.text
    assert page.is_disabled("Open the pull request"), "nobody overrides for a change of their own"
    page = alice.open("/plan?install=blog")
    assert DENIED not in page.text
    assert page.text.count(SAID) == 2, "to know before, and among the policies"
    assert alice.press(page, "Open the pull request", reason="readers want it").path == "/changes/1"


def test_an_override_without_a_reason_is_asked_again_and_nothing_is_written(fresh: Api) -> None:
    forbid(fresh.world)
    bob = Reader(fresh, "bob")
    page = bob.press(bob.open("/plan?install=blog"), "Override this policy", reason="  ")
    assert page.status == 422
    assert "Say why: the reason is missing." in page.text
    assert not fresh.world.ledger.overrides


def test_one_maintainer_alone_overrides_and_asks(fresh: Api) -> None:
    solo = configuration(signer=fresh.world.signer.public_key, mode="solo")
    forbid(fresh.world, (".modwright/config.yaml", solo))
    bob = Reader(fresh, "bob")
    page = bob.press(bob.open("/plan?install=blog"), "Override this policy", reason="the sale is over")
    assert SAID in page.text
    assert bob.press(page, "Open the pull request", reason="readers want it").path == "/changes/1"


def test_pressing_the_button_twice_overrides_once(fresh: Api) -> None:
    forbid(fresh.world)
    bob = Reader(fresh, "bob")
    page = bob.open("/plan?install=blog")
    for _ in range(2):
        assert bob.press(page, "Override this policy", reason="the sale is over").status == 200
    assert len(fresh.world.ledger.overrides) == 1


def test_with_the_forge_away_the_plan_stays_with_its_reason_and_says_so(fresh: Api) -> None:
    alice = Reader(fresh, "alice")
    page = alice.open("/plan?install=blog")
    fresh.world.forge.is_away = True
    page = alice.press(page, "Open the pull request", reason="readers want it")
    assert page.status == 503
    assert "does not answer. Try again" in page.text
    assert "readers want it" in page.text
    fresh.world.forge.is_away = False
    assert alice.press(page, "Open the pull request", reason="readers want it").path == "/changes/1"
