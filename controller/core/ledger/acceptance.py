"""
Which commits of the ledger's branch count.

The rule, commit by commit, oldest first:

- A commit counts if it is signed by a key that is allowed where it stands: by `ledger.signers` of the configuration
  for the first commit that counts, from then on by the `allowed_signers` of the newest commit that counts. So a new key
  is let in by the old one, and a commit cannot allow its own signer.
- A commit that names no signers at all leaves the earlier ones allowed: nobody can lock everybody out.
- A commit that does not count is never state, whatever it holds; its `allowed_signers` are not looked at. The next one
  by an allowed key stands on it, restores the accepted tree and counts.
- The branch is one line. A commit with several parents, or one that does not stand on the commit before it, could hide
  newer commits behind an older state, so that it stops everything until a person has looked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from controller.core.errors import Terminal
from controller.core.model import Sha

Verify = Callable[[bytes, str, Sequence[str]], str | None]
"""Which of the keys signed the payload, `None` where none did: `controller.core.signature.verify`."""


@dataclass(frozen=True)
class LedgerCommit:
    """A commit as it is judged: `payload` is what `signature` signs, `signers` the keys in its own `allowed_signers`."""

    sha: Sha
    parents: tuple[Sha, ...]
    signature: str | None
    payload: bytes | None
    signers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rejected:
    """A commit that does not count, and why, in one sentence."""

    sha: Sha
    reason: str


@dataclass(frozen=True)
class Acceptance:
    """
    What was judged so far. `head` is the newest commit that counts, `last` the newest one that was judged.

    `rejected` are those after `head`: what the next signed commit stands on. `earlier` are the others that do not
    count, for the audit. `signers` are the keys that are allowed from `head` on, empty before anything counts.
    """

    head: Sha | None = None
    last: Sha | None = None
    signers: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    earlier: tuple[Rejected, ...] = ()


def accept(
    previous: Acceptance, commits: Iterable[LedgerCommit], *, first_keys: tuple[str, ...], verify: Verify
) -> Acceptance:
    """
    Judges the commits after `previous.last`, oldest first, and answers the whole judgement.

    Judging in parts comes to the same as judging all at once. `Terminal` (`LedgerRewritten`) where the commits are not
    one line that goes on from there.
    """
    judged = previous
    for commit in commits:
        _demand_line(judged.last, commit)
        judged = _judge(judged, commit, first_keys=first_keys, verify=verify)
    return judged


def _judge(judged: Acceptance, commit: LedgerCommit, *, first_keys: tuple[str, ...], verify: Verify) -> Acceptance:
    keys = judged.signers if judged.head is not None and judged.signers else first_keys
    reason = _objection(commit, keys, verify)
    if reason is not None:
        return replace(judged, last=commit.sha, rejected=(*judged.rejected, Rejected(commit.sha, reason)))
    return Acceptance(
        head=commit.sha,
        last=commit.sha,
        signers=commit.signers or judged.signers,
        earlier=judged.earlier + judged.rejected,
    )


def _objection(commit: LedgerCommit, keys: tuple[str, ...], verify: Verify) -> str | None:
    """Why a commit does not count, `None` where it does."""
    if commit.signature is None or commit.payload is None:
        return "it is not signed"
    if verify(commit.payload, commit.signature, keys) is None:
        return "it is signed by no key that is allowed there"
    return None


def _demand_line(last: Sha | None, commit: LedgerCommit) -> None:
    """The commits handed in have to be one line: a second parent is how a newer state could be left out unseen."""
    expected = () if last is None else (last,)
    if commit.parents == expected:
        return
    found = ", ".join(parent[:12] for parent in commit.parents) or "nothing"
    message = f"{commit.sha[:12]} of the ledger stands on {found}, not on {last[:12] if last else 'nothing'}"
    raise Terminal("LedgerRewritten", message, hint="restore the branch from a clone; see the runbook LedgerRewritten")
