"""Promotions on the forge's deployment page. Nothing is read back from there: the ledger is the truth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from controller.adapters.github import answers, errors
from controller.adapters.github.client import Client
from controller.adapters.github.conditional import ConditionalReader
from controller.adapters.github.names import commit_id, number
from controller.adapters.github.settled import settled
from controller.ports import DeploymentNote

_MOST_DESCRIPTION = 140


@dataclass(frozen=True)
class _Deployment:
    id: int
    release: str


class Deployments:
    """Makes deployments and gives them their state."""

    def __init__(self, client: Client, reader: ConditionalReader) -> None:
        self._client = client
        self._reader = reader
        self._path = f"{client.repository.path}/deployments"

    def announce(self, note: DeploymentNote) -> None:
        """Says the state on the deployment of that release and environment; nothing where it says so already."""
        deployment = settled(lambda: self._find(note), lambda: self._make(note))
        path = f"{self._path}/{number(deployment)}/statuses"

        def find() -> bool | None:
            said = self._reader.all(path, _states)
            newest = max(said, default=None)
            return True if newest is not None and newest[1:] == (note.state, _description(note)) else None

        settled(find, lambda: self._say(path, note))

    def _find(self, note: DeploymentNote) -> int | None:
        parameters = {"environment": note.environment, "sha": commit_id(note.commit)}
        found = self._reader.all(self._path, _deployments, parameters=parameters)
        return max((item.id for item in found if item.release == note.release), default=None)

    def _make(self, note: DeploymentNote) -> int:
        """
        Makes the deployment of a commit.

        By default the forge would merge the default branch into it and ask every status for success; a promotion was
        decided already.
        """
        body = {
            "ref": commit_id(note.commit),
            "environment": note.environment,
            "description": _description(note),
            "payload": {**note.payload, "release": note.release},
            "auto_merge": False,
            "required_contexts": [],
        }
        told = self._client.write("POST", self._path, body)
        try:
            return answers.positive(told["id"])
        except (KeyError, TypeError, ValueError) as error:
            raise errors.strange(error, what="a new deployment") from error

    def _say(self, path: str, note: DeploymentNote) -> bool:
        body = {"state": note.state, "description": _description(note)}
        if note.url.startswith(("http://", "https://")):
            body["environment_url"] = note.url
        self._client.write("POST", path, body)
        return True


def _description(note: DeploymentNote) -> str:
    text = note.description
    return text if len(text) <= _MOST_DESCRIPTION else text[: _MOST_DESCRIPTION - 1] + "…"


def _deployments(data: Any) -> tuple[_Deployment, ...]:
    return tuple(_Deployment(id=answers.positive(item["id"]), release=_release(item.get("payload"))) for item in data)


def _release(payload: Any) -> str:
    """The forge answers the payload as it was sent, or as text of it."""
    if isinstance(payload, str):
        try:
            payload = json.loads(payload)
        except (ValueError, RecursionError):
            return ""
    return str(payload.get("release", "")) if isinstance(payload, dict) else ""


def _states(data: Any) -> tuple[tuple[int, str, str], ...]:
    return tuple(
        (answers.positive(item["id"]), str(item["state"]), str(item.get("description") or "")) for item in data
    )
