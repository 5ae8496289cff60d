"""Who ran what since when: what the moves tell of the checks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from controller.core.audit.entries import AuditEntry, Deed
from controller.core.model import AUTOMATION
from controller.showing.timeline import stays
from tests.core.builders import PRODUCTION, ago, ledger, release

PROMOTED = AuditEntry(ago(60), Deed.PROMOTED, AUTOMATION.login, "", environment=PRODUCTION, commit=release(2).commit)
PASSED = replace(PROMOTED, at=ago(50), deed=Deed.PASSED)
RETURNED = replace(PROMOTED, at=ago(40), deed=Deed.ROLLED_BACK, commit=release(1).commit)


@pytest.mark.parametrize(
    ("who", "verdict"), [(AUTOMATION.login, Deed.FAILED), ("carol", Deed.PASSED)], ids=["by itself", "by a person"]
)
def test_what_was_taken_back_by_itself_had_failed_and_what_a_person_took_back_had_not(who: str, verdict: Deed) -> None:
    now, before = stays((PROMOTED, PASSED, replace(RETURNED, who=who)), ledger())[PRODUCTION]

    assert (before.release, before.verdict) == (release(2).id, verdict)
    assert (now.release, now.verdict) == (release(1).id, None)
