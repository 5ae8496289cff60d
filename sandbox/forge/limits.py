"""Rate limits as GitHub counts them, and what was called at all (for benches and tests)."""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass, field

PRIMARY = 5000
_WINDOW_SECONDS = 3600


@dataclass
class Bucket:
    """One hour of one asker for one resource (`core` or `graphql`)."""

    resource: str
    reset: float
    used: int = 0


@dataclass
class Calls:
    """What was called since the last reset."""

    content_creating: int = 0
    counted: int = 0
    free: int = 0
    graphql: int = 0
    by_route: Counter[str] = field(default_factory=Counter)


class Limits:
    """5,000 an hour for each asker, REST and GraphQL apart; a 304 and `/rate_limit` cost nothing.

    The secondary limit on what creates content is off unless `content_per_minute` is set; GitHub's is about 80.
    """

    def __init__(self) -> None:
        self.primary = PRIMARY
        self.content_per_minute: int | None = None
        self.calls = Calls()
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self._content: deque[float] = deque()

    def bucket(self, asker: str, resource: str) -> Bucket:
        """The present hour of an asker; a new one starts when the last has ended."""
        found = self._buckets.get((asker, resource))
        if found is None or found.reset <= time.time():
            found = Bucket(resource=resource, reset=time.time() + _WINDOW_SECONDS)
            self._buckets[asker, resource] = found
        return found

    def exhausted(self, bucket: Bucket) -> bool:
        """Whether the asker has no call left."""
        return bucket.used >= self.primary

    def headers(self, bucket: Bucket) -> dict[str, str]:
        """The `X-RateLimit-*` headers of an answer."""
        return {
            "X-RateLimit-Limit": str(self.primary),
            "X-RateLimit-Remaining": str(max(0, self.primary - bucket.used)),
            "X-RateLimit-Reset": str(int(bucket.reset)),
            "X-RateLimit-Used": str(bucket.used),
            "X-RateLimit-Resource": bucket.resource,
        }

    def status(self, bucket: Bucket) -> dict[str, int]:
        """The same as `/rate_limit` gives it."""
        remaining = max(0, self.primary - bucket.used)
        return {"limit": self.primary, "used": bucket.used, "remaining": remaining, "reset": int(bucket.reset)}

    def too_much_content(self) -> bool:
        """Whether one more creation passes the secondary limit; if not, it is counted."""
        self.calls.content_creating += 1
        if self.content_per_minute is None:
            return False
        moment = time.monotonic()
        while self._content and self._content[0] < moment - 60:
            self._content.popleft()
        if len(self._content) >= self.content_per_minute:
            return True
        self._content.append(moment)
        return False
