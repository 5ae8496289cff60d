"""Secrets in what a run says.

act masks only the text of a message, not what it says beside it (arguments of commands, the script of a step), so every
string is masked here before it is stored or shown.
"""

import re
from base64 import b64encode
from collections.abc import Iterable
from typing import Any

MASK = "***"


class Masks:
    """The secrets of a run, and those that its steps add by `::add-mask::`."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """From now on this is a secret: each of its lines, and its base64, in which Basic credentials travel."""
        encoded = {b64encode(text.encode()).decode() for text in (secret, f"x-access-token:{secret}")}
        self._known |= {part for part in {*secret.splitlines(), secret, *encoded} if part.strip()}
        longest_first = sorted(self._known, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def text(self, text: str) -> str:
        """The text without secrets."""
        return self._pattern.sub(MASK, text) if self._pattern else text

    def anything(self, value: Any) -> Any:
        """A JSON value without secrets in any of its strings."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self.anything(each) for each in value]
        if isinstance(value, dict):
            return {self.text(str(key)): self.anything(each) for key, each in value.items()}
        return value
