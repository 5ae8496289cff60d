"""A clone answers plan, status, releases and audit without a server; only signed commits of the ledger are state."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from controller.adapters.git.mirror import Author, Mirror
from controller.adapters.signing import SigningKey
from controller.core.builds import BuildRecord, record_path, write_record
from controller.core.ledger import documents
from controller.core.ledger.state import (
    Approval,
    CommitEvidence,
    EnvironmentState,
    Freeze,
    LedgerState,
    Release,
    ReviewEvidence,
)
from controller.core.messages import ledger_message
from controller.core.model import BuildId, Digest, EnvironmentName, Person, ReleaseId, Sha, TreeId, UserId
from modwright.__main__ import run

EXAMPLE = Path(__file__).parents[2] / "examples" / "platform"
AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
AUTHOR = Author("Modwright", "modwright@users.noreply.example")
ALICE, BOB = Person("alice", UserId(1)), Person("bob", UserId(2))
STAGING = EnvironmentName("staging")
RELEASE = Release(
    id=ReleaseId("rel_20260102_aaaaaaaaaaaa"),
    commit=Sha("a" * 40),
    input_tree=TreeId("b" * 40),
    digest=Digest("sha256:" + "c" * 64),
    manifest_hash="d",
    modules=(),
    created_at=AT,
    build=None,
    commits=(
        CommitEvidence(
            commit=Sha("a" * 40),
            approval=Approval.REVIEWED,
            detail="",
            requested_by=ALICE,
            reviews=(ReviewEvidence(1, BOB, Sha("e" * 40)),),
            changes_modules=True,
            added=("blog",),  # type: ignore[arg-type]
        ),
    ),
)

CALENDAR = "freezes: [{ name: century, timezone: UTC, reason: rest, from: 2000-01-01, to: 2199-12-31 }]\n"


@dataclass
class Repository:
    """A clone of the example with a ledger that one promotion stands in."""

    folder: Path
    mirror: Mirror
    ledger: Sha

    def point(self, branch: str, commit: Sha) -> None:
        command = ["git", "-C", str(self.folder), "update-ref", f"refs/heads/{branch}", commit]
        subprocess.run(command, check=True, timeout=60)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    monkeypatch.delenv("MODWRIGHT_CONTEXT", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    key = SigningKey.generate(tmp_path / "key")
    mirror = Mirror(tmp_path / "clone.git", url=str(tmp_path), token=None)
    files: dict[str, bytes | None] = {
        str(file.relative_to(EXAMPLE)): file.read_bytes()
        for file in EXAMPLE.rglob("*")
        if file.is_file() and "target" not in file.relative_to(EXAMPLE).parts
    }
    configuration = (files[".modwright/config.yaml"] or b"").decode()
    signed = configuration.replace("branch: environments }", f'branch: environments, signers: ["{key.public_key}"] }}')
    assert signed != configuration
    files[".modwright/config.yaml"] = (signed + CALENDAR).encode()
    state = LedgerState(
        environments={STAGING: EnvironmentState(name=STAGING, release=RELEASE.id, since=AT, by=ALICE)},
        releases={RELEASE.id: RELEASE},
        freezes={
            "frz_1": Freeze("frz_1", STAGING, ALICE, "sale", AT),
            "frz_2": Freeze("frz_2", None, ALICE, "over", AT, until=AT + timedelta(hours=1)),
        },
    )
    message = ledger_message("promote", environment="staging", release=RELEASE.id, by=ALICE, reason="try it")
    ledger = mirror.write_commit(
        parents=[],
        changes=dict(documents.changes(LedgerState(), state, {})),
        base_tree=None,
        message=message,
        author=AUTHOR,
        when=AT,
        sign=key.sign,
    )
    main = mirror.write_commit(parents=[], changes=files, base_tree=None, message="Start", author=AUTHOR, when=AT)
    made = Repository(tmp_path / "clone.git", mirror, ledger)
    made.point("main", main)
    made.point("environments", ledger)
    return made


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(arguments) == 0
    return json.loads(capsys.readouterr().out)


def test_a_plan_needs_no_server(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    plan = asked(capsys, "plan", "--install", "blog", "--json", "--clone", str(repository.folder))

    assert [entry["slug"] for entry in plan["delta"]["added"]] == ["blog", "content"]
    assert {verdict["effect"] for verdict in plan["verdicts"]} == {"allow"}
    assert "modules.toml" in {file["path"] for file in plan["files"]}


def test_a_plan_that_cannot_be_is_refused(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["plan", "--uninstall", "auth", "--clone", str(repository.folder)]) == 1
    assert capsys.readouterr().err.startswith("error: ")


def test_status_is_what_the_ledger_says(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    (environment,) = asked(capsys, "status", "--json", "--clone", str(repository.folder))["environments"]

    assert (environment["name"], environment["release"], environment["digest"]) == (
        "staging",
        RELEASE.id,
        RELEASE.digest,
    )


def test_status_has_the_freezes_and_calendars_in_force_and_no_ended_one(
    repository: Repository, capsys: pytest.CaptureFixture[str]
) -> None:
    status = asked(capsys, "status", "--json", "--clone", str(repository.folder))

    assert [(freeze["id"], freeze["environment"], freeze["until"]) for freeze in status["freezes"]] == [
        ("frz_1", "staging", None)
    ]
    assert [window["name"] for window in status["calendars"]] == ["century"]
    assert run(["status", "--clone", str(repository.folder)]) == 0
    assert "Calendars" in capsys.readouterr().out


def test_releases_are_shown_and_one_whole(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, "releases", RELEASE.id, "--clone", str(repository.folder))["commit"] == RELEASE.commit
    assert run(["releases", "rel_none", "--clone", str(repository.folder)]) == 2


def test_modules_are_those_of_manifest_and_catalog(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    rows = asked(capsys, "modules", "--json", "--clone", str(repository.folder))
    states = {row["slug"]: row["state"] for row in rows}

    assert (states["auth"], states["blog"]) == ("installed", "available")
    assert next(row for row in rows if row["slug"] == "blog")["depends_on"] == ["content"]
    installed = asked(capsys, "modules", "--installed", "--json", "--clone", str(repository.folder))
    assert {row["state"] for row in installed} == {"installed"}


def test_builds_are_those_whose_record_is_kept(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert asked(capsys, "builds", "--json", "--clone", str(repository.folder)) == []
    kept = {f"{record_path(record.build_id)}.yaml": write_record(record) for record in (record_of(7), record_of(12))}
    repository.point(
        "builds",
        repository.mirror.write_commit(
            parents=[], changes=dict(kept), base_tree=None, message="Record", author=AUTHOR, when=AT
        ),
    )

    rows = asked(capsys, "builds", "--json", "--clone", str(repository.folder))

    assert [row["build_id"] for row in rows] == ["bld_12_1", "bld_7_1"]
    one = asked(capsys, "builds", "bld_7_1", "--json", "--clone", str(repository.folder))
    assert (one["status"], one["requester"]) == ("succeeded", "alice")
    assert run(["builds", "bld_8_1", "--clone", str(repository.folder)]) == 2


def record_of(run_number: int) -> BuildRecord:
    return BuildRecord(
        build_id=BuildId(f"bld_{run_number}_1"),
        status="succeeded",
        manifest_hash="0" * 64,
        started_at=AT,
        finished_at=AT,
        logs_url="https://forge.invalid/run",
        release_id=None,
        commit=RELEASE.commit,
        input_tree=RELEASE.input_tree,
        digest=RELEASE.digest,
        requester=ALICE,
    )


def test_the_audit_names_who_and_why(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "--json", "--clone", str(repository.folder)]) == 0

    said = capsys.readouterr().out
    assert all(word in said for word in ("alice", "try it", "staging", repository.ledger))


def test_an_unsigned_commit_is_no_state(repository: Repository, capsys: pytest.CaptureFixture[str]) -> None:
    forged = repository.mirror.write_commit(
        parents=[repository.ledger],
        changes={"environments/staging/state.yaml": None},
        base_tree=None,
        message="Nothing to see\n\nModwright-By: alice (1)\n",
        author=Author("mallory", "mallory@example"),
        when=AT,
    )
    repository.point("environments", forged)

    assert asked(capsys, "status", "--json", "--clone", str(repository.folder))["environments"]


def test_a_folder_that_is_no_clone_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["audit", "--clone", str(tmp_path)]) == 2
    assert "hint: " in capsys.readouterr().err
