"""Which releases' images are retained, as far as that is known; what is not known is asked for behind the page."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping

from controller.core.configuration import Configuration
from controller.core.ledger.state import Release
from controller.core.model import ReleaseId
from controller.operations.platform import Platform
from controller.operations.retained import ask_for, due, heard
from controller.reconcile.loop import Loop


def retained(loop: Loop, releases: Iterable[Release]) -> Mapping[ReleaseId, bool | None]:
    """Whether each one's image can be pulled, `None` where that is not known. It waits for nobody."""
    shown = tuple(releases)
    known = {release.id: heard(loop.platform, release) for release in shown}
    _ask_behind(loop.platform, loop.look().view.configuration, shown)
    return known


def _ask_behind(platform: Platform, configuration: Configuration, releases: tuple[Release, ...]) -> None:
    """By one thread at a time: neither the page nor a pass of the loop waits for an image registry that is slow."""
    asking = platform.heard.asking
    if not due(platform, releases) or not asking.acquire(blocking=False):
        return

    def ask() -> None:
        try:
            ask_for(platform, configuration, due(platform, releases))
        finally:
            asking.release()

    threading.Thread(target=ask, name="images", daemon=True).start()
