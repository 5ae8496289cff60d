"""`ForgeWorld` over the sandbox: the real adapter in front of one of its repositories."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from controller.adapters.github import AppCredentials, GitHubForge
from controller.core.model import BranchName
from tests.support.sandbox import APP_ID, Sandbox, Somebody, eventually

T = TypeVar("T")


@dataclass
class SandboxWorld:
    """`ForgeWorld` over the sandbox."""

    forge: GitHubForge
    sandbox: Sandbox
    repository: str

    def somebody(self, login: str) -> Somebody:
        return Somebody(login=login, repository=self.repository, sandbox=self.sandbox)

    def head(self, branch: str) -> str:
        return self.somebody("alice").head(branch)

    def push(self, branch: str, path: str, content: str, *, login: str = "alice") -> str:
        return self.somebody(login).push(branch, path, content)

    def review(self, number: int, event: str, *, login: str) -> None:
        self.somebody(login).review(number, event)

    def comment(self, number: int, body: str, *, login: str = "alice") -> int:
        return self.somebody(login).comment(number, body)

    def file(self, branch: str, path: str) -> bytes | None:
        found = self.somebody("alice").ask("GET", f"/contents/{path}?ref={branch}", allowed=(200, 404))
        return base64.b64decode(found["content"]) if "content" in found else None

    def eventually(self, look: Callable[[], T | None]) -> T:
        return eventually(look)

    def another_forge(self) -> GitHubForge:
        """The same forge as after a restart: nothing remembered."""
        return forge_of(self.sandbox, self.repository)


def forge_of(sandbox: Sandbox, repository: str, *, console: str = "") -> GitHubForge:
    return GitHubForge(
        repository=repository,
        credentials=AppCredentials(app_id=APP_ID, private_key=sandbox.key),
        default_branch=BranchName("main"),
        api=sandbox.api,
        pacing=timedelta(),
        console=console,
    )
