"""How often somebody may ask: a bucket for each token, session or address that fills steadily and is drawn from."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta

from controller.ports import Clock

_MOST_BUCKETS = 10_000
"""The longest unused is forgotten first, which only makes it full again."""


@dataclass(frozen=True)
class Limits:
    """Requests, of them writes, and attempts to sign in from one address, each in a minute."""

    requests: int = 600
    writes: int = 60
    sign_ins: int = 30


@dataclass(frozen=True)
class Standing:
    """One limit after a request: what is `left` of `quota` a minute, and when it is `whole` again."""

    name: str
    quota: int
    left: int
    whole: timedelta
    wait: timedelta | None = None
    """Until when nothing is left; `None` where the request was let through."""


@dataclass
class _Bucket:
    level: float
    at: datetime


class Rates:
    """The buckets. Between two moments a minute apart at most twice the quota passes: a whole bucket and its refill."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def draw(self, name: str, who: str, *, quota: int) -> Standing:
        """Takes one from the bucket of `who`, where one is left."""
        now = self._clock()
        with self._lock:
            bucket = self._bucket((name, who), quota, now)
            per_second = quota / 60
            # A clock that was set back fills nothing.
            since = max(0.0, (now - bucket.at).total_seconds())
            bucket.level, bucket.at = min(float(quota), bucket.level + since * per_second), now
            passes = bucket.level >= 1
            bucket.level -= 1 if passes else 0
            whole = timedelta(seconds=(quota - bucket.level) / per_second)
            wait = None if passes else timedelta(seconds=(1 - bucket.level) / per_second)
            return Standing(name, quota, int(bucket.level), whole, wait)

    def count(self) -> int:
        """How many buckets are kept."""
        with self._lock:
            return len(self._buckets)

    def _bucket(self, key: tuple[str, str], quota: int, now: datetime) -> _Bucket:
        bucket = self._buckets.pop(key, None) or _Bucket(float(quota), now)
        self._buckets[key] = bucket
        while len(self._buckets) > _MOST_BUCKETS:
            self._buckets.popitem(last=False)
        return bucket


def headers(standings: tuple[Standing, ...]) -> dict[str, str]:
    """As headers, by the IETF's draft on RateLimit header fields."""
    if not standings:
        return {}
    told = {
        "RateLimit-Policy": ", ".join(f'"{one.name}";q={one.quota};w=60' for one in standings),
        "RateLimit": ", ".join(f'"{one.name}";r={one.left};t={_seconds(one.whole)}' for one in standings),
    }
    waits = [one.wait for one in standings if one.wait is not None]
    return {**told, "Retry-After": str(max(1, _seconds(max(waits))))} if waits else told


def _seconds(of: timedelta) -> int:
    return math.ceil(of.total_seconds())
