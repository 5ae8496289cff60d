"""The loop: wake, one pass, report, wait. Everything about promotion or rollback is elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from controller.core.decide import decide
from controller.core.decision import Decision, Intent, RunChecks
from controller.core.errors import Conflict, ControllerError, Terminal, Transient
from controller.operations.platform import Platform
from controller.reconcile.execute import execute
from controller.reconcile.memory import Memory
from controller.reconcile.observe import Observation, observe, unread

log = structlog.get_logger("modwright")

SWEEP = timedelta(seconds=30)
"""How long the loop waits at most: a conditional sweep finds what no webhook told of."""
FLOOR = timedelta(milliseconds=5)
"""How long it waits at least, so that a rule that asks for "now" for ever cannot take a whole core."""

_GIVEN_UP = timedelta(milliseconds=1)
_ENDED = object()


@dataclass(frozen=True)
class PassReport:
    """What a pass did: its decision, what was carried out, what failed, and when to look again."""

    decision: Decision | None
    done: tuple[Intent, ...]
    failed: tuple[tuple[Intent, str], ...]
    wake_after: timedelta
    took: timedelta
    problem: str = ""
    reason: str = ""
    """The problem's constant name, where a person is needed."""

    @property
    def is_idle(self) -> bool:
        """Whether nothing was carried out."""
        return not self.done and not self.failed


