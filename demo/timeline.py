"""The story as people read it: what happened, after how long, where, and what proved it."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any

import click

_WIDTH = 8


@dataclass
class Timeline:
    """Prints each line when it is known. `as_json` gives one object a line instead."""

    as_json: bool = False
    is_silent: bool = False
    _began: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Since the story began."""
        return time.monotonic() - self._began

    def chapter(self, title: str) -> None:
        """Begins a part of the story."""
        self._print({"chapter": title}, f"\n{title}")

    def tell(self, what: str, *, where: str, proof: str) -> None:
        """Something happened and was seen from outside."""
        stamp = f"+{self.seconds:.1f} s".rjust(_WIDTH)
        self._print({"what": what, "where": where, "proof": proof}, f"{stamp}  {what} · {where} · proved by {proof}")

    def typed(self, who: str, line: str) -> None:
        """A command, as that person typed it."""
        self._print({"who": who, "command": line}, f"{' ' * _WIDTH}  {who}$ {line}")

    def show(self, text: str) -> None:
        """What a command printed, indented under it."""
        lines = [f"{' ' * _WIDTH}  | {line}".rstrip() for line in text.rstrip().splitlines()]
        self._print({"printed": text}, "\n".join(lines))

    def _print(self, document: dict[str, Any], text: str) -> None:
        if self.is_silent:
            return
        line = json.dumps({"after": round(self.seconds, 3), **document}) if self.as_json else text
        click.echo(line)
