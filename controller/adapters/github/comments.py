"""Comments on pull requests: what the bot says once, and what people ask for by `/modwright`."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from controller.adapters.github import answers
from controller.adapters.github.client import Client
from controller.adapters.github.conditional import ConditionalReader
from controller.adapters.github.names import number
from controller.adapters.github.settled import settled
from controller.core.model import Command, Person, ProposalNumber

_COMMAND = re.compile(r"\s*/modwright[ \t]+revert(?:[ \t]+([^\n]*))?\s*(?:\n|\Z)")
_ANSWERED = re.compile(r"<!-- modwright:command:([0-9]+) -->")
_NUMBER_AT_END = re.compile(r"/([0-9]+)\Z")


@dataclass(frozen=True)
class _Comment:
    id: int
    author: Person
    body: str
    proposal: int | None
    at: datetime
    is_edited: bool


class Comments:
    """Reads and writes comments as the bot."""

    def __init__(self, client: Client, reader: ConditionalReader, *, bot: Callable[[], Person]) -> None:
        self._client = client
        self._reader = reader
        self._bot = bot
        self._path = client.repository.path

    def commands(self) -> tuple[Command, ...]:
        """
        What was asked for and not answered yet, oldest first.

        An edited comment asks for nothing: whoever may edit it need not be its author.
        """
        parameters = {"sort": "updated", "direction": "desc", "per_page": 100}
        found = self._reader.one(f"{self._path}/issues/comments", _comments, parameters=parameters)
        if not any(_COMMAND.match(item.body) for item in found):
            return ()
        bot = self._bot()
        answered = {int(name) for item in found if _same(item.author, bot) for name in _ANSWERED.findall(item.body)}
        asked = [_command(item) for item in found if item.id not in answered and not item.is_edited]
        return tuple(sorted((item for item in asked if item is not None), key=lambda item: (item.at, item.comment)))

    def say(self, proposal: ProposalNumber, body: str, *, marker: str) -> None:
        """Comments, unless a comment of the bot with that marker stands there."""
        path = f"{self._path}/issues/{number(proposal)}/comments"
        text = body if marker in body else f"{body}\n\n{marker}"

        def find() -> bool | None:
            bot = self._bot()
            said = self._reader.all(path, _comments)
            return any(_same(item.author, bot) and marker in item.body for item in said) or None

        def write() -> bool:
            self._client.write("POST", path, {"body": text})
            return True

        settled(find, write)


def _same(one: Person, other: Person) -> bool:
    return one.id is not None and one.id == other.id


def _command(comment: _Comment) -> Command | None:
    asked = _COMMAND.match(comment.body)
    if asked is None or comment.proposal is None:
        return None
    return Command(
        comment=comment.id,
        proposal=ProposalNumber(comment.proposal),
        author=comment.author,
        verb="revert",
        reason=(asked.group(1) or "").strip(),
        at=comment.at,
    )


def _comments(data: Any) -> tuple[_Comment, ...]:
    return tuple(_comment(item) for item in data)


def _comment(data: Any) -> _Comment:
    issue = _NUMBER_AT_END.search(str(data["issue_url"]))
    is_on_proposal = "/pull/" in str(data["html_url"])
    return _Comment(
        id=answers.positive(data["id"]),
        author=answers.person(data["user"]),
        body=str(data.get("body") or ""),
        proposal=int(issue.group(1)) if issue and is_on_proposal else None,
        at=answers.certain_moment(data["created_at"]),
        is_edited=data["updated_at"] != data["created_at"],
    )