@dataclass
class Loop:
    """
    Runs passes over one platform. `lock` is held during a pass and by every use case that a face calls, so that within
    one process nobody acts on a reading that another is about to change; between processes compare-and-set decides.
    """

    platform: Platform
    memory: Memory = field(default_factory=Memory)
    sweep: timedelta = SWEEP
    lock: threading.RLock = field(default_factory=threading.RLock)
    seen: Observation | None = None
    """What the last pass read, for faces that only show; `None` where somebody wrote since."""
    last: PassReport | None = None
    last_at: datetime | None = None
    heard: list[Callable[[], None]] = field(default_factory=list)
    """Who is told after each reading and each pass, with the lock held: faces that follow what happens."""
    _waiting: set[int] = field(default_factory=set)
    """The threads that wait for their turn."""
    _reading: threading.Lock = field(default_factory=threading.Lock)
    _woken: threading.Event = field(default_factory=threading.Event)
    _stopped: threading.Event = field(default_factory=threading.Event)

    def wake(self) -> None:
        """Has the loop look now: a webhook, or a use case that has just written."""
        self._woken.set()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """
        The lock, for a use case of a face. A pass that is under way ends after the intent that it is at, so that a
        rollback never waits for a dozen paced writes to the forge.
        """
        me = threading.get_ident()
        self._waiting.add(me)
        with self.lock:
            self._waiting.discard(me)
            yield

    def in_turns(self, work: Callable[[], Iterator[None]]) -> None:
        """
        A face's long reading, a part a turn: a rollback waits for one part and never for all of them. Of two that come
        at once the second begins when the first has ended, and finds what it left. Not to be called within a turn.
        """
        with self._reading:
            with self.turn():
                parts = work()
            while self._goes_on(parts):
                # Else the lock would be taken again before anybody else gets it.
                time.sleep(_GIVEN_UP.total_seconds())

    def _goes_on(self, parts: Iterator[None]) -> bool:
        with self.turn():
            return next(parts, _ENDED) is not _ENDED

    def wrote(self) -> None:
        """After a use case of a face, with the lock held: what was seen is old, and there is something to do."""
        self.seen = None
        self.wake()

    def look(self) -> Observation:
        """What the last pass saw: showing it asks nothing of the outside. Read anew where somebody wrote since."""
        seen = self.seen
        if seen is not None:
            return seen
        with self.lock:
            if self.seen is None:
                self.seen = observe(self.platform, self.memory)
                self._let_hear()
            return self.seen

    def stop(self) -> None:
        """Ends `run` after the pass that is under way."""
        self._stopped.set()
        self._woken.set()

    def run(self) -> None:
        """Passes until `stop`."""
        while not self._stopped.is_set():
            self._woken.clear()
            report = self.tick()
            # Not `_woken`: it may be set already, and then the lock would be taken again before anybody else gets it.
            self._stopped.wait(FLOOR.total_seconds())
            self._woken.wait(max(report.wake_after - FLOOR, timedelta()).total_seconds())

    def tick(self) -> PassReport:
        """One pass. What goes wrong in it is reported and backed off from, never raised: the next pass is the cure."""
        started = time.monotonic()
        with self.lock:
            report = self._pass(started)
            self.last, self.last_at = report, self.platform.clock()
            self._let_hear()
        _tell(report, self.memory.passes)
        return report

    def _pass(self, started: float) -> PassReport:
        self.memory.passes += 1
        try:
            seen = self.seen = observe(self.platform, self.memory)
            decision = decide(seen.snapshot, self.platform.clock())
        except Exception as error:  # noqa: BLE001 - the one place where a bug must not end the service
            return self._broken(error, started)
        self.memory.last = decision
        _tell_unread(unread(seen.snapshot), self.memory)
        done, failed = self._carry_out(decision, seen)
        return PassReport(decision, done, failed, self._wake_after(decision, done, failed), _since(started))

    def _let_hear(self) -> None:
        for hear in self.heard:
            try:
                hear()
            except Exception:
                log.exception("bug", where="hearing")

    def _carry_out(
        self, decision: Decision, seen: Observation
    ) -> tuple[tuple[Intent, ...], tuple[tuple[Intent, str], ...]]:
        done: list[Intent] = []
        failed: list[tuple[Intent, str]] = []
        now = decision.at
        for intent in decision.intents:
            if self._waiting and (done or failed):
                break  # a person comes first, but never so that nothing gets done; the rest is decided anew
            if not self.memory.may_try(intent, now):
                continue
            try:
                execute(intent, self.platform, seen, self.memory)
            except Exception as error:  # noqa: BLE001 - likewise; the other targets go on
                failed.append((intent, self._note(intent, error, now)))
            else:
                self.memory.succeeded(intent)
                done.append(intent)
        return tuple(done), tuple(failed)

    def _note(self, intent: Intent, error: Exception, now: datetime) -> str:
        after = error.retry_after if isinstance(error, Transient) else None
        self.memory.failed(intent, str(error), now=now, after=after)
        if not isinstance(error, ControllerError):
            log.exception("bug", intent=type(intent).__name__, target=intent.target)
        return f"{type(error).__name__}: {error}"

    def _wake_after(
        self, decision: Decision, done: tuple[Intent, ...], failed: tuple[tuple[Intent, str], ...]
    ) -> timedelta:
        """At once after a write, since the world is another; else when the rules asked, a back-off ends, or the sweep."""
        if done or any(message.startswith(Conflict.__name__) for _, message in failed):
            return timedelta()
        waits = [decision.wake_after, self.memory.next_retry(decision.at), self.sweep]
        return min(wait for wait in waits if wait is not None)

    def _broken(self, error: Exception, started: float) -> PassReport:
        if not isinstance(error, ControllerError):
            log.exception("bug", where="pass")
        wait = error.retry_after if isinstance(error, Transient) and error.retry_after else timedelta(seconds=1)
        problem, reason = f"{type(error).__name__}: {error}", error.reason if isinstance(error, Terminal) else ""
        return PassReport(None, (), (), wait, _since(started), problem=problem, reason=reason)


def _since(started: float) -> timedelta:
    return timedelta(seconds=time.monotonic() - started)


def _tell_unread(now: tuple[str, ...], memory: Memory) -> None:
    """One line when something cannot be read, another when everything can be again."""
    if now == memory.unread:
        return
    if now:
        log.warning("unknown", why=list(now))
    else:
        log.info("everything is read again")
    memory.unread = now


def _tell(report: PassReport, number: int) -> None:
    """One line a pass that did something; an idle one, or one that only looked, is not worth a line."""
    done = [f"{type(intent).__name__}({intent.target})" for intent in report.done if not isinstance(intent, RunChecks)]
    if not done and not report.failed and not report.problem:
        return
    log.info(
        "pass",
        number=number,
        done=done,
        failed=[f"{type(intent).__name__}({intent.target}): {message}" for intent, message in report.failed],
        problem=report.problem or None,
        took_ms=round(report.took.total_seconds() * 1000, 1),
    )
