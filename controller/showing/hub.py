"""
Tells those who listen what happened, in order, such that nobody misses anything.

A place in the telling is `LEDGER-PROCESS-NUMBER`: the ledger's head by then, the process that told, and a count. Within
the process what followed is kept for a while; over a restart the ledger is read from that head on, and what it does not
hold is told once more. So an event may come twice, and none is lost.
"""

from __future__ import annotations

import asyncio
import re
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from controller.core.errors import ControllerError, Transient
from controller.core.ledger.steps import advance
from controller.core.model import Sha
from controller.reconcile.loop import Loop
from controller.showing.happenings import Reading, Thing, differing, ledger_things, open_things, outside_things

KEEP_ALIVE = timedelta(seconds=15)
"""How often a quiet stream says that it lives, and whether its listener still may listen is looked at."""
MOST_STREAMS = 200
MOST_OF_ONE = 50
"""Streams of one listener, so that nobody alone keeps the others out."""
MOST_WAITING = 500
"""Events that wait for one slow listener; then it is told to fetch everything again."""
_KEPT = 2000
_NOTHING = Sha("0" * 40)
"""Stands for the ledger's head where there is no ledger."""
_PLACE = re.compile(r"([0-9a-f]{40})-([0-9a-f]{8})-([0-9]{1,15})")


@dataclass(frozen=True)
class Told:
    """One event. `thing` is `None` where everything is to be fetched again."""

    place: str
    at: datetime
    thing: Thing | None = None


class Stream:
    """One listener. Filled from the loop's thread, emptied in the event loop that it belongs to."""

    def __init__(self, owner: str = "") -> None:
        self.owner = owner
        self._events = asyncio.get_running_loop()
        self._waiting: deque[Told] = deque()
        self._woken = asyncio.Event()
        self._ended = False

    def offer(self, told: Iterable[Told]) -> None:
        """From any thread."""
        self._call(lambda: self._take(tuple(told)))

    def end(self) -> None:
        """From any thread: nothing more comes."""
        self._call(self._end)

    async def wait(self, at_most: timedelta) -> tuple[Told, ...] | None:
        """What waits, `()` where nothing came in that time, `None` at the end."""
        try:
            await asyncio.wait_for(self._woken.wait(), at_most.total_seconds())
        except TimeoutError:
            return ()
        told = tuple(self._waiting)
        self._waiting.clear()
        if self._ended:
            return told or None
        self._woken.clear()
        return told

    def _call(self, act: Callable[[], None]) -> None:
        if not self._events.is_closed():
            self._events.call_soon_threadsafe(act)

    def _take(self, told: tuple[Told, ...]) -> None:
        self._waiting.extend(told)
        if len(self._waiting) > MOST_WAITING:
            last = self._waiting[-1]
            self._waiting.clear()
            self._waiting.append(Told(last.place, last.at))
        self._woken.set()

    def _end(self) -> None:
        self._ended = True
        self._woken.set()


