"""A state that follows from the changed documents is the state that all documents say."""

from __future__ import annotations

from dataclasses import replace

from controller.core.ledger import documents
from controller.core.ledger.state import Admission, Freeze, KeyedRequest, LedgerState, Override
from controller.core.ledger.steps import advance
from controller.core.model import Fingerprint
from tests.core.builders import BOB, NOW, PRODUCTION, STAGING, hold, ledger, release, sha, state


def steps() -> list[LedgerState]:
    """States of a ledger, each with something new, changed or gone."""
    begun = ledger(state(STAGING, 1), releases=(1,), signers=("ssh-ed25519 AAAA",))
    more = ledger(
        state(STAGING, 2, passed=(1,)),
        state(PRODUCTION, 1),
        releases=(1, 2),
        holds=(hold(2),),
        freezes={"freeze_1": Freeze("freeze_1", None, BOB, "a fair", NOW)},
        admissions={sha(2): Admission(sha(2), BOB, "fine", NOW)},
        signers=("ssh-ed25519 AAAA", "ssh-ed25519 BBBB"),
    )
    word = Override("ovr_1", "no-blog", Fingerprint("f" * 64), sha(2), BOB, "once", NOW)
    asked = KeyedRequest("a" * 64, "bob", "b" * 64, NOW)
    return [LedgerState(), begun, replace(more, overrides={word.id: word}, requests={asked.id: asked}), begun]


def files_of(value: LedgerState) -> dict[str, bytes]:
    """All documents of a state."""
    return {path: text for path, text in documents.changes(LedgerState(), value, {}).items() if text is not None}


def test_going_on_by_what_changed_comes_to_the_same_as_reading_everything() -> None:
    known, standing = LedgerState(), dict[str, bytes]()
    for value in steps():
        files = files_of(value)
        changed = {
            path: files.get(path) for path in files.keys() | standing.keys() if files.get(path) != standing.get(path)
        }
        known, standing = advance(known, changed), files
        assert known == documents.read(files) == value


def test_every_kind_of_document_of_the_state_is_followed() -> None:
    fields = set(LedgerState.__dataclass_fields__) - {"signers"}
    folders = {"environments", "releases", "holds", "freezes", "admissions", "overrides", "requests"}
    assert fields == folders
    assert KeyedRequest.__dataclass_fields__["id"]


def test_what_did_not_change_stays_the_same_object() -> None:
    before = ledger(state(STAGING, 1), releases=(1,))
    after = advance(before, {documents.state_path(STAGING): documents.dump(state(STAGING, 2))})
    assert after.releases is before.releases
    assert advance(before, {"README.md": b"x"}) is before
    assert advance(before, {f"releases/{release(1).id}.yaml": None}).releases == {}
