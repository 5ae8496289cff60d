"""What a clone tells without a server: the platform's files, and the ledger as its signatures accept it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from controller.adapters.git.history import CommitRecord, History
from controller.cli.context import find_context
from controller.core.configuration import Configuration
from controller.core.configuration_document import PATH, read_configuration
from controller.core.errors import Terminal
from controller.core.ledger import documents
from controller.core.ledger.acceptance import Acceptance, LedgerCommit, accept
from controller.core.ledger.state import LedgerState
from controller.core.model import BranchName, Sha
from controller.core.signature import verify
from controller.operations.past import FURTHEST, LedgerRecord

MAIN = "main"


@dataclass(frozen=True)
class Clone:
    """A clone of a platform repository, read at its default branch."""

    history: History
    head: Sha
    files: Mapping[str, bytes]
    configuration: Configuration

    def ledger(self) -> tuple[LedgerState, tuple[LedgerRecord, ...]]:
        """
        The newest accepted state and the ledger's commits, newest first.

        A commit that no allowed key signed is shown but is never state, as for the controller itself.
        """
        head = self.history.head(BranchName(self.configuration.ledger_branch))
        if head is None:
            message = f"the clone has no branch {self.configuration.ledger_branch}"
            raise Terminal("NoLedger", message, hint=f"git fetch origin {self.configuration.ledger_branch}")
        commits = self.history.first_parents(head, limit=FURTHEST)
        judged = accept(
            Acceptance(),
            [self._judged(commit) for commit in reversed(commits)],
            first_keys=self.configuration.signers,
            verify=verify,
        )
        refused = {rejected.sha for rejected in (*judged.rejected, *judged.earlier)}
        records = tuple(LedgerRecord(commit, commit.sha not in refused) for commit in commits)
        if judged.head is None:
            hint = f"are `ledger.signers` of {PATH} the controller's keys?"
            raise Terminal("LedgerNotAccepted", "no commit of the ledger is signed by an allowed key", hint=hint)
        return documents.read(self.history.files(judged.head)), records

    def _judged(self, commit: CommitRecord) -> LedgerCommit:
        return LedgerCommit(
            sha=commit.sha,
            parents=commit.parents,
            signature=commit.signature,
            payload=commit.signed_payload,
            signers=documents.signers_of(self.history.files(commit.sha)),
        )


def chosen_clone(given: str | None) -> Path | None:
    """The clone to read: the one that was named; without a context the current folder; else none, ask the API."""
    if given is not None:
        return Path(given)
    return None if find_context() else Path()


def open_clone(folder: Path, *, branch: str = MAIN) -> Clone:
    """The clone in a folder. `Terminal` where there is none, or it is of no platform."""
    history = History(folder)
    head = history.head(BranchName(branch))
    if head is None:
        raise Terminal("NoBranch", f"{folder} has no branch {branch}", hint=f"git fetch origin {branch}")
    files = history.files(head)
    text = files.get(PATH)
    if text is None:
        message = f"{folder}: {branch} has no {PATH}, so it is no platform repository"
        hint = "name a clone of the platform by --clone FOLDER; to ask the API: modwright login ADDRESS"
        raise Terminal("NoConfiguration", message, hint=hint)
    return Clone(history, head, files, read_configuration(text.decode(errors="replace")))
