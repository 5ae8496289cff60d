"""git as one person runs it, apart from the settings of whoever runs the demo."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path

from demo.errors import DemoError


def git(folder: Path, *arguments: str, who: str, token: str | None = None) -> str:
    """What git answers; `DemoError` with its own words where it fails."""
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env={**_environment(who), **(_credentials(token) if token is not None else {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise DemoError(f"git {arguments[0]} in {folder} as {who}: {done.stderr.strip()}")
    return done.stdout


def _credentials(token: str) -> dict[str, str]:
    """The token by way of the environment, so that it stands in no command line and no configuration."""
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "2",
        "GIT_CONFIG_KEY_0": "http.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
        "GIT_CONFIG_KEY_1": "credential.helper",
        "GIT_CONFIG_VALUE_1": "",
    }


def _environment(who: str) -> dict[str, str]:
    """Nobody's own signing, hooks or templates take part in the story."""
    name, email = who.title(), f"{who}@example.invalid"
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": "/nonexistent",
        "GIT_AUTHOR_NAME": name,
        "GIT_AUTHOR_EMAIL": email,
        "GIT_COMMITTER_NAME": name,
        "GIT_COMMITTER_EMAIL": email,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
    }
