"""
A forge's refusal as one of our errors.

Sources: GitHub's pages on REST and GraphQL rate limits; the messages as GitHub words them, since several causes share
a status.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from controller.core.errors import Conflict, ControllerError, Terminal, Transient
from controller.redaction import remote_text

BRANCH_PROTECTED = "BranchProtected"
FORGE_KEY_UNUSABLE = "ForgeKeyUnusable"
FORGE_MOVED = "ForgeMoved"
FORGE_PERMISSION = "ForgePermission"
FORGE_REFUSES_INPUT = "ForgeRefusesInput"
FORGE_REFUSES_TOKEN = "ForgeRefusesToken"  # noqa: S105  a reason's name
NOT_FOUND = "NotFound"

_LONGEST_WAIT = timedelta(hours=1)
_WAIT_WITHOUT_WORD = timedelta(seconds=60)
_RATE_WORDS = ("rate limit", "retry your request again later", "wait a few minutes", "abuse detection")
_STALE_WORDS = (
    "already exists",
    "fast forward",
    "fast-forward",
    "modified",
    "not mergeable",
    "conflict",
    "expected branch to point to",
    "does not match",
    "expected",
    "stale",
)
_PROTECTION_WORDS = ("protected branch", "required status check", "approving review", "review is required", "ruleset")


def refused(*, status: int, headers: Mapping[str, Any], body: object, what: str) -> ControllerError:
    """The error for an answer with a status from 300 on. `what` names the call, without anything secret."""
    said = _message(body)
    sentence = f"the forge answered {status} to {what}" + (f": {remote_text(said)}" if said else "")
    if status < 400:
        return Terminal(
            FORGE_MOVED, sentence + " (moved elsewhere)", hint="Name the repository by its present owner and name."
        )
    if status >= 500:
        return Transient(sentence, retry_after=_retry_after(headers, default=None))
    if status == 429 or (status == 403 and _is_rate_limit(headers, said)):
        return Transient(sentence, retry_after=_retry_after(headers, default=_WAIT_WITHOUT_WORD))
    return _by_status(status, said=said.lower(), sentence=sentence)


def refused_graphql(errors: Sequence[Mapping[str, Any]], *, headers: Mapping[str, Any], what: str) -> ControllerError:
    """The error for a GraphQL answer with `errors`, which comes with status 200. The first one names the cause."""
    first = errors[0] if errors and isinstance(errors[0], Mapping) else {}
    kind, said = str(first.get("type", "")), str(first.get("message", ""))
    sentence = f"the forge refused {what}: {remote_text(said or kind)}"
    if kind == "RATE_LIMITED" or _has_words(said.lower(), _RATE_WORDS):
        return Transient(sentence, retry_after=_retry_after(headers, default=_WAIT_WITHOUT_WORD))
    if _has_words(said.lower(), _PROTECTION_WORDS):
        return _protected(sentence)
    if kind == "STALE_DATA" or _has_words(said.lower(), _STALE_WORDS):
        return Conflict(sentence)
    if kind == "NOT_FOUND":
        return Terminal(NOT_FOUND, sentence)
    if kind in ("FORBIDDEN", "INSUFFICIENT_SCOPES"):
        return _permission(sentence)
    if kind in ("INTERNAL", "SERVICE_UNAVAILABLE") or "something went wrong" in said.lower():
        return Transient(sentence)
    return Terminal(FORGE_REFUSES_INPUT, sentence)


def unanswered(error: BaseException, *, what: str) -> Transient:
    """The error where no whole answer came: it is not known whether the call had its effect."""
    return Transient(f"the forge did not answer {what} ({type(error).__name__})")


def strange(error: BaseException | str, *, what: str) -> Transient:
    """The error for an answer that is not what the API promises; it is unknown, never empty."""
    seen = error if isinstance(error, str) else f"{type(error).__name__}: {error}"
    return Transient(f"the forge's answer to {what} cannot be read: {remote_text(seen)}")


def _by_status(status: int, *, said: str, sentence: str) -> ControllerError:
    if status == 401:
        return Terminal(FORGE_REFUSES_TOKEN, sentence, hint="Check the App's id and private key, and the clock.")
    if _has_words(said, _PROTECTION_WORDS):
        return _protected(sentence)
    if status == 403:
        return _permission(sentence)
    if status in (404, 410):
        hint = "A forge also says this of what the App may not see."
        return Terminal(NOT_FOUND, sentence, hint=hint)
    if status == 409 or (status in (405, 422) and _has_words(said, _STALE_WORDS)):
        return Conflict(sentence)
    if status == 408:
        return Transient(sentence)
    return Terminal(BRANCH_PROTECTED if status == 405 else FORGE_REFUSES_INPUT, sentence)


def _protected(sentence: str) -> Terminal:
    return Terminal(BRANCH_PROTECTED, sentence, hint="The branch's protection asks for something that is missing.")


def _permission(sentence: str) -> Terminal:
    return Terminal(FORGE_PERMISSION, sentence, hint="Give the App's installation the permission that is named.")


def _message(body: object) -> str:
    """The message with the first details, which GitHub puts into `errors`."""
    if not isinstance(body, Mapping):
        return "" if body is None else str(body)
    details = body.get("errors")
    listed = details if isinstance(details, list) else []
    further = [item.get("message", item.get("code")) if isinstance(item, Mapping) else item for item in listed]
    return "; ".join(str(part) for part in (body.get("message"), *further) if part)


def _is_rate_limit(headers: Mapping[str, Any], said: str) -> bool:
    return (
        "retry-after" in headers or headers.get("x-ratelimit-remaining") == "0" or _has_words(said.lower(), _RATE_WORDS)
    )


def _retry_after(headers: Mapping[str, Any], *, default: timedelta | None) -> timedelta | None:
    """What the forge asks to wait, at least a second and at most an hour: a wrong header must not stop us for days."""
    seconds = _number(headers.get("retry-after"))
    if seconds is None and headers.get("x-ratelimit-remaining") == "0":
        reset = _number(headers.get("x-ratelimit-reset"))
        seconds = None if reset is None else reset - time.time()
    if seconds is None:
        return default
    return max(timedelta(seconds=1), min(timedelta(seconds=min(seconds, 1e6)), _LONGEST_WAIT))


def _number(text: object) -> float | None:
    try:
        value = float(str(text))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _has_words(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)
