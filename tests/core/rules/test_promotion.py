"""Which release may go to which environment, and what the others wait for."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from controller.core.calendar import FreezeCalendar, Weekly, WeekTime
from controller.core.configuration import PromotionOrder
from controller.core.decision import Findings, Promote, RunChecks
from controller.core.ledger.state import Admission, Approval, Freeze, HoldState, VerificationState
from controller.core.model import Unknown
from controller.core.rules.promotion import promotion
from tests.core.builders import (
    ALICE,
    NOW,
    PRODUCTION,
    STAGING,
    ago,
    commit,
    configuration,
    evidence,
    failed,
    hold,
    ledger,
    line,
    probe,
    rel,
    release,
    reverting,
    serving,
    sha,
    snapshot,
    state,
    with_environment,
)

AHEAD = state(STAGING, 3, passed=(1, 2, 3))
BEHIND = state(PRODUCTION, 1, passed=(1,))
WELL = probe(PRODUCTION, 1)


def found(**fields: object) -> Findings:
    """What is found where staging passed with 3 and production serves 1 and is well."""
    states = (fields.pop("staging", AHEAD), fields.pop("production", BEHIND))
    details = {key: fields.pop(key) for key in ("holds", "freezes", "admissions", "releases") if key in fields}
    usual: dict[str, object] = {
        "ledger": ledger(*states, **details),  # type: ignore[arg-type]
        "running": (serving(STAGING, 3), serving(PRODUCTION, 1)),
        "probes": (WELL,),
    }
    return promotion(snapshot(**(usual | fields)), NOW)


def going(findings: Findings) -> list[tuple[str, str]]:
    """Which environment goes to which release."""
    return [(i.environment, i.release) for i in findings.intents if isinstance(i, Promote)]


def reasons(findings: Findings) -> set[str]:
    """Why something waits."""
    return {condition.reason for condition in findings.conditions}


TO_THREE = [(PRODUCTION, rel(3))]
EVERY = configuration(promotion=PromotionOrder.EVERY)
MISSING = release(2, commits=(evidence(2, Approval.MISSING, detail="mallory pushed it without a proposal"),))
ADOPTED_ELSEWHERE = release(3, commits=(evidence(3, Approval.ADOPTED, detail="adopted by alice: quick"),))
ADOPTED_TWO = evidence(2, Approval.ADOPTED, detail="adopted by alice: quick")
WAITS = {"AwaitsAdmission"}
FROZEN = Freeze("frz_1", PRODUCTION, ALICE, "holidays", ago(5))
SUNDAY = FreezeCalendar("sunday", "UTC", "rest", Weekly(WeekTime(6, time(0)), WeekTime(0, time(0))))


@pytest.mark.parametrize(
    ("fields", "goes", "reason"),
    [
        ({}, TO_THREE, set()),
        ({"configuration": EVERY}, [(PRODUCTION, rel(2))], set()),
        ({"staging": state(STAGING, 3, VerificationState.PENDING, passed=(1,))}, [], set()),
        ({"staging": state(STAGING, 3, VerificationState.PENDING, passed=(1, 2))}, [(PRODUCTION, rel(2))], set()),
        ({"production": state(PRODUCTION, None)}, [], set()),
        ({"production": state(PRODUCTION, 3, passed=(3,))}, [], set()),
        ({"production": replace(BEHIND, release="rel_elsewhere")}, [], set()),
        ({"holds": [hold(3)]}, [(PRODUCTION, rel(2))], {"Held"}),
        ({"holds": [hold(2)]}, [], {"Held"}),
        ({"holds": [hold(2, HoldState.CLEARED)]}, TO_THREE, set()),
        ({"releases": [release(1), MISSING, release(3)]}, [], {"AwaitsAdmission"}),
        (
            {
                "releases": [release(1), MISSING, release(3)],
                "admissions": {sha(2): Admission(sha(2), ALICE, "a hotfix", NOW)},
            },
            TO_THREE,
            set(),
        ),
        ({"releases": [release(1), release(2, commits=()), release(3)]}, [], {"AwaitsAdmission"}),
        ({"releases": [release(1), release(2), ADOPTED_ELSEWHERE]}, [(PRODUCTION, rel(2))], {"AwaitsAdmission"}),
        ({"releases": [release(1), MISSING, release(3, commits=(*ADOPTED_ELSEWHERE.commits, ADOPTED_TWO))]}, [], WAITS),
        ({"freezes": {"frz_1": FROZEN}}, [], {"Frozen"}),
        ({"freezes": {"frz_1": replace(FROZEN, environment=None)}}, [], {"Frozen"}),
        ({"freezes": {"frz_1": replace(FROZEN, environment=STAGING)}}, TO_THREE, set()),
        ({"freezes": {"frz_1": replace(FROZEN, lifted_at=ago(1))}}, TO_THREE, set()),
        ({"freezes": {"frz_1": replace(FROZEN, until=ago(-60))}}, [], {"Frozen"}),
        ({"freezes": {"frz_1": replace(FROZEN, until=NOW)}}, TO_THREE, set()),
        ({"configuration": configuration(freezes=(SUNDAY,))}, [], {"Frozen"}),
        ({"configuration": configuration(freezes=(replace(SUNDAY, environments=(STAGING,)),))}, TO_THREE, set()),
        ({"configuration": with_environment(configuration(), PRODUCTION, suspended=True)}, [], {"Suspended"}),
        ({"running": (serving(STAGING, 3), serving(PRODUCTION, 2))}, [], {"RollingOut"}),
        ({"running": Unknown("away")}, [], {"RollingOut"}),
        ({"production": state(PRODUCTION, 1, VerificationState.PENDING, passed=())}, [], {"Verifying"}),
        ({"probes": (probe(PRODUCTION, 1, failed()),)}, [], {"RunningUnwell"}),
    ],
    ids=[
        "the latest goes",
        "each goes after the other",
        "what has not passed before it waits",
        "what passed before it goes",
        "the first release is a person's word",
        "there is nothing newer",
        "what the ledger does not know stays",
        "a held one waits, an older one goes",
        "what contains a held one waits too",
        "a cleared hold holds nothing",
        "the whole span is approved or waits",
        "an admitted commit goes",
        "a commit without evidence waits",
        "what was adopted elsewhere waits",
        "an adoption talks no missing approval away",
        "a frozen environment waits",
        "a freeze of all freezes each",
        "a freeze of another does not",
        "a lifted freeze does not",
        "a freeze waits for its end",
        "a freeze that has ended does not",
        "a calendar freezes",
        "a calendar of another does not",
        "a suspended environment waits",
        "what rolls out waits",
        "a cluster that cannot be asked waits",
        "what is being checked waits",
        "an unwell environment waits",
    ],
)
def test_a_release_goes_on_or_says_what_it_waits_for(
    fields: dict[str, object], goes: list[tuple[str, str]], reason: set[str]
) -> None:
    findings = found(**fields)

    assert going(findings) == goes
    assert reasons(findings) == reason


@pytest.mark.parametrize(
    "probes",
    [(), (probe(PRODUCTION, 1, at=10),), (probe(PRODUCTION, 2),)],
    ids=["no answer", "an old answer", "an answer of another release"],
)
def test_only_a_fresh_answer_of_the_running_release_counts(probes: tuple[object, ...]) -> None:
    findings = found(probes=probes)

    assert going(findings) == []
    assert [type(intent) for intent in findings.intents] == [RunChecks]


CURE = line(commit(1), commit(2), reverting(3, commit(2)))


def test_only_its_cure_goes_onto_an_unwell_environment() -> None:
    unwell = {
        "production": state(PRODUCTION, 2, VerificationState.FAILED, passed=(1,)),
        "running": (serving(STAGING, 3), serving(PRODUCTION, 2)),
        "probes": (probe(PRODUCTION, 2, failed()),),
        "holds": [hold(2)],
    }

    assert going(found(main=CURE, **unwell)) == TO_THREE
    assert going(found(**unwell)) == []


def test_what_is_held_everywhere_waits_until_its_revert_is_on_main() -> None:
    later = line(commit(1), commit(2), commit(3), reverting(4, commit(2)))
    held = {"holds": [hold(2)], "main": later, "staging": state(STAGING, 4, passed=(1, 2, 3, 4))}

    assert going(found(**held)) == []
    assert going(found(**held, releases=(1, 2, 3, 4))) == [(PRODUCTION, rel(4))]
