"""What is frozen now and what will be, for every face the same."""

from __future__ import annotations

from controller.core.freezes import FreezesAt, freezes_at
from controller.reconcile.loop import Loop


def freezes(loop: Loop) -> FreezesAt:
    """Freezes of people, of automation and of calendars as the last pass read them, at this moment."""
    view = loop.look().view
    return freezes_at(view.configuration, view.state, loop.platform.clock())
