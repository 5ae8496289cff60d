"""What forms carry beside what people type: the token that proves which site they come from, and the way back."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request

from controller.access.forgery import csrf_of


def csrf_value(request: Request) -> str:
    """The token of this session, or of this visit where nobody is signed in, as the field `csrf` carries it."""
    return csrf_of(request)


def way_back(wanted: str, *, otherwise: str = "/modules") -> str:
    """
    The page to return to: a path of ours, never another site's.

    Browsers read `//host` and `/\\host` as another host, and drop control characters before they look.
    """
    parts = urlsplit(wanted) if wanted.isprintable() else None
    if parts is None or parts.scheme or parts.netloc or "\\" in wanted:
        return otherwise
    return wanted if wanted.startswith("/") and not wanted.startswith("//") else otherwise
