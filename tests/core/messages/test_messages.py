"""
What people read, held to golden files: a change of wording shows in a diff.

`golden/` holds one file for each case; a missing or differing one fails with the text that was made.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from codegen import Delta, ModuleName
from controller.core.approval import ApprovalVerdict
from controller.core.ledger.state import Approval
from controller.core.messages import (
    ProposalText,
    change_commit_message,
    ledger_message,
    merge_message,
    proposal_body,
    proposal_title,
)
from controller.core.model import AUTOMATION, Fingerprint, HoldId, ProposalNumber, ReleaseId, Sha
from controller.core.policy import Verdict
from controller.core.trailers import ChangeTrailers, parse, parse_person, reverted
from tests.core.builders import ALICE, entry, installs, proposal

GOLDEN = Path(__file__).parent / "golden"
BLOG = Delta(added=(entry("blog", "content", "events"), entry("content")))
BECAUSE = {ModuleName("blog"): "requested", ModuleName("content"): "blog depends on it"}
UNDONE = Sha("ab" * 20)
HOSTILE = (
    "`</details>\n\n# Hi @acme/everyone, closes #1 | <img src=x onerror=alert(1)> [x](javascript:y) \u202e\x1b[31m"
)
TRAILERS = ChangeTrailers("install blog", Fingerprint("f" * 64), ALICE, "marketing wants articles")
TEXT = ProposalText(
    delta=BLOG,
    because=BECAUSE,
    files=(("modules.toml", "--- a/modules.toml\n+++ b/modules.toml\n@@ -1 +1,2 @@\n+blog = {}\n"),),
    verdicts=(Verdict("required-modules", "allow"), Verdict("pinned-sources", "warn", "blog has no version")),
    warnings=("blog has no version", "search is rebuilt"),
    requested_by=ALICE,
    reason="marketing wants articles",
    change="install blog",
    previous=ProposalNumber(7),
)
REVERT = replace(
    TEXT,
    delta=BLOG.inverse(),
    because={
        ModuleName("blog"): "requested",
        ModuleName("content"): "requested",
        ModuleName("events"): "stays: search needs it",
    },
    requested_by=AUTOMATION,
    reason="rel_20260301_000300030003 failed in production",
    change=f"revert {UNDONE}",
    reverts=UNDONE,
    hold=HoldId("hold_20260301_abc"),
    previous=None,
)
UPGRADE = replace(
    TEXT,
    delta=Delta(changed=((entry("blog", version="1.0.0"), entry("blog", version="1.2.0", features=("rss",))),)),
    because={ModuleName("blog"): "requested"},
    change="upgrade blog@1.2.0",
    previous=None,
    warnings=(),
)
CASES = {
    "install.md": lambda: proposal_body(TEXT),
    "revert.md": lambda: proposal_body(REVERT),
    "upgrade.md": lambda: proposal_body(UPGRADE),
    "hostile.md": lambda: proposal_body(
        replace(
            TEXT,
            reason=HOSTILE,
            because=BECAUSE | {ModuleName("content"): HOSTILE},
            files=(("modules.toml", f"+# ```\n+{HOSTILE}\n"),),
            verdicts=(Verdict("pinned-sources", "deny", HOSTILE),),
            warnings=(HOSTILE,),
        )
    ),
    "repair.md": lambda: proposal_body(replace(TEXT, delta=Delta(), because={}, change="repair", previous=None)),
    "change-commit.txt": lambda: change_commit_message(
        "Install blog (with content)", because=BECAUSE, trailers=TRAILERS, reverts=None
    ),
    "revert-commit.txt": lambda: change_commit_message(
        'Revert "Install blog (with content)"',
        because=REVERT.because,
        trailers=replace(TRAILERS, change=f"revert {UNDONE}", reason="it failed"),
        reverts=UNDONE,
    ),
    "merge.txt": lambda: "\n\n".join(
        merge_message(proposal(12), approval=ApprovalVerdict(Approval.REVIEWED, "approved by bob"))
    ),
    "promote.txt": lambda: ledger_message(
        "promote", environment="production", release=ReleaseId("rel_1"), by=AUTOMATION, reason="rel_1 passed in staging"
    ),
    "roll-back.txt": lambda: ledger_message(
        "roll-back",
        environment="production",
        release=ReleaseId("rel_1"),
        hold=HoldId("hold_1"),
        by=AUTOMATION,
        reason="rel_2 failed in production: modules: reviews is unhealthy",
        detail="leaves rel_2",
    ),
    "admit.txt": lambda: ledger_message("admit", by=ALICE, reason="a hotfix", detail=UNDONE),
}


@pytest.mark.parametrize("name", CASES)
def test_a_text_is_what_its_golden_file_says(name: str) -> None:
    golden = GOLDEN / name

    assert golden.is_file(), f"{golden} is missing; the text is:\n{CASES[name]()}"
    assert CASES[name]() == golden.read_text()


@pytest.mark.parametrize(
    ("delta", "title"),
    [
        (installs("blog"), "Install blog"),
        (BLOG, "Install blog (with content)"),
        (BLOG.inverse(), "Uninstall blog (with content)"),
        (installs("blog", "gallery"), "Install blog, gallery"),
        (UPGRADE.delta, "Upgrade blog to 1.2.0"),
        (Delta(changed=((entry("blog"), entry("blog", default_enabled=True)),)), "Enable blog by default"),
        (Delta(changed=((entry("blog"), entry("blog", features=("rss",))),)), "Change blog"),
        (Delta(added=(entry("blog"),), removed=(entry("forum"),)), "Install blog; uninstall forum"),
        (Delta(added=(entry("a", "b"), entry("b", "a"))), "Install a, b"),
    ],
)
def test_a_title_says_what_happens_to_modules(delta: Delta, title: str) -> None:
    assert proposal_title(delta) == title


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        ("Install blog", 'Revert "Install blog"'),
        ("Install blog (with content) (#12)", 'Revert "Install blog (with content)"'),
        ("fixes #3\nfor @team", 'Revert "fixes # 3 for @ team"'),
        ('Revert "Install blog" (#13)', 'Reapply "Install blog"'),
        ('Reapply "Install blog" (#14)', 'Revert "Install blog"'),
        ('Revert "Install blog (#12)" (#13)', 'Reapply "Install blog"'),
        ('Revert "Revert "Install blog""', 'Revert "Install blog"'),
        ('Revert "Revert "Revert "Install blog (#12)" (#13)" (#14)"', 'Reapply "Install blog"'),
        ('Revert "Reapply "Install blog""', 'Reapply "Install blog"'),
        ('Revert "Say "hello" to "people""', 'Reapply "Say "hello" to "people""'),
        ('Revert "a long one that was cu…', 'Reapply "a long one that was cu…"'),
        ('Revert ""', 'Revert "Revert """'),
        ('Revert "hello" for good', 'Revert "Revert "hello" for good"'),
        ("Revert what was said", 'Revert "Revert what was said"'),
    ],
)
def test_a_revert_s_title_names_what_it_takes_back(subject: str, title: str) -> None:
    assert proposal_title(BLOG.inverse(), reverts_subject=subject) == title


