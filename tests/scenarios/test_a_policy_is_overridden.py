"""A policy denies, and a super-admin who did not ask for the change lets it through, with a reason that everybody reads."""

from __future__ import annotations

import pytest

from codegen import Install
from controller.core.audit import Deed, LedgerStep
from controller.core.audit.decisions import tell_step
from controller.core.errors import Denied
from controller.core.ledger.state import LedgerState, Override
from controller.core.model import Fingerprint, GateStatus, Person, ProposalState
from controller.core.requests import Request
from controller.operations.admit import admit
from controller.operations.override import override_change, override_proposal
from controller.operations.planning import make_plan
from tests.scenarios.story import approve, install
from tests.world.platform_files import configuration
from tests.world.world import PRODUCTION, World, module

POLICY = b"""\
format: 1
name: no-blog
description: Nobody wants a blog before the sale is over.
message: No blog before the sale is over
require: "!change.added.exists(entry, entry.slug == 'blog')"
cases:
  - name: a blog
    input: { change: { added: [{ slug: blog }], removed: [], changed: [] } }
    expect: deny
"""
PATH = ".modwright/policies/no-blog.yaml"


def forbid(world: World, *more: tuple[str, bytes]) -> None:
    world.push_to_main({PATH: POLICY, **dict(more)}, who="alice", message="No blog")
    admit(world.platform, world.view(), world.view().main.head.sha, by=world.person("bob"), reason="agreed")


def denied(world: World, by: str = "alice") -> Fingerprint:
    """The change's fingerprint, as the refusal tells it."""
    with pytest.raises(Denied, match="No blog before the sale") as refused:
        install(world, "blog", by=by)
    return Fingerprint(refused.value.hint.split("--fingerprint ")[1].split()[0])


def say(world: World, fingerprint: Fingerprint, *, by: str = "bob", reason: str = "the sale is over") -> Override:
    return override_change(world.platform, world.view(), fingerprint, "no-blog", by=world.person(by), reason=reason)


def test_a_change_that_was_denied_goes_all_the_way_once_it_is_overridden(world: World) -> None:
    forbid(world)
    say(world, denied(world))
    proposal = install(world, "blog")
    assert "overridden by bob: the sale is over" in proposal.body
    world.settle()
    gate = world.forge.gate(proposal.head)
    assert gate is not None
    assert "overridden by bob: the sale is over" in gate.summary
    approve(world, proposal)
    world.settle()
    assert "blog" in world.serving(PRODUCTION)


def test_the_word_holds_for_that_change_and_no_other(world: World) -> None:
    forbid(world)
    say(world, denied(world))
    with pytest.raises(Denied, match="No blog before the sale"):
        world.ask(_both(world))


def test_nobody_overrides_for_a_change_of_their_own(world: World) -> None:
    forbid(world)
    say(world, denied(world, by="bob"))
    denied(world, by="bob")
    assert install(world, "blog", by="alice")


def test_who_asked_cannot_override_for_an_open_proposal(world: World) -> None:
    proposal = install(world, "blog", by="bob")
    forbid(world)
    world.settle()
    assert _gate(world, proposal.number) is GateStatus.FAILED
    with pytest.raises(Denied, match="somebody else"):
        override_proposal(world.platform, world.view(), proposal.number, "no-blog", by=world.person("bob"), reason="x")
    override_proposal(world.platform, world.view(), proposal.number, "no-blog", by=world.person("alice"), reason="x")
    world.settle()
    assert _gate(world, proposal.number) is not GateStatus.FAILED


def test_one_maintainer_alone_overrides_where_the_platform_says_solo(world: World) -> None:
    solo = configuration(signer=world.signer.public_key, mode="solo")
    forbid(world, (".modwright/config.yaml", solo))
    say(world, denied(world, by="bob"))
    assert install(world, "blog", by="bob").state is ProposalState.OPEN


def test_a_persons_own_commit_is_overridden_for_that_head_alone(world: World) -> None:
    blog = install(world, "blog")
    files = {path: world.origin.file(blog.head, path) for path in ("modules.toml",)}
    world.forge.close_proposal(blog, comment="by hand then")
    forbid(world)
    main = world.view().main.head.sha
    head = world.origin.commit(files, parent=main, message="Blog", author="alice", time=1_800_000_000)
    world.origin.move("by-hand", head)
    by_hand = world.forge.open_by(world.person("alice"), "by-hand", head, title="Blog")  # type: ignore[arg-type]
    word = override_proposal(
        world.platform, world.view(), by_hand.number, "no-blog", by=world.person("bob"), reason="looked at it"
    )
    assert word.head == head
    plan_of_bot = make_plan(world.platform, _blog(world), base=main, overrides=world.ledger.overrides)
    assert [verdict.policy for verdict in plan_of_bot.denied] == ["no-blog"]


def test_overriding_twice_is_overriding_once(world: World) -> None:
    forbid(world)
    fingerprint = denied(world)
    assert say(world, fingerprint) == say(world, fingerprint, reason="again")
    assert len(world.ledger.overrides) == 1


@pytest.mark.parametrize(
    ("policy", "reason", "said"), [("no-blog", "  ", "a reason"), ("no-such-thing", "why", "no policy")]
)
def test_an_override_names_a_policy_and_a_reason(world: World, policy: str, reason: str, said: str) -> None:
    forbid(world)
    fingerprint = denied(world)
    with pytest.raises(Denied, match=said):
        override_change(world.platform, world.view(), fingerprint, policy, by=world.person("bob"), reason=reason)


def test_the_audit_tells_who_overrode_what_and_why(world: World) -> None:
    forbid(world)
    before = world.ledger
    word = say(world, denied(world))
    entries = list(tell_step(before, _step(world), {}))
    assert [(entry.deed, entry.who, entry.why) for entry in entries] == [(Deed.OVERRIDDEN, "bob", "the sale is over")]
    assert word.id in entries[0].what


def _step(world: World) -> LedgerStep:
    view = world.view().ledger
    assert view.accepted is not None
    state: LedgerState = view.state
    return LedgerStep(view.accepted, world.clock(), "modwright", "Override", state)


def _gate(world: World, number: int) -> GateStatus | None:
    proposal = world.forge.by_number[number]  # type: ignore[index]
    report = world.forge.gate(proposal.head)
    return report.status if report is not None else None


def _blog(world: World) -> Request:
    return Request("change", world.person("carol"), "x", (Install(module("blog")),))


def _both(world: World) -> Request:
    changes = (Install(module("blog")), Install(module("gallery")))
    return Request("change", world.person("alice"), "x", changes)


def test_a_stranger_of_the_forge_is_told_by_login(world: World) -> None:
    forbid(world)
    fingerprint = denied(world)
    word = override_change(world.platform, world.view(), fingerprint, "no-blog", by=Person("Alice"), reason="mine")
    assert word.by.id is None
    denied(world)
