"""Which processes a test has left running."""

from __future__ import annotations

import psutil


def living_children() -> set[int]:
    """
    The processes that this one started and that still run.

    What has ended and waits to be reaped is none. Other tests' fixtures may keep processes for as long as they last, so
    a test compares with what was there when it began.
    """
    children = psutil.Process().children()
    return {child.pid for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE}
