"""
Whether releases' images can still be pulled: what was last heard, and asking again within a budget.

An image registry is asked by several calls an image, so that a list of releases tells what is known and asks for the
rest behind the page. Unknown is not gone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from controller.core.configuration import Configuration
from controller.core.errors import ControllerError
from controller.core.ledger.state import Release
from controller.core.model import Digest
from controller.operations.platform import ImageHeard, Platform

FRESH = timedelta(minutes=10)
"""How old an answer may be before it is asked for again."""
BELIEVED = timedelta(hours=1)
"""How long an answer is told at all where no newer one comes."""
BUDGET = 20
"""Images that are asked for in `PERIOD` on behalf of lists, however many people look at how many pages."""
PERIOD = timedelta(minutes=1)
_PAUSE = timedelta(minutes=1)
"""After a question that was not answered."""
_MOST_KEPT = 5000


def has_image(platform: Platform, configuration: Configuration, release: Release) -> bool:
    """Asks now, and keeps the answer. `Transient` where the image registry does not say."""
    is_there = platform.images.exists(configuration.image_repository, release.digest)
    _keep(platform, release.digest, is_there=is_there)
    return is_there


def heard(platform: Platform, release: Release) -> bool | None:
    """What the image registry last said of it, `None` where it has not been asked or that is too long ago. Asks nothing."""
    kept = platform.heard.images.get(release.digest)
    return kept.is_there if kept is not None and platform.clock() - kept.at < BELIEVED else None


def due(platform: Platform, releases: Iterable[Release]) -> tuple[Release, ...]:
    """Those to ask for now: no fresh answer, as many as the budget has left, none soon after one that was not answered."""
    now = platform.clock()
    asked = [at for at in platform.heard.asked if now - at < PERIOD]
    paused = platform.heard.failed_at is not None and now - platform.heard.failed_at < _PAUSE
    found = {release.digest: release for release in releases if _is_old(platform, release.digest)}
    return () if paused else tuple(found.values())[: max(0, BUDGET - len(asked))]


def ask_for(platform: Platform, configuration: Configuration, releases: Iterable[Release]) -> None:
    """Asks for each in turn and keeps the answers. The first that does not come ends it: the others stay unknown."""
    now = platform.clock()
    platform.heard.asked = [at for at in platform.heard.asked if now - at < PERIOD]
    for release in releases:
        platform.heard.asked.append(platform.clock())
        try:
            has_image(platform, configuration, release)
        except ControllerError:
            platform.heard.failed_at = platform.clock()
            return


def _is_old(platform: Platform, digest: Digest) -> bool:
    kept = platform.heard.images.get(digest)
    return kept is None or platform.clock() - kept.at >= FRESH


def _keep(platform: Platform, digest: Digest, *, is_there: bool) -> None:
    known = platform.heard.images
    while len(known) >= _MOST_KEPT:
        known.pop(next(iter(known)), None)
    known.pop(digest, None)
    known[digest] = ImageHeard(is_there, platform.clock())
