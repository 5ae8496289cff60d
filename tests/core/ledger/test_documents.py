"""What the ledger says in files is what it says in values, whatever the values are."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controller.core.errors import Terminal
from controller.core.ledger import documents
from controller.core.ledger.state import (
    Admission,
    Approval,
    CommitEvidence,
    Direction,
    EnvironmentState,
    Freeze,
    Hold,
    HoldState,
    KeyedRequest,
    LedgerState,
    Release,
    RequestState,
    ReviewEvidence,
    Verification,
    VerificationState,
)
from controller.core.model import AUTOMATION, CheckResult, Outcome, Person
from tests.core.builders import ALICE, NOW, PRODUCTION, STAGING, ago, digest, hold, ledger, rel, release, sha, state

OVERLAY = b"""\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
images:
  - name: platform  # the platform's image
    newName: registry.example.invalid/acme/platform
    digest: sha256:0000000000000000000000000000000000000000000000000000000000000000
"""


def _day(year: int) -> datetime:
    """A year's first moment, without the zone, which the strategy adds."""
    return datetime(year, 1, 1, tzinfo=UTC).replace(tzinfo=None)


texts = st.text(max_size=20)
"""Anything: reasons and what checks have seen come from strangers."""
words = st.text(string.ascii_lowercase + string.digits + "_-", min_size=1, max_size=12)
shas = st.text("0123456789abcdef", min_size=40, max_size=40)
times = st.datetimes(min_value=_day(2020), max_value=_day(2040), timezones=st.just(UTC))
people = st.builds(Person, login=words, id=st.none() | st.integers(1, 10**9), is_bot=st.booleans())
findings = st.lists(
    st.builds(CheckResult, check=words, outcome=st.sampled_from(Outcome), seen=texts, modules=st.just(("blog",))),
    max_size=2,
).map(tuple)
evidence = st.builds(
    CommitEvidence,
    commit=shas,
    approval=st.sampled_from(Approval),
    detail=texts,
    proposal=st.none() | st.integers(1, 10**6),
    requested_by=st.none() | people,
    reason=texts,
    reviews=st.lists(st.builds(ReviewEvidence, id=st.integers(1), reviewer=people, head=shas), max_size=2).map(tuple),
    merged_by=st.none() | people,
    added=st.lists(words, max_size=2).map(tuple),
    reverts=st.none() | shas,
)
releases = st.builds(
    Release,
    id=words,
    commit=shas,
    input_tree=shas,
    digest=st.just(digest(1)),
    manifest_hash=words,
    modules=st.lists(words, max_size=3).map(tuple),
    created_at=times,
    build=st.none() | words,
    commits=st.lists(evidence, max_size=2).map(tuple),
)
environments = st.builds(
    EnvironmentState,
    name=words,
    release=st.none() | words,
    since=st.none() | times,
    by=st.none() | people,
    reason=texts,
    direction=st.sampled_from(Direction),
    span=st.lists(shas, max_size=2).map(tuple),
    verification=st.builds(
        Verification, state=st.sampled_from(VerificationState), at=st.none() | times, findings=findings
    ),
    passed=st.lists(words, max_size=3).map(tuple),
    returned_for=st.none() | words,
)
holds = st.builds(
    Hold,
    id=words,
    state=st.sampled_from(HoldState),
    commits=st.lists(shas, min_size=1, max_size=2).map(tuple),
    release=st.none() | words,
    environment=st.none() | words,
    findings=findings,
    by=people,
    reason=texts,
    at=times,
    judged_at=st.none() | times,
    judgement=texts,
)
freezes = st.builds(
    Freeze,
    id=words,
    environment=st.none() | words,
    by=people,
    reason=texts,
    at=times,
    lifted_at=st.none() | times,
    until=st.none() | times,
    stop=st.booleans(),
)
admissions = st.builds(Admission, commit=shas, by=people, reason=texts, at=times)


def keyed(values: st.SearchStrategy, key: str) -> st.SearchStrategy:
    """A mapping of such values by one of their fields."""
    return st.lists(values, max_size=2).map(lambda found: {getattr(value, key): value for value in found})


states = st.builds(
    LedgerState,
    environments=keyed(environments, "name"),
    releases=keyed(releases, "id"),
    holds=keyed(holds, "id"),
    freezes=keyed(freezes, "id"),
    admissions=keyed(admissions, "commit"),
    signers=st.lists(words.map(lambda word: f"ssh-ed25519 {word}"), max_size=2, unique=True).map(tuple),
)
FULL = ledger(
    state(STAGING, 3, passed=(1, 2, 3), span=(3,)),
    state(PRODUCTION, 2, passed=(1, 2)),
    holds=[hold(3)],
    freezes={"frz_1": Freeze("frz_1", None, ALICE, "holidays", ago(5))},
    admissions={sha(2): Admission(sha(2), ALICE, "a hotfix", NOW)},
    requests={"5e": KeyedRequest("5e", "alice", "what", NOW, RequestState.ANSWERED, '{"id": "\\u0085"}')},
    signers=("ssh-ed25519 AAAA first", "ssh-ed25519 BBBB"),
)


@given(written=states)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_every_state_is_read_back_as_it_was_written(written: LedgerState) -> None:
    assert documents.read(written_files(written)) == written


def written_files(state: LedgerState) -> dict[str, bytes]:
    """A whole ledger's files."""
    return {path: new for path, new in documents.changes(LedgerState(), state, {}).items() if new is not None}