@dataclass
class Hub:
    """Hears of every reading of the loop and tells what differs. `loop.heard` calls it with the loop's lock held."""

    loop: Loop
    keep_alive: timedelta = KEEP_ALIVE
    _process: str = field(default_factory=lambda: secrets.token_hex(4))
    _streams: set[Stream] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: deque[Told] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _number: int = 0
    _head: Sha = _NOTHING
    _heads: tuple[Sha, Sha] | None = None
    _before: tuple[Reading, Reading] | None = None

    def __post_init__(self) -> None:
        """Begins to listen. What was read before is what everybody knows."""
        self.hear()
        self.loop.heard.append(self.hear)

    def close(self) -> None:
        """Ends every stream: the process ends, and each goes on elsewhere from where it is."""
        with self._lock:
            streams, self._streams = self._streams, set()
            self.loop.heard = [heard for heard in self.loop.heard if heard != self.hear]
        for stream in streams:
            stream.end()

    @property
    def place(self) -> str:
        """Where the telling is."""
        return self._place(self._head, self._number)

    @property
    def has_ledger(self) -> bool:
        """Whether the last reading had a ledger that counts."""
        return self._head != _NOTHING

    @property
    def listening(self) -> int:
        """How many listen."""
        return len(self._streams)

    def enter(self, stream: Stream) -> None:
        """Has a stream told from now on. `Transient` where too many listen, or too many of its owner's."""
        with self._lock:
            own = sum(other.owner == stream.owner for other in self._streams)
            if own >= MOST_OF_ONE or len(self._streams) >= MOST_STREAMS:
                message = f"{MOST_STREAMS} streams are open already, or {MOST_OF_ONE} of them yours"
                raise Transient(message, retry_after=timedelta(seconds=15))
            self._streams.add(stream)

    def leave(self, stream: Stream) -> None:
        """Tells it nothing more."""
        with self._lock:
            self._streams.discard(stream)

    def hear(self) -> None:
        """After a reading: tells what is not as it was at the one before."""
        seen = self.loop.seen
        if seen is None:
            return
        now = self.loop.platform.clock()
        before = self._before or ({}, {})
        head = seen.view.ledger.accepted or _NOTHING
        # Thousands of releases are not compared at each pass: the same head says the same.
        decided = before[0] if head == self._head else ledger_things(seen.view.state)
        heads = head, seen.view.main.head.sha
        after = decided, outside_things(self.loop, seen, before[1], is_on=heads != self._heads)
        self._heads = heads
        with self._lock:
            is_first, self._before = self._before is None, after
            things = () if is_first else tuple(dict.fromkeys(_differing(before, after)))
            self._tell(things, head, now)

    def since(self, place: str | None) -> tuple[Told, ...]:
        """
        What was told after that place; `None` is now. One `Told` without a thing where nobody can say.

        May wait for a pass, but not where a listener of this process comes back.
        """
        known = _PLACE.fullmatch(place) if place is not None else None
        if self._before is not None and (known is None or known[2] == self._process):
            with self._lock:
                return self._from(place, known)
        with self.loop.lock:
            self.loop.look()
            if self._before is None:
                self.hear()
            with self._lock:
                if known is None or known[2] == self._process:
                    return self._from(place, known)
                return self._over_a_restart(known[0], Sha(known[1]))

    def _from(self, place: str | None, known: re.Match[str] | None) -> tuple[Told, ...]:
        if place is None:
            return ()
        number = int(known[3]) if known is not None else -1
        oldest = self._number - len(self._kept)
        if not oldest <= number <= self._number:
            return self._everything()
        return tuple(self._kept)[number - oldest :]

    def _everything(self) -> tuple[Told, ...]:
        return (Told(self.place, self.loop.platform.clock()),)

    def _over_a_restart(self, place: str, head: Sha) -> tuple[Told, ...]:
        now = self.loop.platform.clock()
        things = self._missed(head)
        if things is None or len(things) > MOST_WAITING:
            return self._everything()
        # Only the last says that all of it was heard: who is cut off in between hears it again.
        places = [place] * (len(things) - 1) + [self.place]
        return tuple(Told(at, now, thing) for at, thing in zip(places, things, strict=True))

    def _missed(self, head: Sha) -> tuple[Thing, ...] | None:
        """What the ledger says since that head, and what else may have happened; `None` where it is not on the ledger."""
        seen = self.loop.look()
        accepted, mirror = seen.view.ledger.accepted, self.loop.platform.mirror
        try:
            if accepted is None or not mirror.is_ancestor(head, accepted):
                return None
            # Back from what is known now, by what differs: reading thousands of documents for each listener who comes
            # back after a restart would hold the lock, and a rollback with it, for minutes.
            undone = mirror.changed_files(mirror.commit(accepted).tree, mirror.commit(head).tree)
            then = ledger_things(advance(seen.view.state, undone))
        except ControllerError:
            return None
        decided = differing(then, ledger_things(seen.view.state))
        since = mirror.commit(head).committed_at
        return tuple(dict.fromkeys((*decided, *open_things(seen.snapshot, since))))

    def _tell(self, things: tuple[Thing, ...], head: Sha, now: datetime) -> None:
        told = []
        for thing in things:
            self._number += 1
            # Likewise: the new head is heard of only with the last of what it brought.
            last = thing is things[-1]
            told.append(Told(self._place(head if last else self._head, self._number), now, thing))
        self._head = head
        self._kept.extend(told)
        for stream in self._streams if told else ():
            stream.offer(told)

    def _place(self, head: Sha, number: int) -> str:
        return f"{head}-{self._process}-{number}"


def _differing(before: tuple[Reading, Reading], after: tuple[Reading, Reading]) -> Iterable[Thing]:
    for then, now in zip(before, after, strict=True):
        yield from differing(then, now)
