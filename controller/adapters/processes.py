"""Environments as processes of one host, behind its HTTP API: GET tells all of them, PUT says what one shall run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import requests

from controller.core.errors import Terminal, Transient
from controller.core.model import Digest, EnvironmentName, RolloutPhase, Running
from controller.redaction import remote_text

_MOST_ERROR = 2000


class ProcessCluster:
    """The port `Cluster` on a process host. `ready_path` is what a new process must answer before it is switched to."""

    def __init__(
        self, url: str, *, token: str, ready_path: str = "/health/live", timeout: timedelta = timedelta(seconds=10)
    ) -> None:
        self._url = f"{url.rstrip('/')}/environments"
        self._ready_path = ready_path
        self._timeout = timeout.total_seconds()
        self._session = requests.Session()
        self._session.trust_env = False  # neither a proxy nor a .netrc stands between us and this host
        self._session.headers["Authorization"] = f"Bearer {token}"

    def observe(self) -> Mapping[EnvironmentName, Running]:
        """Every environment as it runs now, by one request."""
        told = self._asked("GET", self._url)
        try:
            found = [_running(item) for item in told]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _strange(error) from error
        return {running.environment: running for running in found}

    def roll_out(
        self,
        environment: EnvironmentName,
        *,
        image: str,
        before_rollout: Sequence[Sequence[str]],
        release: str,
    ) -> Running:
        """Says what shall run. The host does nothing where it is wanted already, so saying it again is harmless."""
        body = {
            "image": image,
            "before_rollout": [list(command) for command in before_rollout],
            "annotations": {"release": release},
            "ready": {"path": self._ready_path},
        }
        told = self._asked("PUT", f"{self._url}/{quote(environment, safe='')}", body)
        try:
            return _running(told)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _strange(error) from error

    def _asked(self, method: str, url: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            answer = self._session.request(method, url, json=body, timeout=self._timeout, allow_redirects=False)
        except requests.RequestException as error:
            raise Transient(f"the process host did not answer ({type(error).__name__})") from error
        if answer.status_code not in (200, 202):
            raise _refused(answer)
        try:
            return json.loads(answer.content)
        except (ValueError, RecursionError) as error:
            raise _strange(error) from error


def _running(data: Any) -> Running:
    desired, serving, error = data["desired"], data["serving"], data["error"]
    return Running(
        environment=EnvironmentName(str(data["name"])),
        url=str(data["url"]),
        phase=RolloutPhase(data["phase"]),
        desired=Digest(str(desired["digest"])) if desired else None,
        serving=Digest(str(serving["digest"])) if serving else None,
        serving_since=_moment(serving["since"]) if serving else None,
        error=_error(error) if error else "",
        says_nothing_of_it=bool(error) and error.get("reason") == "PullFailed",
    )


def _error(data: Any) -> str:
    """The host's reason and sentence; of the log the end, which says why a process stopped."""
    log = str(data.get("log") or "").strip().rsplit("\n", 1)[-1]
    sentence = f"{data.get('reason', '')}: {data.get('message', '')}"
    return remote_text(f"{sentence} | {log}" if log else sentence, limit=_MOST_ERROR)


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"a time without zone: {text}")
    return found


def _refused(answer: requests.Response) -> Transient | Terminal:
    said = f"the process host answered {answer.status_code}: {remote_text(answer.text)}"
    if answer.status_code in (401, 403):
        return Terminal("ClusterRefusesToken", said, hint="Check the process host's token.")
    if answer.status_code == 404:
        return Terminal("NotFound", said, hint="The host must be started with this environment.")
    if 300 <= answer.status_code < 500 and answer.status_code not in (408, 429):
        return Terminal("ClusterRefusesInput", said)
    return Transient(said)


def _strange(error: Exception) -> Transient:
    return Transient(f"the process host's answer cannot be read: {remote_text(f'{type(error).__name__}: {error}')}")