@given(before=states, after=states)
@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_only_what_differs_is_written_and_together_it_is_the_new_state(before: LedgerState, after: LedgerState) -> None:
    grown = replace(
        after,
        environments={**before.environments, **after.environments},
        releases={**before.releases, **after.releases},
        holds={**before.holds, **after.holds},
        freezes={**before.freezes, **after.freezes},
        admissions={**before.admissions, **after.admissions},
    )
    files = written_files(before)
    changed = {path: new for path, new in documents.changes(before, grown, files).items() if new is not None}

    assert documents.read({**files, **changed}) == grown
    assert documents.changes(grown, grown, {**files, **changed}) == {}


def test_a_freeze_written_before_freezes_could_end_is_read_as_one_without_an_end() -> None:
    old = b"""\
format: 1
id: frz_1
environment: production
by:
  login: alice
  id: 1001
  is_bot: false
reason: holidays
at: '2026-03-01T11:59:55Z'
lifted_at:
lifted_by:
"""

    assert documents.load(old, Freeze, path="x") == Freeze("frz_1", PRODUCTION, ALICE, "holidays", ago(5))


def test_one_thing_is_one_file() -> None:
    assert sorted(documents.changes(LedgerState(), FULL, {})) == [
        f"admissions/{sha(2)}.yaml",
        "allowed_signers",
        "environments/production/state.yaml",
        "environments/staging/state.yaml",
        "freezes/frz_1.yaml",
        "holds/hold_3.yaml",
        *(f"releases/{rel(number)}.yaml" for number in (1, 2, 3)),
        "requests/5e.yaml",
    ]


def test_a_request_that_is_dropped_takes_its_file_along() -> None:
    assert documents.changes(FULL, replace(FULL, requests={}), {}) == {"requests/5e.yaml": None}


def test_a_ledger_of_before_there_were_requests_is_read() -> None:
    files = {path: new for path, new in written_files(FULL).items() if not path.startswith("requests/")}
    assert documents.read(files) == replace(FULL, requests={})


def test_a_promotion_changes_the_overlay_s_digest_and_nothing_else_of_it() -> None:
    path = documents.overlay_path(STAGING)
    after = replace(FULL, environments={**FULL.environments, STAGING: state(STAGING, 1)})

    changed = documents.changes(FULL, after, {path: OVERLAY})

    assert changed[path] == OVERLAY.replace(b"sha256:" + b"0" * 64, digest(1).encode())
    assert set(changed) == {path, documents.state_path(STAGING)}


def test_an_overlay_is_left_alone_where_the_image_stays_the_same() -> None:
    same = replace(release(4), digest=release(3).digest)
    after = replace(
        FULL,
        releases={**FULL.releases, same.id: same},
        environments={**FULL.environments, STAGING: state(STAGING, 4)},
    )

    assert documents.overlay_path(STAGING) not in documents.changes(
        FULL, after, {documents.overlay_path(STAGING): OVERLAY}
    )


def test_signers_are_read_as_ssh_keygen_reads_them() -> None:
    text = b"# comment\n\nmodwright ssh-ed25519 AAAA first\n  other@example.invalid ssh-ed25519 BBBB\n"

    assert documents.read_signers(text) == ("ssh-ed25519 AAAA first", "ssh-ed25519 BBBB")


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b"alone", b"# only\n#a comment", b"\n \n"])
def test_what_a_stranger_wrote_into_signers_names_nobody_and_stops_nothing(text: bytes) -> None:
    assert documents.signers_of({documents.SIGNERS_PATH: text}) == ()


@pytest.mark.parametrize(
    "text", ["a\x85b", "\x85", "a\u2028b", "\ufeff", "\x00\x1b", " a\n\n b\t", "no", "1", "~", "'\""]
)
def test_a_text_that_yaml_would_bend_is_read_back_as_it_was(text: str) -> None:
    assert documents.load(documents.dump(Person(text)), Person, path="x") == Person(text)


@pytest.mark.parametrize(
    ("files", "reason", "said"),
    [
        ({"holds/h.yaml": b"format: 2\n"}, "LedgerFormat", "holds/h.yaml: format is 2, this version reads 1"),
        ({"holds/h.yaml": b"id: h\n"}, "LedgerFormat", "holds/h.yaml: format is None"),
        ({"holds/h.yaml": b"format: 1\nid: h\n"}, "LedgerUnreadable", "holds/h.yaml: state:"),
        ({"releases/r.yaml": b"["}, "LedgerUnreadable", "releases/r.yaml: not YAML"),
        ({"releases/r.yaml": b"- a\n"}, "LedgerUnreadable", "releases/r.yaml: expected a mapping, found list"),
        ({"freezes/f.yaml": b"\xff\xfe\x00"}, "LedgerUnreadable", "freezes/f.yaml"),
    ],
    ids=[
        "a newer format",
        "no format",
        "a field is missing",
        "no YAML",
        "a list",
        "bytes",
    ],
)
def test_a_file_that_cannot_be_read_is_named(files: Mapping[str, bytes], reason: str, said: str) -> None:
    with pytest.raises(Terminal) as caught:
        documents.read(files)
    assert caught.value.reason == reason
    assert said in caught.value.message


def test_an_empty_branch_is_an_empty_ledger() -> None:
    assert documents.read({"README.md": b"hello"}) == LedgerState()
    assert documents.load(documents.dump(AUTOMATION), Person, path="x") == AUTOMATION
