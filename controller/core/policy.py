"""
Policies: expressions in CEL over a documented input, each of which must hold.

A policy is data of the platform (`.modwright/policies/*.yaml`), read from the protected branch and judged before anything
is written. It fails closed: whatever is not `true` of type bool is a denial, and so is whatever could not be found out.
CEL was chosen because it is bounded (about 10,000 steps an evaluation) and is what Kubernetes admits objects with.

The input is described in `policies/README.md`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from cel_expr_python import cel

from codegen import Sentence
from controller.core.errors import Terminal
from controller.core.policy_file import Case, read_policy_text

Effect = Literal["allow", "deny", "warn"]

SUBJECT_PARTS = ("proposal", "change", "approval", "environment")
"""The names that an expression may use; anything else is refused when the policy is read."""

_LONGEST_SAID = 300


@dataclass(frozen=True)
class Policy:
    """One policy, ready to be evaluated. Two are equal where their texts are."""

    name: str
    description: str
    message: str
    expression: str
    effect: Literal["deny", "warn"]
    path: str
    cases: tuple[Case, ...] = ()
    program: cel.Expression | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Verdict:
    """
    What one policy says of one subject. `error` tells why it could not be evaluated; then `effect` is always `deny`,
    also for a policy that otherwise only warns: what nobody could judge is not let through.
    """

    policy: str
    effect: Effect
    message: str = ""
    error: str | None = None


@dataclass(frozen=True)
class CaseResult:
    """What one case of a policy came to."""

    policy: str
    case: str
    expected: Effect
    verdict: Verdict

    @property
    def holds(self) -> bool:
        """Whether the policy says of the case what its author expects."""
        return self.verdict.effect == self.expected


def read_policies(texts: Mapping[str, str]) -> tuple[Policy, ...]:
    """
    The policies in these files, path to text, in the order of their paths.

    Raises `Terminal` with file, line and key for an unknown key, a wrong value, an expression that does not compile, or
    a name that two files give: a rule that is misspelt must not silently be no rule.
    """
    policies = tuple(_compiled(path, texts[path]) for path in sorted(texts))
    seen: dict[str, str] = {}
    for policy in policies:
        if policy.name in seen:
            message = f"{policy.path}: name: {policy.name!r} is already the name of {seen[policy.name]}"
            raise Terminal("PolicyUnreadable", message, hint="give each policy a name of its own")
        seen[policy.name] = policy.path
    return policies


def evaluate(policies: tuple[Policy, ...], subject: Mapping[str, object]) -> tuple[Verdict, ...]:
    """One verdict for each policy, in their order. `subject` holds plain values: dict, list, str, int, bool, None."""
    return tuple(_judge(policy, subject) for policy in policies)


def told(verdicts: Iterable[Verdict]) -> Sentence:
    """What several policies say, each after its name."""
    return Sentence.joined(
        Sentence("{policy}: {message}", policy=verdict.policy, message=verdict.message) for verdict in verdicts
    )


def run_cases(policy: Policy) -> tuple[CaseResult, ...]:
    """Each case of the policy against what its author expects; `modwright policy test` shows them."""
    return tuple(
        CaseResult(policy.name, case.name, expected=case.expect, verdict=_judge(policy, case.input))
        for case in policy.cases
    )


@lru_cache(maxsize=512)
def _compiled(path: str, text: str) -> Policy:
    read = read_policy_text(text, path=path)
    try:
        program = _environment().compile(read.require)
    except RuntimeError as error:
        message = f"{path}:{read.require_line}: require: not an expression that can be judged: {_one_line(error)}"
        hint = f"an expression of CEL over {', '.join(SUBJECT_PARTS)}; see policies/README.md"
        raise Terminal("PolicyUnreadable", message, hint=hint) from error
    return Policy(
        name=read.name,
        description=read.description,
        message=read.message,
        expression=read.require,
        effect=read.effect,
        path=path,
        cases=read.cases,
        program=program,
    )


@lru_cache(maxsize=1)
def _environment() -> cel.Env:
    return cel.NewEnv(variables=dict.fromkeys(SUBJECT_PARTS, cel.Type.DYN))


def _judge(policy: Policy, subject: Mapping[str, object]) -> Verdict:
    if policy.program is None:
        return _undecided(policy, "it was never compiled")
    try:
        result = policy.program.eval(data={name: subject[name] for name in SUBJECT_PARTS if name in subject})
        kind, value = result.type(), result.value()
    except (RuntimeError, TypeError, ValueError) as error:  # an exhausted budget, an input that CEL has no type for
        return _undecided(policy, _one_line(error))
    if kind == cel.Type.BOOL:
        said = Sentence(policy.message)
        return Verdict(policy.name, "allow") if value is True else Verdict(policy.name, policy.effect, said)
    # An error of CEL is a value, and a truthy one: only the type tells.
    if kind == cel.Type.ERROR:
        return _undecided(policy, _one_line(value))
    return _undecided(policy, f"it gives a value of type {kind.name().lower()}, wanted is bool")


def _undecided(policy: Policy, problem: str) -> Verdict:
    message = Sentence(
        "{message} (it could not be judged, which denies: {problem})",
        message=Sentence(policy.message),
        problem=Sentence(problem),
    )
    return Verdict(policy.name, "deny", message, error=problem)


def _one_line(problem: object) -> str:
    """CEL's sentence without its drawing of the expression; its text may quote what a proposal wrote."""
    text = str(problem)
    if "budget" in text.lower():
        return "it takes more steps than one evaluation may (about 10,000): too many files or modules at once"
    words = " ".join(text.split("\n |", maxsplit=1)[0].split())
    printable = "".join(letter if letter.isprintable() else "?" for letter in words)
    return printable.removeprefix("INVALID_ARGUMENT: ").removeprefix("ERROR: ")[:_LONGEST_SAID]
