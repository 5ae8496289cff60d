"""Reads and writes the ledger's branch. One decision is one commit, signed, written with an expected old head."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from controller.adapters.git import Author
from controller.core.errors import Conflict, Terminal
from controller.core.ledger import documents
from controller.core.ledger.acceptance import Acceptance, LedgerCommit, accept
from controller.core.ledger.state import EnvironmentState, KeyedRequest, LedgerState
from controller.core.ledger.transitions import keep_request
from controller.core.model import EnvironmentName, Sha
from controller.core.signature import verify
from controller.core.trailers import RECOVERS, encode
from controller.operations.platform import Platform

AUTHOR = Author("modwright", "modwright@modwright.invalid")
"""Who ledger commits are by: the controller. Who decided stands in the trailers."""
LONGEST = 1_000_000
"""Commits of the branch that are read; a line that is cut short would not be one that begins."""


@dataclass(frozen=True)
class LedgerView:
    """
    The ledger as one pass sees it. `head` is the branch's head, `accepted` the newest commit that counts: they differ
    where somebody without an allowed key committed, and the next write then restores the accepted tree.

    `request` is what a person's keyed request reserves: it is written with the next decision, in the same commit.
    """

    head: Sha | None
    accepted: Sha | None
    state: LedgerState
    files: Mapping[str, bytes]
    rejected: tuple[Sha, ...] = ()
    request: KeyedRequest | None = None


Transition = Callable[[LedgerState], LedgerState]


def read_ledger(platform: Platform, *, keys: tuple[str, ...]) -> LedgerView:
    """The accepted state. `keys` are the first signers, from the configuration."""
    head = platform.head(platform.ledger_branch)
    if head is None:
        return LedgerView(None, None, LedgerState(), {})
    acceptance = _acceptance(platform, head, keys)
    if acceptance.head is None:
        message = f"no commit of {platform.ledger_branch} is signed by an allowed key"
        raise Terminal("LedgerNotAccepted", message, hint="compare ledger.signers with the controller's public key")
    files = platform.mirror.files(acceptance.head)
    return LedgerView(
        head=head,
        accepted=acceptance.head,
        state=documents.read(files),
        files=files,
        rejected=tuple(rejected.sha for rejected in acceptance.rejected),
    )


def refused(platform: Platform, head: Sha, *, keys: tuple[str, ...]) -> frozenset[Sha]:
    """
    The commits of the ledger that never counted, up to `head` at least.

    A reading may be older than what was judged since, and judging goes forward alone.
    """
    judged = _judged(platform, keys)
    if judged.last is None or not platform.mirror.is_ancestor(head, judged.last):
        judged = _acceptance(platform, head, keys)
    return frozenset(rejected.sha for rejected in (*judged.earlier, *judged.rejected))


def write_ledger(platform: Platform, view: LedgerView, transition: Transition, *, message: str) -> LedgerView:
    """
    Carries out one transition on the state that `view` read and pushes it.

    `Conflict` when the branch moved since: the caller observes again and decides anew, so that no decision is written
    that was made on an older state. A transition that changes nothing writes nothing.
    """
    after = transition(view.state)
    changed = documents.changes(view.state, after, view.files)
    if not changed and view.head == view.accepted:
        return view
    if view.request is not None:
        changed = documents.changes(view.state, keep_request(after, view.request), view.files)
    return _commit(platform, view, changed, message=_recovering(view, message))


def start_ledger(
    platform: Platform,
    *,
    seed: Mapping[str, bytes],
    environments: tuple[EnvironmentName, ...],
    keys: tuple[str, ...],
    message: str,
) -> LedgerView:
    """Makes the branch: the overlays that it starts from, an empty state for each environment, the first signers."""
    if platform.head(platform.ledger_branch) is not None:
        raise Conflict(f"{platform.ledger_branch} exists already")
    empty = LedgerView(None, None, LedgerState(), dict(seed))
    state = LedgerState(environments={name: EnvironmentState(name=name) for name in environments}, signers=keys)
    return _commit(platform, empty, {**seed, **documents.changes(LedgerState(), state, seed)}, message=message)


def _commit(platform: Platform, view: LedgerView, changed: Mapping[str, bytes | None], *, message: str) -> LedgerView:
    mirror = platform.mirror
    commit = mirror.write_commit(
        parents=(view.head,) if view.head is not None else (),
        changes=changed,
        base_tree=mirror.commit(view.accepted).tree if view.accepted is not None else None,
        message=message,
        author=AUTHOR,
        when=platform.clock(),
        sign=platform.signer.sign,
    )
    mirror.push(platform.ledger_branch, commit, expected=view.head)
    platform.heads[platform.ledger_branch] = commit
    files = mirror.files(commit)
    return LedgerView(commit, commit, documents.read(files), files)


def _recovering(view: LedgerView, message: str) -> str:
    """Names the commits that do not count and on which this one stands, so that the log says who tried what."""
    if not view.rejected:
        return message
    return f"{message.rstrip()}\n{encode({RECOVERS: ', '.join(view.rejected)})}\n"


def _acceptance(platform: Platform, head: Sha, keys: tuple[str, ...]) -> Acceptance:
    """Goes on from the newest commit that was judged before; all of the branch at the first time."""
    judged = _judged(platform, keys)
    if judged.last == head:
        return judged
    line = platform.mirror.first_parents(head, until=judged.last, limit=LONGEST)
    records = [record for record in line if record.sha != judged.last]
    if judged.last is not None and not platform.mirror.is_ancestor(judged.last, head):
        message = f"{platform.ledger_branch} at {head[:12]} does not descend from {judged.last[:12]}"
        raise Terminal(
            "LedgerRewritten", message, hint="restore the branch from a clone; see the runbook LedgerRewritten"
        )
    commits = tuple(_ledger_commit(platform, record.sha) for record in reversed(records))
    acceptance = accept(judged, commits, first_keys=keys, verify=verify)
    platform.remembered.by_key[("accepted", *keys)] = acceptance
    return acceptance


def _judged(platform: Platform, keys: tuple[str, ...]) -> Acceptance:
    previous = platform.remembered.by_key.get(("accepted", *keys))
    return previous if isinstance(previous, Acceptance) else Acceptance()


def _ledger_commit(platform: Platform, sha: Sha) -> LedgerCommit:
    record = platform.mirror.commit(sha)
    return LedgerCommit(
        sha=sha,
        parents=record.parents,
        signature=record.signature,
        payload=record.signed_payload,
        signers=documents.signers_of(platform.mirror.files(sha)),
    )
