"""Whatever reason somebody reads, the page of reasons says what to do."""

from __future__ import annotations

from tests.docs.pages import entries, page
from tests.docs.reasons import known_reasons

BY_STATUS_OR_CLASS = {"ApiError", "BadRequest", "Conflict", "MethodNotAllowed", "NotFound", "Transient"}
"""What `controller.api.problems` and the client make of a status or an error's class."""


def test_every_reason_is_documented_and_no_other() -> None:
    documented = set(entries(page("reference/reasons.md")))
    known = known_reasons() | BY_STATUS_OR_CLASS
    assert known - documented == set()
    assert documented - known == set()


def test_reasons_are_found_in_every_carrier() -> None:
    known = known_reasons()
    assert {"Drift", "RoleMissing", "LedgerRewritten", "NotInCatalog", "TooLarge", "ForgeMoved", "NeedsNotMet"} <= known


def test_no_reason_is_explained_twice_in_one_table() -> None:
    for table in page("reference/reasons.md").split("\n#"):
        assert len(entries(table)) == len(set(entries(table)))
