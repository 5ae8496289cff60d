"""Which commits of the ledger's branch count, judged over lines of made-up commits and over real signatures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from controller.adapters.signing import SigningKey
from controller.core.errors import Terminal
from controller.core.ledger.acceptance import Acceptance, LedgerCommit, accept
from controller.core.model import Sha
from controller.core.signature import verify

FIRST = ("old",)


def signed_by(payload: bytes, signature: str, keys: Sequence[str]) -> str | None:
    """A signature that is the key's name itself; the payload is signed whatever it is."""
    del payload
    return signature if signature in keys else None


def line(*commits: tuple[str | None, tuple[str, ...]]) -> list[LedgerCommit]:
    """One commit on the other, each with who signed it and whom it allows."""
    made: list[LedgerCommit] = []
    for number, (signer, allows) in enumerate(commits):
        parents = (made[-1].sha,) if made else ()
        payload = b"text" if signer is not None else None
        made.append(LedgerCommit(Sha(f"{number:040x}"), parents, signer, payload, allows))
    return made


def judge(commits: list[LedgerCommit], previous: Acceptance | None = None) -> Acceptance:
    """Accepts with the first key `old`."""
    return accept(previous or Acceptance(), commits, first_keys=FIRST, verify=signed_by)


def position(acceptance: Acceptance) -> int | None:
    """Which commit of the line is the accepted head."""
    return None if acceptance.head is None else int(acceptance.head, 16)


@pytest.mark.parametrize(
    ("commits", "head", "rejected"),
    [
        ([("old", FIRST), ("old", FIRST)], 1, []),
        ([("new", ("new",))], None, [0]),
        ([(None, FIRST)], None, [0]),
        ([("old", FIRST), (None, FIRST)], 0, [1]),
        ([("old", FIRST), ("mallory", ("mallory",)), ("mallory", ("mallory",))], 0, [1, 2]),
        ([("old", FIRST), (None, FIRST), ("old", FIRST)], 2, []),
        ([("old", ("old", "new")), ("new", ("new",)), ("new", ("new",))], 2, []),
        ([("old", ("new",)), ("old", FIRST)], 0, [1]),
        ([("old", ()), ("old", ())], 1, []),
        ([("old", ("new",)), ("new", ()), ("new", ())], 2, []),
        ([("old", ("new",)), ("new", ()), ("old", ())], 1, [2]),
        ([(None, ("mallory",)), ("mallory", ("mallory",)), ("old", FIRST)], 2, []),
    ],
    ids=[
        "signed commits count",
        "the first key is the configuration's, not the commit's own",
        "an unsigned beginning is nothing",
        "an unsigned commit is never state",
        "a commit cannot allow its own signer",
        "a signed commit stands on one that does not count",
        "the old key lets the new one in",
        "a key that was left out does not count any more",
        "naming nobody leaves the first keys",
        "naming nobody leaves the keys before",
        "naming nobody does not bring back a key that was left out",
        "what does not count allows nobody",
    ],
)
def test_a_commit_counts_by_the_keys_that_are_allowed_where_it_stands(
    commits: list[tuple[str | None, tuple[str, ...]]], head: int | None, rejected: list[int]
) -> None:
    acceptance = judge(line(*commits))

    assert position(acceptance) == head
    assert [int(r.sha, 16) for r in acceptance.rejected] == rejected
    assert acceptance.last == Sha(f"{len(commits) - 1:040x}")


def test_each_rejected_commit_says_why_and_stays_known_after_the_next_signed_one() -> None:
    acceptance = judge(line(("old", FIRST), (None, FIRST), ("mallory", FIRST), ("old", FIRST)))

    assert acceptance.rejected == ()
    assert [r.reason for r in acceptance.earlier] == [
        "it is not signed",
        "it is signed by no key that is allowed there",
    ]


signers = st.sampled_from(["old", "new", "mallory", None])
allowed = st.sampled_from([(), FIRST, ("new",), ("old", "new"), ("mallory",)])


@given(commits=st.lists(st.tuples(signers, allowed), max_size=8), cut=st.integers(0, 8))
def test_judging_in_parts_comes_to_the_same_as_judging_all_at_once(
    commits: list[tuple[str | None, tuple[str, ...]]], cut: int
) -> None:
    made = line(*commits)

    assert judge(made[cut:], judge(made[:cut])) == judge(made)


@pytest.mark.parametrize("parents", [(), ("f" * 40,), ("0" * 40, "f" * 40), ("f" * 40, "0" * 40)])
def test_a_commit_that_could_hide_newer_ones_stops_everything(parents: tuple[str, ...]) -> None:
    begun = line(("old", FIRST))
    strange = LedgerCommit(Sha("1" * 40), tuple(Sha(p) for p in parents), "old", b"text", FIRST)

    with pytest.raises(Terminal) as caught:
        judge([*begun, strange])
    assert caught.value.reason == "LedgerRewritten"


def test_a_real_signature_counts_and_one_of_another_text_does_not(tmp_path: Path) -> None:
    key = SigningKey.generate(tmp_path / "key")
    good = LedgerCommit(Sha("0" * 40), (), key.sign(b"text"), b"text", (key.public_key,))
    forged = LedgerCommit(Sha("1" * 40), (good.sha,), key.sign(b"text"), b"other text", (key.public_key,))

    acceptance = accept(Acceptance(), [good, forged], first_keys=(key.public_key,), verify=verify)

    assert acceptance.head == good.sha
    assert [r.sha for r in acceptance.rejected] == [forged.sha]
