"""Runs a program that dies with the process that started it, also when that one is killed with SIGKILL.

Used as a script: `python -I -S tether.py PARENT PROGRAM ARGUMENTS…`. A small program of its own, not a `preexec_fn`:
Python warns of forking while threads are alive. It imports only what starts fast.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def tethered(arguments: list[str]) -> list[str]:
    """The command line that runs `arguments` tied to the life of this process (Linux)."""
    return [sys.executable, "-I", "-S", str(Path(__file__).resolve()), str(os.getpid()), *arguments]


def _become(parent: int, program: str, arguments: list[str]) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    # The parent may have died before the wish was made known; then nobody would kill us any more.
    if os.getppid() != parent:
        os._exit(1)
    os.execve(program, [program, *arguments], _given_environment())  # noqa: S606 (a program of an image, no shell)


def _given_environment() -> dict[bytes, bytes]:
    """The environment as it was given to us: Python itself adds LC_CTYPE to ours where no locale is set (PEP 538)."""
    entries = Path("/proc/self/environ").read_bytes().split(b"\0")
    return dict(entry.split(b"=", 1) for entry in entries if b"=" in entry)


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2], sys.argv[3:])
