"""
Takes secrets out of text before anybody sees it.

Used at both ends: adapters redact what the other side said before it enters an error, and the log redacts whatever
reaches it. Only shapes are known here, no secret itself.
"""

from __future__ import annotations

import re

_HIDDEN = "[redacted]"
_MAX_REMOTE_TEXT = 256

_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_AUTHORIZATION = re.compile(r"(?i)\b(bearer|basic|token)(\s+)[A-Za-z0-9._~+/=-]{8,}")
_FORGE_TOKEN = re.compile(r"gh[pousr]_[A-Za-z0-9_.-]{8,}|github_pat_[A-Za-z0-9_]{8,}")
_JSON_WEB_TOKEN = re.compile(r"\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+")
_USER_IN_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)[^/\s@]+@")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def redact(text: str) -> str:
    """The text without tokens, Authorization values, private keys and users in URLs."""
    text = _PRIVATE_KEY.sub(_HIDDEN, text)
    text = _FORGE_TOKEN.sub(_HIDDEN, text)
    text = _JSON_WEB_TOKEN.sub(_HIDDEN, text)
    text = _AUTHORIZATION.sub(rf"\1\2{_HIDDEN}", text)
    return _USER_IN_URL.sub(rf"\1{_HIDDEN}@", text)


def remote_text(text: object, *, limit: int = _MAX_REMOTE_TEXT) -> str:
    """
    What the other side said, fit for an error of ours: redacted, without control characters, one line, cut.

    It is redacted before it is cut, since half a token no longer looks like one.
    """
    line = " ".join(_CONTROL.sub(" ", redact(str(text))).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
