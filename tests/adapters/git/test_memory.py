"""Answers are remembered while they are used."""

from __future__ import annotations

from controller.adapters.git.memory import Memory


def test_what_is_used_stays_while_others_pass_by() -> None:
    memory: Memory[str, str] = Memory(2)
    memory.get("head", lambda: "found")
    for passing in ("one", "two", "three"):
        assert memory.get("head", lambda: "found again") == "found"
        memory.get(passing, lambda: "passing")


def test_what_nobody_asks_for_is_forgotten_first() -> None:
    memory: Memory[str, str] = Memory(2)
    for name in ("old", "newer", "newest"):
        memory.get(name, lambda: "found")
    assert memory.get("old", lambda: "found again") == "found again"
