"""The programs that the demo starts and does not bring along."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from demo.errors import DemoError

_PACKAGES = {"git": "apt install git", "cargo": "apt install cargo", "rustc": "apt install rustc"}
"""Each program with how Debian installs it."""


def demand_tools() -> None:
    """Passes where all are there; else `DemoError`, in one line that names what to install."""
    missing = [program for program in _PACKAGES if shutil.which(program) is None]
    if missing:
        program = missing[0]
        raise DemoError(f"{program} is missing: {_PACKAGES[program]}")
    if not (Path(sys.executable).parent / "act").is_file():
        raise DemoError("act is missing beside Python: make setup (or pip install 'modwright[sandbox]')")


def project_root() -> Path:
    """The checkout that this code belongs to: the example, the overlays and the workflow are taken from it."""
    root = Path(__file__).resolve().parent.parent
    for needed in ("examples/platform/modules.toml", "images/cli.py", ".github/workflows/image.yml"):
        if not (root / needed).is_file():
            raise DemoError(f"{root / needed} is missing: the demo runs from a checkout of the project")
    return root
