"""`modwright audit` in a real clone, with nothing else running: the story of a module that failed and was taken back."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from controller.adapters.git import Author, Mirror
from controller.adapters.signing import SigningKey
from controller.cli.audit import audit
from controller.core.builds import BuildRecord, record_path, write_record
from controller.core.errors import Terminal
from controller.core.ledger import documents, transitions
from controller.core.ledger.state import HoldState, LedgerState, Verification, VerificationState
from controller.core.messages import change_commit_message, ledger_message
from controller.core.model import (
    AUTOMATION,
    Annotation,
    BranchName,
    BuildId,
    Fingerprint,
    Person,
    ProposalNumber,
    Sha,
    TreeId,
)
from controller.core.trailers import ChangeTrailers
from tests.core.builders import ALICE, BOB, PRODUCTION, ago, evidence, failed, hold, release, state

AUTHOR = Author("modwright", "modwright@example.invalid")
MODULES = 'schema = 2\napp = "server"\n\n[modules]\n'
BLOG = 'blog = { crate = "platform-blog", source = "path", path = "crates/platform-blog" }\n'
CONFIGURATION = """\
format: 1
image: {{ repository: acme/platform }}
ledger: {{ signers: ["{key}"] }}
environments:
  - name: production
    checks: [{{ name: alive, kind: http, path: /health/live }}]
"""


PASSED = Verification(VerificationState.PASSED, at=ago(3500))


class Story:
    """A forge's repository that the controller wrote to; each write is a second after the one before it."""

    def __init__(self, folder: Path) -> None:
        self.remote = folder / "remote.git"
        subprocess.run(["git", "init", "--bare", "-q", "-b", "main", str(self.remote)], check=True)
        self.key = SigningKey.generate(folder / "key")
        self.mirror = Mirror(folder / "mirror.git", url=str(self.remote), token=None)
        self.heads: dict[str, Sha] = {}
        self.now: datetime = ago(3000)
        self.state = LedgerState()

    def write(
        self, branch: str, files: Mapping[str, bytes], message: str, *, sign: bool = False, author: Author = AUTHOR
    ) -> Sha:
        """A commit on that branch."""
        self.now += timedelta(seconds=1)
        head = self.heads.get(branch)
        commit = self.mirror.write_commit(
            parents=(head,) if head else (),
            changes=files,
            base_tree=self.mirror.commit(head).tree if head else None,
            message=message,
            author=author,
            when=self.now,
            sign=self.key.sign if sign else None,
        )
        self.mirror.push(BranchName(branch), commit, expected=head)
        self.heads[branch] = commit
        return commit

    def decide(self, after: LedgerState, message: str) -> None:
        """One signed commit of the ledger."""
        head = self.heads.get("environments")
        files = self.mirror.files(head) if head else {}
        self.write("environments", documents.changes(self.state, after, files), message, sign=True)
        self.state = after


