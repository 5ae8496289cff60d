"""
Who or what a change waits for: one answer, derived from one snapshot, so that nobody has to put it together.

    values       what can be waited for, and what more there is to say of it
    change       the answer for one change: its proposal, then one environment after the other
    proposal     the part of an open proposal
    environment  the part of one environment

It says the first thing that stands in the way on the change's own road: what is wrong before what is waited for. It
decides nothing; the rules do, and this reads what they look at. May import what `controller.core` may.
"""

from controller.core.waiting.change import waiting
from controller.core.waiting.values import Approvals, Checks, Waiting, What

__all__ = ["Approvals", "Checks", "Waiting", "What", "waiting"]
