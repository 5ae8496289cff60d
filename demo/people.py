"""The people on the forge: what they click and push, by plain REST and git with their own tokens."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from demo.errors import DemoError
from demo.git import git

_TIMEOUT_SECONDS = 20
_REVERT = """\
mutation($pull: ID!) {
  revertPullRequest(input: {pullRequestId: $pull}) { revertPullRequest { number url } }
}
"""


class RefusedError(DemoError):
    """The forge said no. `status` and `message` are its own."""

    def __init__(self, what: str, status: int, message: str) -> None:
        super().__init__(f"{what}: the forge answered {status}: {message}")
        self.status = status
        self.message = message


@dataclass(frozen=True)
class Person:
    """Somebody with a token, at one repository. `forge` is its address, without a path."""

    login: str
    token: str
    forge: str
    repository: str

    def get(self, path: str, **query: str) -> Any:
        """What the repository's REST API answers."""
        return self._ask("GET", f"/api/v3/repos/{self.repository}{path}", query=query)

    def pages(self, path: str, key: str | None = None, **query: str) -> list[Any]:
        """All of a list, page by page; `key` where the list stands within an object."""
        found: list[Any] = []
        for page in range(1, 1000):
            answer = self.get(path, per_page="100", page=str(page), **query)
            items = answer[key] if key is not None else answer
            found += items
            if len(items) < 100:
                break
        return found

    def head(self, branch: str) -> str:
        """Where a branch stands."""
        return str(self.get(f"/git/ref/heads/{branch}")["object"]["sha"])

    def approve(self, number: int) -> Mapping[str, Any]:
        """Approves a pull request by a review."""
        return self._post(f"/pulls/{number}/reviews", {"event": "APPROVE", "body": "Looks right."})

    def merge(self, number: int) -> Mapping[str, Any]:
        """Squash-merges a pull request."""
        path = f"/api/v3/repos/{self.repository}/pulls/{number}/merge"
        answer: Mapping[str, Any] = self._ask("PUT", path, body={"merge_method": "squash"})
        return answer

    def comment(self, number: int, text: str) -> Mapping[str, Any]:
        """Says something below a pull request."""
        return self._post(f"/issues/{number}/comments", {"body": text})

    def revert(self, number: int) -> Mapping[str, Any]:
        """Presses the Revert button of a merged pull request: the forge opens another one. Refused where it conflicts."""
        variables = {"pull": self.get(f"/pulls/{number}")["node_id"]}
        answer = self._ask("POST", "/api/graphql", body={"query": _REVERT, "variables": variables})
        if answer.get("errors"):
            raise RefusedError(f"revert #{number}", 422, str(answer["errors"][0]["message"]))
        opened: Mapping[str, Any] = answer["data"]["revertPullRequest"]["revertPullRequest"]
        return opened

    def push(self, edit: Callable[[Path], object], *, subject: str, onto: str = "main", to: str | None = None) -> str:
        """
        Commits what `edit` does to a clone of the branch `onto` and pushes it, past every button of the forge: to that
        branch, or to `to`. Answers the commit.
        """
        with tempfile.TemporaryDirectory() as scratch:
            clone = Path(scratch) / "clone"
            self.clone(clone)
            git(clone, "checkout", "--quiet", "--detach", f"origin/{onto}", who=self.login)
            edit(clone)
            git(clone, "add", "--all", who=self.login)
            git(clone, "commit", "--quiet", "--message", subject, who=self.login)
            git(clone, "push", "--quiet", "origin", f"HEAD:refs/heads/{to or onto}", who=self.login, token=self.token)
            return git(clone, "rev-parse", "HEAD", who=self.login).strip()

    def open(self, *, branch: str, title: str, body: str) -> Mapping[str, Any]:
        """Opens a pull request of one's own onto main."""
        return self._post("/pulls", {"title": title, "body": body, "head": branch, "base": "main"})

    def clone(self, folder: Path) -> None:
        """A fresh clone with every branch, as `origin/BRANCH`."""
        url = f"{self.forge}/{self.repository}.git"
        git(folder.parent, "clone", "--quiet", url, str(folder), who=self.login, token=self.token)

    def file(self, path: str, ref: str) -> bytes:
        """A file of the repository at a commit or branch."""
        return base64.b64decode(self.get(f"/contents/{path}", ref=ref)["content"])

    def _post(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._ask("POST", f"/api/v3/repos/{self.repository}{path}", body=body)
        return answer

    def _ask(self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = None) -> Any:
        try:
            answer = requests.request(
                method,
                f"{self.forge}{path}",
                params=query,
                json=body,
                headers={"Authorization": f"token {self.token}", "Accept": "application/vnd.github+json"},
                timeout=_TIMEOUT_SECONDS,
            )
        except requests.RequestException as error:
            raise DemoError(f"{method} {path}: the forge does not answer ({type(error).__name__})") from error
        if not answer.ok:
            raise RefusedError(f"{method} {path} as {self.login}", answer.status_code, _message(answer))
        return answer.json() if answer.content else {}


def _message(answer: requests.Response) -> str:
    try:
        return str(answer.json()["message"])
    except (ValueError, KeyError, TypeError):
        return answer.text[:200]


def person_of(known: Mapping[str, Any], login: str) -> Person:
    """That person in the demo that `known` tells of; `DemoError` names who is there."""
    user = known["users"].get(login)
    if user is None:
        raise DemoError(f"nobody is called {login}: {', '.join(known['users'])}")
    return Person(login=login, token=user["token"], forge=known["forge"], repository=known["repository"])
