"""The one error that people see from this package."""

from __future__ import annotations


class ImageError(Exception):
    """Something the user has to change: the message says what was found, the hint what to do."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class InputTreeDiffersError(ImageError):
    """The commit does not hold the tree that was asked for. An answer rather than a failure, so it has its own exit."""
