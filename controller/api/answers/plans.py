"""What a change would do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from pydantic import Field

from codegen import ModuleEntry, plan_document
from controller.api.answers.shapes import Answer
from controller.operations.planning import Plan as Made

_TOLD = ("features", "migrations", "rebuild", "undo", "kept", "by_hand", "dropped")
"""What the code generator tells beside the files, as its own documents have it."""


class PlanDelta(Answer):
    """The modules that come, go and change."""

    added: list[str]
    removed: list[str]
    changed: list[str]


class FileDiff(Answer):
    """A file that is written."""

    path: str = Field(examples=["modules.toml"])
    diff: str = Field(description="Unified.")


class Effect(StrEnum):
    """What a policy says."""

    ALLOW = "allow"
    WARN = "warn"
    DENY = "deny"


class Verdict(Answer):
    """What one policy says of the change."""

    policy: str
    effect: Effect
    message: str


class Plan(Answer):
    """What a request would do on today's default branch. The parts from `features` on: docs/reference/plan.md."""

    delta: PlanDelta
    because: dict[str, str] = Field(description="Why each module that nobody asked for comes along or goes.")
    files: list[FileDiff]
    verdicts: list[Verdict]
    warnings: list[str]
    fingerprint: str = Field(description="What an approval is bound to.")
    already: bool = Field(description="Whether the composition is so already.")
    features: list[dict[str, Any]] = Field(default_factory=list)
    migrations: list[dict[str, Any]] = Field(default_factory=list)
    rebuild: dict[str, Any] | None = None
    undo: dict[str, Any] | None = None
    kept: list[dict[str, Any]] = Field(default_factory=list)
    by_hand: list[dict[str, Any]] = Field(default_factory=list)
    dropped: list[dict[str, Any]] = Field(default_factory=list)

    @classmethod
    def of(cls, made: Made) -> Plan:
        """The plan with what the code generator tells."""
        delta = made.delta
        document = plan_document(made.effects) if made.effects is not None else {}
        return cls(
            delta=PlanDelta(
                added=_slugs(delta.added),
                removed=_slugs(delta.removed),
                changed=_slugs(after for _, after in delta.changed),
            ),
            because={str(slug): why for slug, why in made.because.items()},
            files=[FileDiff(path=path, diff=diff) for path, diff in made.diffs],
            verdicts=[Verdict(policy=v.policy, effect=Effect(v.effect), message=v.message) for v in made.verdicts],
            warnings=list(made.warnings),
            fingerprint=made.fingerprint,
            already=not made.files,
            **{key: document[key] for key in _TOLD if key in document},
        )


def _slugs(entries: Iterable[ModuleEntry]) -> list[str]:
    return [entry.slug for entry in entries]
