"""
Writes that may be repeated: look up by a name that cannot change, write once, and look again where no answer came.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from controller.core.errors import Terminal, Transient

T = TypeVar("T")


def settled(find: Callable[[], T | None], write: Callable[[], T]) -> T:
    """
    What `find` finds, else what `write` makes.

    A lost answer (the connection broke after the effect, a proxy's 502) and "already exists" both end in a second
    look: if it is there now, it was ours or does the same. If it is not, the error goes up and the next pass begins
    with `find` again; nothing is ever written twice in one call.
    """
    found = find()
    if found is not None:
        return found
    try:
        return write()
    except Transient:
        found = find()
        if found is None:
            raise
        return found


def nothing_if_missing(find: Callable[[], T]) -> T | None:
    """What `find` finds, `None` where the forge says that it is not there."""
    try:
        return find()
    except Terminal as error:
        if error.reason == "NotFound":
            return None
        raise