def tell(story: Story) -> None:
    """alice installs `blog`; it fails in production; mallory meddles; `broken` does not compile."""
    configuration = CONFIGURATION.format(key=story.key.public_key).encode()
    first = story.write("main", {"modules.toml": MODULES.encode(), ".modwright/config.yaml": configuration}, "Begin\n")
    trailers = ChangeTrailers("install blog", Fingerprint("f" * 64), ALICE, "marketing wants it")
    message = change_commit_message("Install blog (#1)", because={}, trailers=trailers, reverts=None)
    second = story.write("main", {"modules.toml": (MODULES + BLOG).encode()}, message)
    one = release(1, commit=first, commits=(), created_at=ago(3500))
    seen = evidence(2, commit=second, reason="marketing wants it", added=("blog",))
    two = release(2, commit=second, commits=(seen,), created_at=ago(2990))
    begun = LedgerState(
        environments={PRODUCTION: replace(state(PRODUCTION, 1, passed=(1,), since=ago(3500)), verification=PASSED)},
        releases={one.id: one},
        signers=(story.key.public_key,),
    )
    story.decide(begun, ledger_message("start", by=AUTOMATION, reason="set up"))
    released = transitions.add_release(begun, two)
    story.decide(released, ledger_message("release", release=two.id, by=AUTOMATION, reason="it has an image"))
    author = transitions.Author(by=BOB, at=ago(2980), reason="it is time")
    promoted = transitions.promote(released, PRODUCTION, two.id, span=(second,), author=author)
    story.decide(promoted, ledger_message("promote", environment="production", by=BOB, reason="it is time"))
    story.write(
        "environments",
        {"environments/production/state.yaml": b"{}\n"},
        "Nothing to see\n",
        author=Author("mallory", "m@x"),
    )
    suspected = hold(2, HoldState.SUSPECTED, commits=(second,), release=two.id, at=ago(2970), findings=(failed(),))
    back = transitions.roll_back(
        promoted,
        PRODUCTION,
        leaving=two.id,
        to=one.id,
        hold=suspected,
        author=transitions.Author(AUTOMATION, ago(2970), "it failed"),
    )
    # As the controller does: the commit that stands on one that does not count brings back what was accepted.
    story.write(
        "environments",
        documents.changes(LedgerState(), back, {}),
        ledger_message("roll-back", environment="production", by=AUTOMATION, reason="it failed"),
        sign=True,
    )
    story.state = back
    story.decide(
        transitions.record_verification(
            back, PRODUCTION, one.id, verdict=VerificationState.PASSED, findings=(), at=ago(2960)
        ),
        ledger_message("verification-passed", environment="production", by=AUTOMATION, reason="every check passed"),
    )
    record = BuildRecord(
        build_id=BuildId("bld_7_1"),
        status="failed",
        manifest_hash="hash",
        started_at=ago(2955),
        finished_at=ago(2950),
        logs_url="http://127.0.0.1/runs/7",
        release_id=None,
        commit=Sha("7" * 40),
        input_tree=TreeId("8" * 40),
        digest=None,
        proposal=ProposalNumber(7),
        requester=Person("alice"),
        reason="try it",
        change="install broken",
        errors=(Annotation("crates/platform-broken/src/lib.rs", 12, "error[E0308]", "mismatched types"),),
    )
    files = {
        f"{record_path(record.build_id)}.yaml": write_record(record),
        f"{record_path(record.build_id)}.log": b"log",
    }
    story.write("builds", files, "Record bld_7_1: failed\n")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A fresh clone of the story, whose forge is gone."""
    story = Story(tmp_path)
    tell(story)
    folder = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(story.remote), str(folder)], check=True)
    story.remote.rename(tmp_path / "gone.git")
    return folder


def run(*arguments: str) -> Result:
    """The command, with its own errors raised."""
    return CliRunner().invoke(audit, list(arguments), catch_exceptions=False)


def entries(*arguments: str) -> list[dict[str, Any]]:
    """What it says as JSON."""
    result = run("--json", *arguments)
    assert result.exit_code == 0, result.output
    return list(json.loads(result.stdout))


def test_a_clone_alone_tells_the_whole_story_in_order(clone: Path) -> None:
    told = entries("--clone", str(clone), "--since", ago(2998.5).isoformat())

    deeds = [entry["deed"] for entry in told]
    assert [d for d in deeds if d != "not-accepted"] == [
        "merged",
        "signers-changed",
        "released",
        "promoted",
        "rolled-back",
        "held",
        "passed",
        "build-failed",
    ]
    assert "not-accepted" in deeds


def test_each_entry_says_who_and_why_and_what_proves_it(clone: Path) -> None:
    told = entries("--clone", str(clone), "--since", ago(2998.5).isoformat())
    by_deed = {entry["deed"]: entry for entry in told}

    assert (by_deed["merged"]["who"], by_deed["merged"]["why"]) == ("alice", "marketing wants it")
    assert "approved by bob" in by_deed["merged"]["what"]
    assert (by_deed["promoted"]["who"], by_deed["promoted"]["why"]) == ("bob", "it is time")
    assert "modules failed: blog is unhealthy" in by_deed["rolled-back"]["what"]
    assert by_deed["not-accepted"]["who"] == "mallory"
    assert "platform-broken/src/lib.rs:12: mismatched types" in by_deed["build-failed"]["what"]
    for entry in by_deed.values():
        assert entry["proof"]


def test_the_story_of_one_module_or_environment_is_chosen_from_it(clone: Path) -> None:
    assert {e["deed"] for e in entries("--clone", str(clone), "--module", "broken")} == {"build-failed"}
    assert {e["environment"] for e in entries("--clone", str(clone), "--environment", "production")} == {"production"}
    deeds = [e["deed"] for e in entries("--clone", str(clone), "--module", "blog")]
    assert {"merged", "released", "promoted", "rolled-back", "held"} <= set(deeds)


def test_without_json_it_is_text_that_people_read(clone: Path) -> None:
    result = run("--clone", str(clone), "--module", "broken")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[0] == "2026-03-01 11:10:50  build-failed for alice"
    assert "  why: try it" in result.stdout.splitlines()


def test_a_moment_that_is_none_is_refused_with_what_is_allowed(clone: Path) -> None:
    result = CliRunner().invoke(audit, ["--clone", str(clone), "--since", "yesterday"])

    assert result.exit_code == 2
    assert "neither a date such as 2026-03-01T12:00 nor a duration such as 2h30m" in result.output


def test_a_folder_that_is_no_clone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Terminal) as caught:
        run("--clone", str(tmp_path))
    assert caught.value.reason == "NotARepository"
