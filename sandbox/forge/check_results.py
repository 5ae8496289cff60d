"""Which check runs and statuses a commit has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.forge.store import Document

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge


def runs_at(forge: Forge, full_name: str, sha: str) -> list[Document]:
    """All check runs of a commit, oldest first."""
    return [run for run in forge.store.all("check_run", full_name) if run["head_sha"] == sha]


def latest(runs: list[Document]) -> list[Document]:
    """The newest of each App and name."""
    return list({(run["app"], run["name"]): run for run in runs}.values())


def statuses_at(forge: Forge, full_name: str, sha: str) -> list[Document]:
    """All statuses of a commit, oldest first."""
    return [status for status in forge.store.all("status", full_name) if status["sha"] == sha]
