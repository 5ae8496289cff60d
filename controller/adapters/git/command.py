"""
Starts the git program; the only place that does.

It gets an environment made here (no `GIT_*` of ours, no user's or system's configuration, no prompt, no hooks), only
the protocol of the configured address, and the token as a header by environment: an argument list can be read by
every user of the machine.
"""

from __future__ import annotations

import base64
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from controller.core.errors import Terminal, Transient
from controller.redaction import remote_text

_KEPT = ("PATH", "LANG", "SSL_CERT_FILE", "SSL_CERT_DIR", "http_proxy", "https_proxy", "HTTPS_PROXY", "no_proxy")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "gc.auto": "0",  # it would go on in the background after we have ended
    "maintenance.auto": "false",
    "http.followRedirects": "false",
    "credential.helper": "",
}


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it said."""

    status: int
    output: str
    error: str


class GitCommand:
    """Runs git in one repository, towards one address."""

    def __init__(self, folder: Path, *, url: str, token: Callable[[], str] | None) -> None:
        self._folder = folder
        self._url = url
        self._protocol = _protocol(url)
        self._token = token

    def run(self, arguments: Sequence[str], *, timeout: timedelta) -> Outcome:
        """
        Runs git with these arguments. Raises `Transient` when it takes too long; all its children end then.

        The status is the caller's to judge.
        """
        command = ["git", "--git-dir", str(self._folder), *arguments]
        try:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._environment(),
                start_new_session=True,  # so that its children end with it
            )
        except FileNotFoundError as error:
            raise Terminal("GitMissing", "the program git is not there", hint="Install the package git.") from error
        with process:
            try:
                output, said = process.communicate(timeout=timeout.total_seconds())
            except subprocess.TimeoutExpired as error:
                _end(process)
                raise Transient(f"git {arguments[0]} took longer than {timeout}") from error
        return Outcome(process.returncode, output.decode(errors="replace"), said.decode(errors="replace"))

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return {
            **kept,
            "HOME": str(self._folder),
            "LC_ALL": "C.UTF-8",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_ALLOW_PROTOCOL": self._protocol,
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            **_configuration({**_SETTINGS, **self._authorization()}),
        }

    def _authorization(self) -> dict[str, str]:
        """The header for this address alone, so that no other host ever gets it."""
        if self._token is None:
            return {}
        pair = base64.b64encode(f"x-access-token:{self._token()}".encode()).decode()
        return {f"http.{self._url}.extraHeader": f"Authorization: Basic {pair}"}


def failure(outcome: Outcome, *, what: str) -> Transient | Terminal:
    """The error for a git command that failed, told by what it said."""
    said = remote_text(outcome.error.replace("\n", " "))
    lowered = outcome.error.lower()
    if "authentication failed" in lowered or "error: 401" in lowered or "could not read username" in lowered:
        return Terminal("ForgeRefusesToken", f"the forge refused {what}: {said}")
    if "error: 403" in lowered:
        return Terminal("ForgePermission", f"the forge refused {what}: {said}")
    if "error: 404" in lowered or "not found" in lowered:
        return Terminal("NotFound", f"the forge does not know the repository of {what}: {said}")
    return Transient(f"{what} did not go through: {said}")


def _protocol(url: str) -> str:
    """The one protocol that git may speak: https, on loopback http, or files where the address is a folder."""
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise Terminal("GitAddress", "the git address holds a user or password", hint="Give the token separately.")
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return parts.scheme
    if parts.scheme in ("", "file") and url.startswith(("/", "file:///")):
        return "file"
    raise Terminal("GitAddress", f"git address {remote_text(url)!r}; allowed: https, http on loopback, a folder")


def _configuration(settings: Mapping[str, str]) -> dict[str, str]:
    values = {"GIT_CONFIG_COUNT": str(len(settings))}
    for position, (key, value) in enumerate(settings.items()):
        values[f"GIT_CONFIG_KEY_{position}"] = key
        values[f"GIT_CONFIG_VALUE_{position}"] = value
    return values


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
