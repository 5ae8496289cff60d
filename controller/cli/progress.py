"""Progress on stderr: lines that stay, and on a terminal one line below them that says what is waited for and how long."""

from __future__ import annotations

import os
import shutil
import sys
import time

import click

from controller.cli.output import visible

_SIGNS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Progress:
    """
    What a waiting command tells. Elsewhere than on a terminal only the lines that stay are written, so that a log of a
    workflow has each thing once.
    """

    def __init__(self) -> None:
        self._is_live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._begun = time.monotonic()
        self._turn = 0
        self._shown = False
        self._said: set[str] = set()

    def say(self, text: str) -> None:
        """A line that stays; one that was said already is not said again."""
        if text in self._said:
            return
        self._said.add(text)
        self.clear()
        click.echo(visible(text), err=True)

    def wait_for(self, text: str) -> None:
        """The line that is written over: what is waited for, and since when."""
        if not self._is_live:
            return
        self._turn += 1
        seconds = int(time.monotonic() - self._begun)
        line = f"{_SIGNS[self._turn % len(_SIGNS)]} {visible(text)} ({seconds // 60}:{seconds % 60:02d})"
        width = shutil.get_terminal_size().columns - 1
        click.echo(f"\r\x1b[2K{line[:width]}", err=True, nl=False)
        self._shown = True

    def clear(self) -> None:
        """Takes the live line away, so that what follows begins at a line's start."""
        if self._shown:
            click.echo("\r\x1b[2K", err=True, nl=False)
            self._shown = False
