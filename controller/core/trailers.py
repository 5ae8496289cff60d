"""The trailers that Modwright writes into commit messages: encoded and parsed here and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from controller.core.model import Fingerprint, Person, Sha, UserId

PREFIX = "Modwright-"
CHANGE = f"{PREFIX}Change"
FINGERPRINT = f"{PREFIX}Fingerprint"
REQUESTED_BY = f"{PREFIX}Requested-By"
REASON = f"{PREFIX}Reason"
DECISION = f"{PREFIX}Decision"
ENVIRONMENT = f"{PREFIX}Environment"
RELEASE = f"{PREFIX}Release"
HOLD = f"{PREFIX}Hold"
BY = f"{PREFIX}By"
REVIEWED_HEAD = f"{PREFIX}Reviewed-Head"
GENERATOR = f"{PREFIX}Generator"
VIA = f"{PREFIX}Via"
NAME = f"{PREFIX}Name"
RECOVERS = f"{PREFIX}Recovers"

_TRAILER = re.compile(r"^(Modwright-[A-Za-z-]+): (.*)$")
_PERSON = re.compile(r"^(?P<login>\S+)(?: \((?P<id>\d+)\))?$")
# Git's and GitHub's own wording, https://git-scm.com/docs/git-revert
_REVERTS = re.compile(r"^This reverts commit ([0-9a-f]{40})[.,]", re.MULTILINE)


def encode(trailers: Mapping[str, str]) -> str:
    """One line for each trailer, sorted; a line break within a value becomes a space, so that no value adds a trailer."""
    return "\n".join(f"{name}: {one_line(trailers[name])}" for name in sorted(trailers) if trailers[name])


def parse(message: str) -> Mapping[str, str]:
    """Every `Modwright-*` line of a message; the last of a name counts, as git has it."""
    found = (_TRAILER.match(line.strip()) for line in message.splitlines())
    return {match.group(1): match.group(2).strip() for match in found if match}


def reverted(message: str) -> Sha | None:
    """The commit that a message says it reverts. Titles are not looked at: people change them."""
    match = _REVERTS.search(message)
    return Sha(match.group(1)) if match else None


def revert_line(commit: Sha) -> str:
    """The sentence by which git, GitHub and Modwright know a revert."""
    return f"This reverts commit {commit}."


def encode_person(person: Person) -> str:
    """`login (id)`, or the login alone for somebody the forge does not know."""
    return f"{person.login} ({person.id})" if person.id is not None else person.login


def parse_person(text: str) -> Person | None:
    """The reverse of `encode_person`; `None` where the text is none."""
    match = _PERSON.match(text)
    if match is None:
        return None
    number = match.group("id")
    return Person(login=match.group("login"), id=UserId(int(number)) if number else None)


def vouched(person: Person) -> dict[str, str]:
    """The trailers that say how somebody is called and who vouched for them; none where they came themselves."""
    return {NAME: person.name, VIA: person.via}


@dataclass(frozen=True)
class ChangeTrailers:
    """What the bot's own commit on a proposal says of the change that it carries."""

    change: str
    fingerprint: Fingerprint
    requested_by: Person
    reason: str

    def encode(self) -> str:
        """The trailers as they stand at the end of the message."""
        return encode(
            {
                CHANGE: self.change,
                FINGERPRINT: self.fingerprint,
                REQUESTED_BY: encode_person(self.requested_by),
                REASON: self.reason,
                **vouched(self.requested_by),
            }
        )

    @staticmethod
    def read(trailers: Mapping[str, str]) -> ChangeTrailers | None:
        """The reverse; `None` where something that a change needs is missing."""
        requested_by = parse_person(trailers.get(REQUESTED_BY, ""))
        if requested_by is None or CHANGE not in trailers or FINGERPRINT not in trailers:
            return None
        return ChangeTrailers(
            change=trailers[CHANGE],
            fingerprint=Fingerprint(trailers[FINGERPRINT]),
            requested_by=replace(requested_by, name=trailers.get(NAME, ""), via=trailers.get(VIA, "")),
            reason=trailers.get(REASON, ""),
        )


def one_line(text: str) -> str:
    """Text from outside on one line, without control characters, at most 400 characters."""
    return "".join(c if c.isprintable() else " " for c in text).strip()[:400]
