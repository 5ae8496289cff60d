"""
Ends a demo whose story was killed.

SIGKILL leaves the story no chance to clean up. A keeper in a session of its own holds the other end of a pipe: when the
story is gone, however it went, the pipe closes and the keeper ends what is left.
"""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from demo.folder import Folder
from demo.running import stop


@contextlib.contextmanager
def kept(folder: Folder) -> Iterator[None]:
    """A keeper for as long as the context lasts; it has ended when this comes back."""
    command = [sys.executable, "-m", "demo.keeper", str(folder.root)]
    keeper = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield
    finally:
        if keeper.stdin is not None:
            keeper.stdin.close()
        keeper.wait()


def main(root: Path) -> None:
    """Waits for the end of the pipe, then ends what was recorded in the folder and still runs."""
    sys.stdin.buffer.read()
    folder = Folder(root)
    stop(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
