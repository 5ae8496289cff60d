"""What people are shown of releases: the list, differences, stays, and where an environment may return to."""

from __future__ import annotations

from typing import Any

import pytest

from controller.core.audit import AuditEntry, Deed
from controller.core.errors import Denied
from controller.core.model import EnvironmentName, ReleaseId
from controller.operations.ledger import LedgerView
from controller.operations.view import View
from controller.showing.releases import ModuleChange, find_release, list_releases, module_change
from controller.showing.returning import candidates
from controller.showing.timeline import stays
from tests.core.builders import (
    PRODUCTION,
    STAGING,
    ago,
    commit,
    configuration,
    entry,
    hold,
    ledger,
    line,
    rel,
    release,
    sha,
    state,
)


def view(*, main: Any = None, **fields: Any) -> View:
    states = fields.pop("states", (state(STAGING, 3, passed=(1, 2, 3)), state(PRODUCTION, 3, passed=(1, 3))))
    known = LedgerView(head=None, accepted=None, state=ledger(*states, **fields), files={})
    return View(configuration=configuration(), policies=(), main=main or line(), ledger=known)


def move(deed: Deed, number: int, at: float, where: EnvironmentName = PRODUCTION, who: str = "modwright") -> AuditEntry:
    proof = (f"ledger {number}",)
    return AuditEntry(ago(at), deed, who, "moves", "why not", proof, environment=where, commit=sha(number))


def test_each_stay_ends_where_the_next_begins_and_keeps_its_last_verdict() -> None:
    told = (
        move(Deed.ADOPTED, 1, 100, who="alice"),
        move(Deed.PASSED, 1, 95),
        move(Deed.PROMOTED, 2, 80),
        move(Deed.FAILED, 2, 75),
        move(Deed.ROLLED_BACK, 1, 70),
        move(Deed.PROMOTED, 3, 60, where=STAGING),
    )
    found = stays(told, ledger())
    assert [(s.release, s.came, s.since, s.until, s.verdict) for s in found[PRODUCTION]] == [
        (rel(1), Deed.ROLLED_BACK, ago(70), None, None),
        (rel(2), Deed.PROMOTED, ago(80), ago(70), Deed.FAILED),
        (rel(1), Deed.ADOPTED, ago(100), ago(80), Deed.PASSED),
    ]
    assert (found[PRODUCTION][-1].by, found[PRODUCTION][0].proof) == ("alice", "ledger 1")
    assert len(found[STAGING]) == 1


def test_a_verdict_on_another_release_is_not_this_stays() -> None:
    found = stays((move(Deed.PROMOTED, 2, 80), move(Deed.PASSED, 1, 75)), ledger())
    assert found[PRODUCTION][0].verdict is None


def test_the_list_is_paged_without_losing_or_repeating_one() -> None:
    known, found, after = view(), [], None
    for _ in range(3):
        page = list_releases(known, {}, after=after, limit=1)
        found += [row.release.id for row in page.rows]
        after = page.next
    assert (found, after, page.total) == ([rel(3), rel(2), rel(1)], None, 3)


def test_a_row_says_where_it_runs_where_it_ran_and_what_holds_it() -> None:
    timeline = stays((move(Deed.PROMOTED, 2, 80), move(Deed.PROMOTED, 3, 70)), ledger())
    third, second, _ = list_releases(view(holds=[hold(3)]), timeline).rows
    assert (set(third.runs_in), third.ran_in) == ({STAGING, PRODUCTION}, ())
    assert third.hold is not None
    assert (second.runs_in, second.ran_in, second.hold) == ((), (PRODUCTION,), None)


def test_the_list_is_filtered_by_what_a_release_brought() -> None:
    assert [row.release.id for row in list_releases(view(), {}, module="m2").rows] == [rel(2)]


def test_a_release_that_is_not_there_is_not_found() -> None:
    with pytest.raises(Denied) as refused:
        find_release(view(), "rel_no")
    assert refused.value.reason == "NotFound"


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({"version": "1.0.0"}, {"version": "1.1.0"}, ModuleChange(entry("blog").slug, "1.0.0", "1.1.0")),
        (
            {"features": ("a", "b")},
            {"features": ("b", "c")},
            ModuleChange(entry("blog").slug, "", "", features_added=("c",), features_removed=("a",)),
        ),
        ({}, {"default_enabled": True}, ModuleChange(entry("blog").slug, "", "", others=("default_enabled",))),
    ],
)
def test_a_changed_module_says_version_features_and_what_else(before: Any, after: Any, change: ModuleChange) -> None:
    assert module_change(entry("blog", **before), entry("blog", **after)) == change


def test_candidates_are_what_is_older_with_the_predecessor_marked() -> None:
    found = candidates(view(), PRODUCTION)
    assert [(each.release.id, each.is_predecessor, each.refused, each.passed_here) for each in found] == [
        (rel(3), False, "NoSuchRelease", True),
        (rel(2), False, None, False),
        (rel(1), True, None, True),
    ]


def test_a_held_candidate_may_be_chosen_and_says_that_it_is_held() -> None:
    found = {each.release.id: each for each in candidates(view(holds=[hold(2)]), PRODUCTION)}
    assert (found[rel(2)].refused, found[rel(2)].hold) == (None, hold(2))
    assert found[rel(1)].hold is None


def test_a_release_whose_commit_left_the_branch_is_no_candidate() -> None:
    main = line(commit(2), commit(3))
    found = {each.release.id: each.refused for each in candidates(view(main=main), PRODUCTION)}
    assert found == {rel(3): "NoSuchRelease", rel(2): None, rel(1): "NotOlder"}


def test_nothing_that_runs_has_no_candidates() -> None:
    assert candidates(view(states=(state(PRODUCTION, None),)), PRODUCTION) == ()


def test_candidates_of_an_environment_that_is_not_there_are_refused() -> None:
    with pytest.raises(Denied):
        candidates(view(), EnvironmentName("moon"))


def test_a_newer_release_is_no_candidate() -> None:
    known = view(states=(state(PRODUCTION, 1, passed=(1,)),))
    assert [each.release.id for each in candidates(known, PRODUCTION)] == [ReleaseId(release(1).id)]
