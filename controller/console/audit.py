"""The audit: who did what, when and why, with where to look for the proof."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response, StreamingResponse

from controller.access.given import LoopGiven, WebGiven
from controller.console.proofs import proofs
from controller.console.rendering import page
from controller.core import audit
from controller.core.audit import AuditEntry, Deed
from controller.core.errors import Denied
from controller.reconcile.loop import Loop
from controller.showing.timeline import told

router = APIRouter()
Field = Annotated[str, Query(max_length=200)]
SHOWN = 50
_CHUNK = 500
"""Entries of one piece of an export: it is sent while it is made."""


@dataclass(frozen=True)
class Asked:
    """What somebody filters by, as it was typed; empty for all."""

    environment: str = ""
    module: str = ""
    who: str = ""
    deed: str = ""
    since: str = ""
    until: str = ""
    text: str = ""

    @property
    def given(self) -> dict[str, str]:
        """The filters that are set, as an address has them."""
        return {name: value for name, value in vars(self).items() if value}


def _asked(
    environment: Field = "",
    module: Field = "",
    who: Field = "",
    deed: Field = "",
    since: Field = "",
    until: Field = "",
    text: Field = "",
) -> Asked:
    return Asked(environment, module, who, deed, since, until, text.strip())


AskedGiven = Annotated[Asked, Depends(_asked)]


@router.get("/audit")
def show_audit(
    request: Request,
    loop: LoopGiven,
    web: WebGiven,
    asked: AskedGiven,
    cursor: Annotated[str, Query(max_length=80)] = "",
) -> Response:
    """A page of it, the newest first."""
    chosen, wrong = _chosen(loop, asked)
    try:
        found = audit.page(chosen, cursor or None, limit=SHOWN)
    except Denied:
        found = audit.page(chosen, limit=SHOWN)
        cursor = ""
    return page(
        request,
        "audit.html",
        found=found,
        total=len(chosen),
        asked=asked,
        wrong=wrong,
        cursor=cursor,
        deeds=[deed.value for deed in Deed],
        environments=[each.name for each in loop.look().view.configuration.environments],
        web=web,
        proofs=proofs,
        entry_id=audit.entry_id,
    )


@router.get("/audit.csv")
def audit_csv(loop: LoopGiven, asked: AskedGiven) -> Response:
    """Everything that fits, oldest first, as a table."""
    return _file(_csv(_chosen(loop, asked)[0]), kind="text/csv; charset=utf-8", name="audit.csv")


@router.get("/audit.json")
def audit_json(loop: LoopGiven, asked: AskedGiven) -> Response:
    """Everything that fits, oldest first, as one JSON list."""
    return _file(_json(_chosen(loop, asked)[0]), kind="application/json", name="audit.json")


def _chosen(loop: Loop, asked: Asked) -> tuple[tuple[AuditEntry, ...], tuple[str, ...]]:
    """The entries that fit, oldest first, and the names of fields that nobody could understand."""
    since, until = _moment(asked.since), _moment(asked.until)
    wrong = tuple(
        n for n, text, at in (("since", asked.since, since), ("until", asked.until, until)) if text and not at
    )
    if until is not None and len(asked.until) == len("2026-01-01"):
        until += timedelta(days=1)  # a day is meant with its end
    chosen = audit.select(
        told(loop).entries,
        environment=asked.environment or None,
        module=asked.module or None,
        who=asked.who or None,
        deed=asked.deed or None,
        since=since,
        until=until,
        text=asked.text or None,
    )
    return chosen, wrong


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at is not None and at.tzinfo is None else at


def _csv(entries: tuple[AuditEntry, ...]) -> Iterator[str]:
    yield audit.csv_text(())
    head = len(audit.csv_text(()))
    for begin in range(0, len(entries), _CHUNK):
        yield audit.csv_text(entries[begin : begin + _CHUNK])[head:]


def _json(entries: tuple[AuditEntry, ...]) -> Iterator[str]:
    yield "["
    for begin in range(0, len(entries), _CHUNK):
        documents = (json.dumps(audit.document(entry), ensure_ascii=False) for entry in entries[begin : begin + _CHUNK])
        yield (",\n" if begin else "\n") + ",\n".join(documents)
    yield "\n]\n"


def _file(content: Iterator[str], *, kind: str, name: str) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingResponse((part.encode() for part in content), media_type=kind, headers=headers)
