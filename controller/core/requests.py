"""A request for a change: what somebody asks for, as values, as text in a trailer, and as the names that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from codegen import Change, Install, ModuleName, SetDefaultEnabled, SetFeatures, Uninstall, Upgrade
from controller.core.errors import Terminal
from controller.core.model import BranchName, ForgeProposal, HoldId, Person, Sha
from controller.core.names import BRANCH_PREFIX, proposal_branch, request_hash

Kind = Literal["change", "revert", "repair"]


@dataclass(frozen=True)
class Request:
    """
    What is asked for, by whom and why. `change` has changes, `revert` names the commit whose change is taken out,
    `repair` makes the generated files of the commit it names what the manifest gives.
    """

    kind: Kind
    requested_by: Person
    reason: str
    changes: tuple[Change, ...] = ()
    reverts: Sha | None = None
    repairs: Sha | None = None
    hold: HoldId | None = None

    @property
    def text(self) -> str:
        """The request as it stands in the `Modwright-Change` trailer; `parse` reads it back."""
        if self.kind == "revert":
            return f"revert {self.reverts}"
        if self.kind == "repair":
            return f"repair {self.repairs}"
        return "; ".join(_change_text(change) for change in self.changes)

    @property
    def subject(self) -> str:
        """The part of the branch's name that people recognise."""
        if self.kind == "change":
            return "-".join(dict.fromkeys(change.module for change in self.changes))
        return (self.reverts or self.repairs or "source")[:12]

    @property
    def digits(self) -> str:
        """The hash by which the same request is found again, whoever makes it and why."""
        if self.kind != "change":
            return request_hash(self.kind, self.reverts or self.repairs)
        return request_hash(self.kind, sorted(_change_text(change) for change in self.changes))

    def branch(self, ordinal: int) -> BranchName:
        """The branch of the n-th try."""
        return proposal_branch(
            self.kind if self.kind != "change" else self._verb, self.subject, digits=self.digits, ordinal=ordinal
        )

    def is_carried_by(self, proposal: ForgeProposal) -> bool:
        """
        Whether that proposal, in whatever state, carries this request: the branch says so, and the bot opened it here.

        Anybody can open a pull request from a fork whose branch has the same name.
        """
        branch = proposal.branch
        named = branch.startswith(BRANCH_PREFIX) and f"-{self.digits}-" in branch
        return named and proposal.author.is_bot and not proposal.from_fork

    @property
    def _verb(self) -> str:
        verbs = {type(change) for change in self.changes}
        names = {Install: "install", Uninstall: "uninstall", Upgrade: "upgrade"}
        return names.get(verbs.pop(), "set") if len(verbs) == 1 else "change"


def ordinal_of(branch: str) -> int:
    """Which try at a request a branch is; 0 where it is none of ours."""
    last = branch.rpartition("-")[2]
    return int(last) if last.isdecimal() and branch.startswith(BRANCH_PREFIX) else 0


def parse(text: str, *, requested_by: Person, reason: str) -> Request:
    """The request of a trailer. `Terminal` where a person has edited it into something else."""
    verb, _, commit = text.partition(" ")
    if verb in ("revert", "repair") and len(commit) == 40:
        named = Sha(commit)
        if verb == "revert":
            return Request("revert", requested_by, reason, reverts=named)
        return Request("repair", requested_by, reason, repairs=named)
    changes = tuple(_parse_change(part) for part in text.split("; "))
    return Request("change", requested_by, reason, changes)


def _change_text(change: Change) -> str:
    if isinstance(change, Install):
        return f"install {change.module}" + (f"@{change.version}" if change.version else "")
    if isinstance(change, Uninstall):
        return f"uninstall {change.module}"
    if isinstance(change, Upgrade):
        return f"upgrade {change.module}@{change.version}"
    if isinstance(change, SetFeatures):
        return f"set-features {change.module} {','.join(change.features)}"
    return f"set-default-enabled {change.module} {'yes' if change.enabled else 'no'}"


def _parse_change(text: str) -> Change:
    verb, _, rest = text.partition(" ")
    module, _, version = rest.partition("@")
    words = rest.split(" ")
    if verb == "install" and module:
        return Install(ModuleName(module), version or None)
    if verb == "uninstall" and rest:
        return Uninstall(ModuleName(rest))
    if verb == "upgrade" and version:
        return Upgrade(ModuleName(module), version)
    if verb == "set-features" and len(words) == 2:
        return SetFeatures(ModuleName(words[0]), _features(words[1].split(",")))
    if verb == "set-default-enabled" and len(words) == 2:
        return SetDefaultEnabled(ModuleName(words[0]), words[1] == "yes")
    raise Terminal("ChangeUnreadable", f"{text[:80]!r} is no change", hint="close the proposal and ask again")


def _features(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word)
