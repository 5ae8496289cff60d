"""The audit: who did what, when and why, from git."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from controller.access.given import LoopGiven
from controller.access.routes import API
from controller.api.answers.audit import AuditEntry, AuditPage
from controller.api.lists import PageGiven
from controller.core.audit import Deed, select
from controller.core.audit.paging import page as cut
from controller.showing.timeline import told

router = APIRouter(prefix=API, tags=["audit"])
Word = Annotated[str | None, Query(max_length=120)]


@router.get("/audit")
def list_audit(
    loop: LoopGiven,
    page: PageGiven,
    environment: Word = None,
    module: Word = None,
    who: Annotated[str | None, Query(max_length=120, description="A login.")] = None,
    deed: Deed | None = None,
    since: Annotated[AwareDatetime | None, Query(description="From this moment on.")] = None,
    until: Annotated[AwareDatetime | None, Query(description="Before this moment.")] = None,
    text: Annotated[str | None, Query(max_length=120, description="In what happened, why, and the proof.")] = None,
) -> AuditPage:
    """Who did what, when and why, the newest first. `modwright audit` reads the same from any clone."""
    chosen = select(
        told(loop).entries,
        environment=environment,
        module=module,
        who=who,
        deed=deed.value if deed is not None else None,
        since=since,
        until=until,
        text=text,
    )
    found = cut(chosen, page.cursor, limit=page.limit)
    return AuditPage(items=[AuditEntry.of(entry) for entry in found.entries], next=page.link(found.next))
