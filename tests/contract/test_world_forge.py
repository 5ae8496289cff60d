"""The in-memory forge keeps the contract that the real adapter keeps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from controller.core.model import Annotation, BranchName, Digest, ReviewState
from tests.contract.forge_contract import BROKEN_TREE, ForgeContract
from tests.world.clock import SteppedClock
from tests.world.forge import PEOPLE, WorldForge
from tests.world.origin import Origin

T = TypeVar("T")

_STATES = {
    "APPROVE": ReviewState.APPROVED,
    "REQUEST_CHANGES": ReviewState.CHANGES_REQUESTED,
    "COMMENT": ReviewState.COMMENTED,
}
_DOES_NOT_COMPILE = Annotation("src/lib.rs", 3, "E0308", "mismatched types")


@dataclass
class InMemory:
    """`ForgeWorld` over the stand-in."""

    forge: WorldForge

    @property
    def origin(self) -> Origin:
        return self.forge.origin

    def head(self, branch: str) -> str:
        return self.origin.heads()[BranchName(branch)]

    def push(self, branch: str, path: str, content: str, *, login: str = "alice") -> str:
        parent = self.origin.heads()[BranchName(branch)]
        made = self.origin.commit(
            {path: content.encode()}, parent=parent, message=f"Write {path}", author=login, time=1
        )
        self.forge.push(BranchName(branch), made, PEOPLE[login])
        return made

    def review(self, number: int, event: str, *, login: str) -> None:
        self.forge.review(number, login, _STATES[event])

    def comment(self, number: int, body: str, *, login: str = "alice") -> int:
        return self.forge.say(number, body, login)

    def file(self, branch: str, path: str) -> bytes | None:
        return self.origin.file(self.origin.heads()[BranchName(branch)], path)

    def eventually(self, look: Callable[[], T | None]) -> T:
        for run in [run for run in self.forge.runs if not run.status.has_ended]:
            if run.input_tree == BROKEN_TREE:
                self.forge.finish(run.id, digest=None, errors=(_DOES_NOT_COMPILE,))
            else:
                self.forge.finish(run.id, digest=Digest("sha256:" + "d" * 64))
        found = look()
        assert found
        return found


class TestWorldForge(ForgeContract):
    """Over nothing but git."""

    @pytest.fixture
    def world(self, tmp_path: Path) -> InMemory:  # type: ignore[override]
        clock = SteppedClock()
        origin = Origin(tmp_path / "origin.git")
        first = {"modules.toml": b"schema = 2\n"}
        origin.move("main", origin.commit(first, parent=None, message="Begin", author="alice", time=1))
        teams = {"acme/platform": frozenset({"alice", "carol"})}
        return InMemory(WorldForge(origin, clock, teams=teams))
