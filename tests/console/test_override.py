"""A policy forbids a change that is open already: a super-admin overrides it on the change's page."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from controller.core.model import BranchName, ProposalNumber, ProposalState
from tests.api.served import Api
from tests.console.browsing import Page, Reader
from tests.scenarios.story import install
from tests.scenarios.test_a_policy_is_overridden import POLICY, forbid
from tests.world.platform_files import configuration

OVERRIDE = "Override this policy"


def forbidden(api: Api, *more: tuple[str, bytes], by: str = "alice") -> None:
    """Somebody's change is open, and a policy that forbids it comes after."""
    install(api.world, "blog", by=by)
    forbid(api.world, *more)
    api.world.settle()


def page_of(api: Api, who: str) -> Page:
    return Reader(api, who).open("/changes/1")


def test_a_super_admin_who_did_not_ask_overrides_it_and_the_change_goes_on(fresh: Api) -> None:
    forbidden(fresh)
    bob = Reader(fresh, "bob")
    page = bob.open("/changes/1")
    assert page.status_line.endswith("A policy forbids it.")
    assert "It is no approval: approval and build are waited for as ever." in page.text
    page = bob.press(page, OVERRIDE, policy="no-blog", reason="the sale is over")
    assert page.path == "/changes/1"
    assert "A policy forbids it." not in page.status_line
    assert "overridden by bob: the sale is over" in page.text
    assert OVERRIDE not in page.text
    fresh.world.settle()
    assert "Waits for 1 approval" in page_of(fresh, "alice").status_line, "the word is no approval"


@pytest.mark.parametrize(("who", "role"), [("alice", "admin"), ("carol", "operator"), ("dave", "viewer")])
def test_whoever_may_not_sees_the_button_disabled_with_the_role_it_needs(fresh: Api, who: str, role: str) -> None:
    forbidden(fresh)
    page = page_of(fresh, who)
    assert page.is_disabled(OVERRIDE)
    assert f"Needs the role super-admin; yours is {role}." in page.text


def test_who_asked_for_the_change_reads_that_somebody_else_has_to(fresh: Api) -> None:
    forbidden(fresh, by="bob")
    page = page_of(fresh, "bob")
    assert page.is_disabled(OVERRIDE)
    assert "You asked for this change: somebody else has to override it." in page.text


def test_a_word_for_ones_own_change_that_is_sent_all_the_same_is_refused(fresh: Api) -> None:
    forbidden(fresh, by="bob")
    bob = Reader(fresh, "bob")
    csrf = dict(bob.open("/changes/1").forms[-1].fields)["csrf"]
    sent = {"csrf": csrf, "policy": "no-blog", "reason": "mine"}
    assert bob.client.post(f"{fresh.url}/changes/1/override", data=sent, timeout=20).status_code == 409
    assert not fresh.world.ledger.overrides


def test_a_missing_reason_is_asked_for_at_the_policy_that_it_lacks(fresh: Api) -> None:
    other = POLICY.replace(b"name: no-blog", b"name: no-content").replace(b"'blog'", b"'content'")
    forbidden(fresh, (".modwright/policies/no-content.yaml", other.replace(b"slug: blog", b"slug: content")))
    bob = Reader(fresh, "bob")
    page = bob.press(bob.open("/changes/1"), OVERRIDE, policy="no-content", reason="  ")
    assert page.status == 422
    assert page.text.count("Say why: the reason is missing.") == 1
    assert not fresh.world.ledger.overrides


def test_one_maintainer_alone_overrides_for_their_own_change(fresh: Api) -> None:
    solo = configuration(signer=fresh.world.signer.public_key, mode="solo")
    forbidden(fresh, (".modwright/config.yaml", solo), by="bob")
    bob = Reader(fresh, "bob")
    page = bob.press(bob.open("/changes/1"), OVERRIDE, policy="no-blog", reason="the sale is over")
    assert "overridden by bob: the sale is over" in page.text


# --- once it is merged --------------------------------------------------------------------------------------------


def stage_of(page: Page, name: str) -> str:
    """What the request page says of one stage."""
    (found,) = re.findall(rf"<strong>{name}</strong>(.*?)</li>", page.html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def test_a_merged_change_still_says_what_was_judged_before_the_merge(api: Api) -> None:
    page = page_of(api, "dave")
    assert page.status_line.endswith("Done: it runs in every environment.")
    assert stage_of(page, "Generated source") == "done Regenerated here, the same bytes"
    assert stage_of(page, "Policies") == "done 4 hold"


def test_a_policy_that_came_later_changes_nothing_of_it(api: Api) -> None:
    forbid(api.world)
    api.world.settle()
    assert stage_of(page_of(api, "dave"), "Policies") == "done 4 hold"


def test_a_merged_change_says_who_overrode_what_forbade_it(fresh: Api) -> None:
    forbidden(fresh)
    bob = Reader(fresh, "bob")
    bob.press(bob.open("/changes/1"), OVERRIDE, policy="no-blog", reason="the sale is over")
    fresh.world.settle()
    fresh.world.forge.review(1, "bob")
    fresh.world.settle()
    page = page_of(fresh, "dave")
    assert page.status_line.endswith("Done: it runs in every environment.")
    assert stage_of(page, "Policies").endswith("overridden by bob: the sale is over)")


def test_what_was_merged_although_a_policy_forbade_it_says_so(fresh: Api) -> None:
    forbidden(fresh)
    world = fresh.world
    proposal = world.forge.by_number[ProposalNumber(1)]
    main = world.origin.heads()[BranchName("main")]
    merged = world.origin.merged(main, proposal.head)
    assert merged is not None
    commit = world.origin.commit({}, parent=main, message="Blog (#1)", author="bob", time=1_800_000_000, tree=merged)
    world.origin.move("main", commit)
    world.forge.by_number[ProposalNumber(1)] = replace(
        proposal, state=ProposalState.MERGED, merged_commit=commit, merged_by=world.person("bob")
    )
    world.loop.wrote()
    world.settle()
    assert stage_of(page_of(fresh, "dave"), "Policies") == "failed no-blog: No blog before the sale is over"
