"""The command on a terminal of its own, as somebody at a keyboard has it."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from pathlib import Path


def typed(
    *words: str, keys: str = "", rows: int = 24, columns: int = 80, folder: Path, **environment: str
) -> tuple[int, str]:
    """Exit status, and all that appeared. `keys` are typed as soon as the command has said something."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    kept |= {"XDG_CONFIG_HOME": str(folder), "TERM": "xterm", "PAGER": "cat", **environment}
    command = [sys.executable, "-m", "modwright", *words]
    child = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=kept, start_new_session=True)
    os.close(theirs)
    try:
        seen = _read(ours, keys)
        return child.wait(30), seen
    finally:
        child.kill()
        os.close(ours)


def _read(terminal: int, keys: str) -> str:
    seen = b""
    while select.select([terminal], [], [], 30)[0]:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # the other side has ended: Linux says so by EIO
            break
        if not piece:
            break
        if keys and not seen:
            os.write(terminal, keys.encode())
        seen += piece
    return seen.decode(errors="replace")
