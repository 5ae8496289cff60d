"""The two families of errors that are not bugs. "Denied" and "not yet" are results, not errors."""

from __future__ import annotations

from datetime import timedelta


class ControllerError(Exception):
    """What every expected failure is, so that a face can turn it into one message and an exit code."""


class Transient(ControllerError):
    """
    The outside could not answer now; the same call may go through later.

    `retry_after` is what the other side asked for, `hint` what it advised, where it said so.
    """

    def __init__(self, message: str, *, retry_after: timedelta | None = None, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.retry_after = retry_after


class Conflict(Transient):
    """Somebody else wrote first: the expectation of a compare-and-set did not hold. Observe again, then decide."""


class Terminal(ControllerError):
    """
    It will not go through by trying again; an input has to change.

    `reason` is a constant in CamelCase (a metric's label, a runbook's name), `message` one sentence, `hint` what to do.
    """

    def __init__(self, reason: str, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.hint = hint


class Denied(Terminal):
    """The request is understood and refused: a role is missing, a rule forbids it, what is asked cannot be."""
