"""The mirror and the forge: fetch and push over HTTP with the App's token."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from controller.adapters.git import Mirror
from controller.core.errors import Conflict, Terminal
from controller.core.model import BranchName, Sha
from tests.adapters.git.test_history import MAIN, commit
from tests.support.sandbox_world import SandboxWorld

LEDGER = BranchName("environments")


def mirror_of(world: SandboxWorld, folder: Path, token: Callable[[], str] | None = None) -> Mirror:
    url = f"{world.sandbox.addresses['forge']}/{world.repository}.git"
    return Mirror(folder, url=url, token=token or world.forge.push_token)


@pytest.fixture
def fetched(world: SandboxWorld, tmp_path: Path) -> Mirror:
    mirror = mirror_of(world, tmp_path / "mirror.git")
    mirror.fetch()
    return mirror


def test_what_is_pushed_is_on_the_forge(world: SandboxWorld, fetched: Mirror) -> None:
    first = fetched.head(MAIN)
    assert first == world.head("main")
    second = commit(fetched, Sha(first), a_txt=b"1")
    fetched.push(LEDGER, second, expected=None)
    assert world.head(LEDGER) == second
    with pytest.raises(Conflict):
        fetched.push(LEDGER, commit(fetched, second, a_txt=b"2"), expected=first)
    assert world.head(LEDGER) == second


def test_a_protected_branch_refuses_the_push(world: SandboxWorld, fetched: Mirror) -> None:
    first = Sha(world.head("main"))
    with pytest.raises(Terminal) as refused:
        fetched.push(MAIN, commit(fetched, first, a_txt=b"1"), expected=first)
    assert refused.value.reason == "BranchProtected"
    assert world.head("main") == first


def test_a_wrong_token_is_refused_and_not_told(world: SandboxWorld, tmp_path: Path) -> None:
    mirror = mirror_of(world, tmp_path / "mirror.git", lambda: "ghs_canary0123456789abcdef")
    with pytest.raises(Terminal) as refused:
        mirror.fetch()
    assert refused.value.reason == "ForgeRefusesToken"
    assert "canary" not in str(refused.value)


def test_a_push_is_quick_enough_for_a_rollback(world: SandboxWorld, fetched: Mirror) -> None:
    """The ledger's push stands between a rollback's request and the predecessor's answer."""
    head, walls = Sha(world.head("main")), []
    expected = None
    for turn in range(5):
        new = commit(fetched, head, a_txt=str(turn).encode())
        begun = time.perf_counter()
        fetched.push(LEDGER, new, expected=expected)
        walls.append(time.perf_counter() - begun)
        head = expected = new
    assert statistics.median(walls) < 0.25, walls
