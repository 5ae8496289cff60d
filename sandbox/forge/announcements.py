"""Events with the parts that every webhook body carries: repository, sender, installation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.forge.events import Event
from sandbox.forge.store import Document
from sandbox.forge.views import repositories, users

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge


def announce(forge: Forge, name: str, full_name: str, payload: Document, actor: Document) -> None:
    """Tell everyone that `name` happened; the payload's own `action`, where it has one, comes first."""
    payload["repository"] = repositories.full(forge, full_name)
    payload["sender"] = users.simple(forge, actor)
    if forge.settings.app is not None:
        identifier = forge.settings.app.installation_id
        payload["installation"] = {"id": identifier, "node_id": f"MDIzOkluc3RhbGxhdGlvbg{identifier}"}
    event = Event(name=name, repository=full_name, payload=payload, actor=actor, action=payload.get("action"))
    forge.events.emit(event)
