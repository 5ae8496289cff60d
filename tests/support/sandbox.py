"""
The sandbox as a process of its own, with many alike repositories so that each test has one for itself.

`people` act on it by the forge's public faces with their own tokens, as a browser or `git push` would.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import requests
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

T = TypeVar("T")

APP_ID = 7
PEOPLE = {"alice": 1001, "bob": 1002, "carol": 1003}
REPOSITORIES = 120
CLIENT_ID, CLIENT_SECRET = "Iv1.sandbox", "the-client-s-secret"
CALLBACK = "http://127.0.0.1:9/auth/callback"
TEAM = "acme/platform"
"""alice and carol are in it."""

_WORKFLOW = """\
name: image
run-name: "${{ inputs.input_tree }} ${{ inputs.commit }}"
on:
  workflow_dispatch:
    inputs:
      commit: {required: true, type: string}
      input_tree: {required: true, type: string}
permissions: {}
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: |
          echo "compiling"
          case "$TREE" in b*) echo "::error file=src/lib.rs,line=3,title=E0308::mismatched types"; exit 1;; esac
        env:
          TREE: ${{ inputs.input_tree }}
  publish:
    needs: build
    runs-on: ubuntu-latest
    steps:
      - run: |
          digest="sha256:$(printf '%s' "$TREE" | sha256sum | cut -d' ' -f1)"
          text="{\\"digest\\":\\"$digest\\",\\"input_tree\\":\\"$TREE\\",\\"commit\\":\\"$COMMIT\\"}"
          echo "::notice title=modwright-image::$text"
        env:
          TREE: ${{ inputs.input_tree }}
          COMMIT: ${{ inputs.commit }}
"""


@dataclass(frozen=True)
class Sandbox:
    """A sandbox that answers."""

    addresses: Mapping[str, Any]
    key: str
    state: Path

    @property
    def api(self) -> str:
        """The REST API's address."""
        return str(self.addresses["api"])

    def control(self, method: str, name: str, body: object = None) -> Any:
        """The sandbox's own controls: `calls`, `faults`, `limits`."""
        url = f"{self.addresses['forge']}/_sandbox/{name}"
        answer = requests.request(method, url, json=body, timeout=10)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def faults(self, *rules: Mapping[str, Any]) -> None:
        """What goes wrong from now on."""
        self.control("PUT", "faults", list(rules))

    def calls(self) -> Any:
        """The calls since the last time that this was asked."""
        counted = self.control("GET", "calls")
        self.control("DELETE", "calls")
        return counted


@dataclass(frozen=True)
class Somebody:
    """A person with a token, in one repository."""

    login: str
    repository: str
    sandbox: Sandbox

    def ask(self, method: str, path: str, body: object = None, *, allowed: tuple[int, ...] = (200, 201, 204)) -> Any:
        """A call to the repository's REST API."""
        answer = requests.request(
            method,
            f"{self.sandbox.api}/repos/{self.repository}{path}",
            json=body,
            headers={"Authorization": f"token token-of-{self.login}"},
            timeout=10,
        )
        assert answer.status_code in allowed, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None

    def head(self, branch: str) -> str:
        """Where a branch stands."""
        return str(self.ask("GET", f"/git/ref/heads/{branch}")["object"]["sha"])

    def push(self, branch: str, path: str, content: str) -> str:
        """Puts a file onto a branch by a commit of their own; the commit."""
        present = self.ask("GET", f"/contents/{path}?ref={branch}", allowed=(200, 404))
        body = {
            "message": f"Write {path}",
            "content": base64.b64encode(content.encode()).decode(),
            "branch": branch,
            **({"sha": present["sha"]} if "sha" in present else {}),
        }
        return str(self.ask("PUT", f"/contents/{path}", body)["commit"]["sha"])

    def branch(self, name: str, commit: str) -> None:
        """Makes a branch."""
        self.ask("POST", "/git/refs", {"ref": f"refs/heads/{name}", "sha": commit})

    def review(self, number: int, event: str = "APPROVE") -> None:
        """Reviews the head as it is now."""
        self.ask("POST", f"/pulls/{number}/reviews", {"event": event, "body": "seen"})

    def comment(self, number: int, body: str) -> int:
        """Comments; the comment's number."""
        return int(self.ask("POST", f"/issues/{number}/comments", {"body": body})["id"])


@contextmanager
def running(folder: Path, *, environments: Sequence[str] = ("staging",), callback: str = CALLBACK) -> Iterator[Sandbox]:
    """Starts a sandbox in its own process and ends it. Who signs in to its App comes back to `callback`."""
    key = generate_private_key(public_exponent=65537, key_size=2048)
    text = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    (folder / "app.pem").write_text(text)
    (folder / "sandbox.json").write_text(json.dumps(_document(_seed(folder), environments, callback)))
    command = [sys.executable, "-m", "sandbox", "serve", "--config", str(folder / "sandbox.json")]
    process = subprocess.Popen(
        [*command, "--state", str(folder / "state")], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the sandbox ended before it answered"
        yield Sandbox(addresses=json.loads(line), key=text, state=folder / "state")
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stdout is not None:
            process.stdout.close()


def eventually(look: Callable[[], T | None], *, seconds: float = 20) -> T:
    """What `look` finds, as soon as it finds something."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        found = look()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"not so within {seconds} s")


def repository_name(position: int) -> str:
    """The n-th of the alike repositories."""
    assert position < REPOSITORIES, "more tests than repositories: raise REPOSITORIES"
    return f"acme/platform-{position}"


def _seed(folder: Path) -> Path:
    seed = folder / "seed"
    (seed / ".github/workflows").mkdir(parents=True)
    (seed / ".github/workflows/modwright-image.yml").write_text(_WORKFLOW)
    (seed / "modules.toml").write_text("schema = 2\n")
    return seed


def _document(seed: Path, environments: Sequence[str], callback: str) -> dict[str, Any]:
    names = [repository_name(position) for position in range(REPOSITORIES)]
    protected = {
        "required_checks": [{"context": "modwright", "app_id": APP_ID}],
        "required_approvals": 0,
        "require_pull_request": True,
        "enforce_admins": False,
    }
    return {
        "users": [
            {
                "login": login,
                "id": number,
                "token": f"token-of-{login}",
                "permission": dict.fromkeys(names, "admin" if login == "alice" else "write"),
            }
            for login, number in PEOPLE.items()
        ],
        "app": {
            "id": APP_ID,
            "slug": "modwright",
            "name": "Modwright",
            "private_key_file": "app.pem",
            "permissions": {
                "metadata": "read",
                "contents": "write",
                "pull_requests": "write",
                "checks": "write",
                "actions": "write",
                "deployments": "write",
                "members": "read",
            },
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "callback_urls": [callback],
        },
        "teams": [{"name": TEAM, "members": ["alice", "carol"]}],
        "repositories": [{"name": name, "seed": str(seed), "protection": {"main": protected}} for name in names],
        "processes": {
            "token": "host-token",
            "registry_token": "pull-token",
            "environments": [{"name": name} for name in environments],
        },
        "runner": {"path": os.environ["PATH"], "labels": {"ubuntu-latest": "-self-hosted"}},
        "registry": {"tokens": {"push": "push-token", "pull": "pull-token"}},
    }
