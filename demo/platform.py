"""The repositories that the demo puts onto the forge: the platform and the tools that its image workflow calls."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from demo.errors import DemoError
from demo.git import git
from demo.tools import project_root

OWNER = "alice"
"""Who starts the repositories."""

_PIN = "0" * 40
_NO_POLICY = shutil.ignore_patterns("*.md")
_LEFT_OUT = shutil.ignore_patterns("target", "__pycache__", ".git")


def make_tools(folder: Path) -> str:
    """Lays out the tools' repository, `images/` and the reusable workflow; answers its commit."""
    root = project_root()
    shutil.copytree(root / "images", folder / "images", ignore=_LEFT_OUT)
    (folder / ".github/workflows").mkdir(parents=True)
    shutil.copy(root / ".github/workflows/image.yml", folder / ".github/workflows/image.yml")
    return _commit(folder, "Start Modwright's tools")


def make_platform(folder: Path, *, tools: str, signer: str) -> str:
    """Lays out the example, which trusts the tools at that commit and a ledger signed by that key; answers its commit."""
    shutil.copytree(project_root() / "examples/platform", folder, ignore=_LEFT_OUT)
    _pin_workflow(folder / ".github/workflows/modwright-image.yml", tools)
    _configure(folder / ".modwright/config.yaml", signer)
    shutil.copytree(project_root() / "policies", folder / ".modwright/policies", ignore=_NO_POLICY, dirs_exist_ok=True)
    return _commit(folder, "Start the platform")


def push_first(folder: Path, url: str, *, token: str) -> None:
    """Pushes what was laid out to the forge's main, as the person whose token it is."""
    git(folder, "push", "--quiet", url, "HEAD:refs/heads/main", who=OWNER, token=token)


def _pin_workflow(file: Path, tools: str) -> None:
    text = file.read_text()
    if text.count(_PIN) != 2:  # where the workflow stands, and where its tools are checked out
        raise DemoError(f"{file}: expected two places for the tools' commit, found {text.count(_PIN)}")
    file.write_text(text.replace(_PIN, tools))


def _configure(file: Path, signer: str) -> None:
    """Adds the ledger's first key, has checks repeat quickly, and lets bob admit what nobody approved."""
    text = file.read_text()
    text, found = re.subn(
        r"^ledger: \{ (.*?) \}", rf'ledger: {{ \1, signers: ["{signer}"] }}', text, flags=re.MULTILINE
    )
    if found != 1:
        raise DemoError(f"{file}: expected one line 'ledger: {{ … }}', found {found}")
    text = re.sub(r"interval: \w+", "interval: 100ms", text)
    file.write_text(text.replace("bob: admin", "bob: super-admin"))


def _commit(folder: Path, subject: str) -> str:
    git(folder, "init", "--quiet", "--initial-branch=main", who=OWNER)
    git(folder, "add", "--all", "--force", who=OWNER)
    git(folder, "commit", "--quiet", "--message", subject, who=OWNER)
    return git(folder, "rev-parse", "HEAD", who=OWNER).strip()
