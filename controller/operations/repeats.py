"""
The same Idempotency-Key of the same person gives the same answer for a day, and has one effect.

It is kept in the ledger, so that it outlives the process: a decision is written with its request in one commit, and the
answer follows in another. Where the controller dies in between, the effect is known to be done and the answer is lost.
An operation that writes no decision is safe to repeat by the name of what it makes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from controller.core.errors import Denied
from controller.core.ledger.documents import request_path
from controller.core.ledger.state import KeyedRequest, LedgerState, RequestState
from controller.core.ledger.transitions import is_kept, keep_request
from controller.core.messages import ledger_message
from controller.core.model import Person, Sha
from controller.operations.ledger import LedgerView, write_ledger
from controller.operations.platform import Platform

LONGEST_KEY = 200
UNFINISHED = "building"
"""The state of an answer that means "ask again": it is not the last word, so it is not kept."""


@dataclass(frozen=True)
class Asked:
    """One call of one person: `key` is `None` where none was given, `digest` stands for what was asked."""

    login: str
    key: str | None
    digest: str

    def __post_init__(self) -> None:
        """`Denied` where the key is none that can be kept apart from others."""
        if self.key is None:
            return
        if not 0 < len(self.key) <= LONGEST_KEY or not all(" " <= c <= "~" for c in self.key):
            message = f"an Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters"
            raise Denied("KeyInvalid", message, hint="a UUID does")

    def reservation(self, at: datetime) -> KeyedRequest | None:
        """What the ledger keeps of it before there is an answer: of the key only a hash."""
        if self.key is None:
            return None
        hashed = hashlib.sha256(f"{self.login}\0{self.key}".encode()).hexdigest()
        return KeyedRequest(id=hashed, login=self.login, digest=self.digest, at=at)


class DoneBefore(Exception):
    """A repeat of a request whose effect stands in the ledger commit `ledger` and whose answer nobody kept."""

    def __init__(self, ledger: Sha) -> None:
        super().__init__(f"done by {ledger}")
        self.ledger = ledger


def repeated(platform: Platform, ledger: LedgerView, request: KeyedRequest) -> Mapping[str, Any] | None:
    """
    The answer of the first call with that key, `None` where this is the first.

    `Denied` where the key was used for something else, `DoneBefore` where the effect is all that is known.
    """
    kept = ledger.state.requests.get(request.id)
    # A conflict has the same call look again, and what it reserved itself is no earlier one.
    if kept is None or kept == request or not is_kept(kept, request.at):
        return None
    if kept.digest != request.digest:
        raise Denied("KeyReused", "this Idempotency-Key was used for another request", hint="make a new key")
    if kept.state is RequestState.RESERVED:
        raise DoneBefore(_written_by(platform, ledger, kept))
    answer: Mapping[str, Any] = json.loads(kept.answer)
    return answer


def keep_answer(
    platform: Platform, ledger: LedgerView, request: KeyedRequest, answer: Mapping[str, Any], *, by: Person
) -> None:
    """Keeps what was answered, in a commit of its own."""
    if answer.get("state") == UNFINISHED:
        return
    answered = replace(request, state=RequestState.ANSWERED, answer=json.dumps(answer))

    def transition(state: LedgerState) -> LedgerState:
        return keep_request(state, answered)

    write_ledger(platform, ledger, transition, message=ledger_message("answer", by=by, reason=""))


def _written_by(platform: Platform, ledger: LedgerView, kept: KeyedRequest) -> Sha:
    """The ledger commit that brought the reservation: what was decided stands there."""
    mirror, path = platform.mirror, request_path(kept.id)
    commit = Sha(ledger.accepted or "")
    while True:
        parents = mirror.commit(commit).parents
        if not parents or path not in mirror.files(parents[0]):
            return commit
        commit = parents[0]
