"""What a form carries, and what a refusal gives back to it: nobody types anything twice."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Request
from markupsafe import Markup

from controller.access.given import KEY
from controller.console.language import N_
from controller.core.errors import ControllerError, Denied, Terminal

MOST_FIELDS = 200
MOST_REASON = 1000


@dataclass(frozen=True)
class Refusal:
    """Why something was not done, for the form that asked: `field` is the one to look at, empty for none."""

    message: str
    hint: str = ""
    reason: str = ""
    status: int = 409
    field: str = ""
    is_ours: bool = False
    """Whether the message is a text of the console, which is translated, rather than one of the core."""


class Fields(dict[str, str]):
    """What was typed; a field that was not sent is empty."""

    def __missing__(self, name: str) -> str:
        return ""


async def _typed(request: Request) -> Fields:
    form = await request.form(max_fields=MOST_FIELDS)
    return Fields({name: value.strip() for name, value in form.items() if isinstance(value, str)})


Typed = Annotated[Fields, Depends(_typed)]
"""The fields of the form that was sent, as a route's parameter."""


def key_field() -> Markup:
    """A fresh idempotency key for one form of one page."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(KEY, secrets.token_urlsafe(15))


def reason_of(typed: Mapping[str, str]) -> str:
    """The reason that every act asks for. `Denied` (`ReasonMissing`) without one."""
    reason = typed.get("reason", "")
    if not reason:
        raise Denied("ReasonMissing", N_("Say why: it stands in the audit for good."))
    if len(reason) > MOST_REASON:
        raise Denied("ReasonTooLong", N_("The reason is too long."))
    return reason


def attempt(act: Callable[[], Any]) -> Refusal | None:
    """Does it; what the core refused or could not reach comes back as values, everything else is raised."""
    try:
        act()
    except Denied as denied:
        if denied.reason in ("NotAuthenticated", "RoleMissing", "ScopeMissing"):
            raise
        ours = denied.reason in ("ReasonMissing", "ReasonTooLong", "EndNotUnderstood")
        field = {"ReasonMissing": "reason", "ReasonTooLong": "reason", "EndNotUnderstood": "until"}
        status = 422 if ours else 409
        return Refusal(denied.message, denied.hint, denied.reason, status, field.get(denied.reason, ""), ours)
    except Terminal as terminal:
        return Refusal(terminal.message, terminal.hint, terminal.reason, 422)
    except ControllerError as away:
        return Refusal(str(away), status=503)
    return None


def commits_of(web: str) -> str:
    """The address to which a commit is added, from the one to which a pull request's number is."""
    return f"{web.removesuffix('/').removesuffix('/pull')}/commit/"