def test_a_long_title_is_cut() -> None:
    title = proposal_title(BLOG, reverts_subject="x" * 500)

    assert len(title) == 120
    assert title.endswith("…")


def test_what_the_bot_s_commit_says_is_read_back() -> None:
    message = change_commit_message("Install blog", because=BECAUSE, trailers=TRAILERS, reverts=UNDONE)

    assert ChangeTrailers.read(parse(message)) == TRAILERS
    assert reverted(message) == UNDONE


def test_a_hostile_reason_adds_no_trailer_no_revert_and_no_mention() -> None:
    reason = f"x\nModwright-Hold: hold_1\nThis reverts commit {UNDONE}. @team fixes #1"
    texts = [
        change_commit_message(
            "t", because={ModuleName("a"): reason}, trailers=replace(TRAILERS, reason=reason), reverts=None
        ),
        ledger_message(
            "promote", by=ALICE, reason=f"Modwright-Hold: hold_1 {reason}", detail=f"This reverts commit {UNDONE}."
        ),
    ]

    for text in texts:
        assert "Modwright-Hold" not in parse(text)
        assert reverted(text) is None
        assert "@team" not in text
        assert "#1" not in text


def test_a_quieted_reason_stays_the_same_when_a_refresh_writes_it_again() -> None:
    loud = replace(TRAILERS, reason="@team wants #1")
    once = ChangeTrailers.read(parse(change_commit_message("t", because={}, trailers=loud, reverts=None)))
    assert once is not None
    twice = ChangeTrailers.read(parse(change_commit_message("t", because={}, trailers=once, reverts=None)))

    assert twice == once


def test_the_merge_keeps_the_change_s_trailers_and_the_revert_s_sentence() -> None:
    merged = proposal(12, BLOG.inverse(), reverts=UNDONE, title='Revert "Install blog"')
    title, message = merge_message(merged, approval=ApprovalVerdict(Approval.INVERSE, "it is held"))

    assert title == 'Revert "Install blog" (#12)'
    assert reverted(message) == UNDONE
    assert parse_person(parse(message)["Modwright-Requested-By"]) == ALICE
    assert parse(message)["Modwright-Reviewed-Head"] == merged.forge.head


def test_the_merge_of_a_person_s_proposal_takes_over_none_of_its_trailers() -> None:
    forged = proposal(12, author=ALICE)

    _, message = merge_message(forged, approval=ApprovalVerdict(Approval.REVIEWED, "approved by bob"))

    assert set(parse(message)) == {"Modwright-Reviewed-Head"}


def test_a_body_stays_below_what_the_forge_takes() -> None:
    files = tuple((f"crates/{n}.rs", "+x\n" * 10_000) for n in range(50))

    body = proposal_body(replace(TEXT, files=files))

    assert len(body) < 65_536
    assert "crates/49.rs" in body


def test_a_decision_without_a_subject_of_its_own_still_says_what_it_is() -> None:
    assert ledger_message("lose-key", by=ALICE, reason="r").startswith("Lose key\n\n")
