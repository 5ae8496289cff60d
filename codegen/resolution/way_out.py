"""The nearest request that could be made instead of one that was refused, found by trying.

A refusal's rows say what stands in the way; each way to take one of them out is tried through the resolver itself, the
smallest first, so that what is suggested is known to come to a plan. The number of tries is bounded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from codegen.change import Change, Install, SetDefaultEnabled, SetFeatures, Uninstall, Upgrade
from codegen.errors import CodegenError, Refused, Row
from codegen.names import SLUG, ModuleName
from codegen.resolution.composition import Composition, Resolution
from codegen.resolution.knowledge import preference
from codegen.sentences import Sentence

Attempt = Callable[[Sequence[Change]], Resolution]
Request = tuple[Change, ...]

_MOST_TRIES = 32
_MOST_STEPS = 4
_MOST_NAMED = 12


def with_way_out(refused: Refused, changes: Sequence[Change], *, attempt: Attempt, composition: Composition) -> Refused:
    """The same refusal, with the nearest request that could be made, where one is found, as its hint and suggestion."""
    found = _Search(composition, attempt).nearest(tuple(changes), refused)
    if found is None:
        return refused
    hint = in_words(tuple(changes), found)
    return Refused(refused.reason, refused.message, rows=refused.rows, hint=hint, suggestion=found)


def in_words(asked: Request, instead: Request) -> str:
    """What is other in a request than in the one that was made."""
    left = [change for change in asked if change not in instead]
    added = [change for change in instead if change not in asked]
    replaced = {change.module for change in left} & {change.module for change in added}
    also = _listed([change for change in added if change.module not in replaced])
    other = _listed([change for change in added if change.module in replaced])
    exchanged = Sentence("{what} instead", what=_all(other)) if other else None
    beside = Sentence("{what} in the same request", what=_all(also)) if also else None
    if exchanged is not None and beside is not None:
        return Sentence("{one}, and {other}", one=exchanged, other=beside)
    return exchanged or beside or ""


def _all(parts: Sequence[str]) -> str:
    """Several, with "and" between each."""
    return parts[0] if len(parts) == 1 else Sentence("{one} and {other}", one=parts[0], other=_all(parts[1:]))


def _listed(changes: Sequence[Change]) -> list[Sentence]:
    """Changes in words, those of one kind together."""
    found: dict[Sentence, list[str]] = {}
    for change in changes:
        verb, rest = _words(change)
        found.setdefault(verb, []).append(rest)
    return [verb.refilled(modules=_enumerated(rest)) for verb, rest in found.items()]


def _enumerated(parts: list[str]) -> str:
    """Several, with "and" before the last, cut short."""
    more = len(parts) - _MOST_NAMED
    cut = [*parts[:_MOST_NAMED], Sentence.counted("{count} more", "{count} more", more)] if more > 0 else parts
    return Sentence("{first} and {last}", first=tuple(cut[:-1]), last=cut[-1]) if cut[1:] else cut[0]


def _words(change: Change) -> tuple[Sentence, str]:
    """A sentence with a gap, and what stands in it."""
    match change:
        case SetDefaultEnabled(enabled=True):
            return Sentence("turn {modules} on by default", modules=""), change.module
        case SetDefaultEnabled():
            return Sentence("turn {modules} off by default", modules=""), change.module
        case SetFeatures():
            return Sentence("set the features of {modules}", modules=""), change.module
        case Upgrade():
            to = Sentence("{module} to {version}", module=change.module, version=change.version)
            return Sentence("upgrade {modules}", modules=""), to
        case Uninstall():
            return Sentence("uninstall {modules}", modules=""), change.module
        case Install():
            version = f"{change.module} {change.version}" if change.version else change.module
            return Sentence("install {modules}", modules=""), version


class _Search:
    """A breadth-first search over requests, from the refused one on, each step taking out what a refusal names."""

    def __init__(self, composition: Composition, attempt: Attempt) -> None:
        self.composition = composition
        self.attempt = attempt

    def nearest(self, asked: Request, refused: Refused) -> Request | None:
        waiting: deque[tuple[Request, Refused, int]] = deque([(asked, refused, 0)])
        seen: set[frozenset[Change]] = {frozenset(asked)}
        while waiting:
            request, reason, steps = waiting.popleft()
            for tried in self._steps(request, reason) if steps < _MOST_STEPS else ():
                if frozenset(tried) in seen:
                    continue
                if len(seen) > _MOST_TRIES:
                    return None
                seen.add(frozenset(tried))
                failure = self._failure(tried)
                if failure is None:
                    return tried
                waiting.append((tried, failure, steps + 1))
        return None

    def _failure(self, request: Request) -> Refused | None:
        try:
            self.attempt(request)
        except Refused as refused:
            return refused
        except CodegenError:
            return Refused("Unreadable", Sentence("A file that this would need is not valid."))
        return None

    def _steps(self, request: Request, refused: Refused) -> Iterator[Request]:
        """Requests that are one step nearer to what could be, the least intrusive first."""
        for row in refused.rows[:3]:
            chain = tuple(ModuleName(part) for part in row.chain if SLUG.accepts(part))
            if not chain:
                continue
            if refused.reason in ("ModuleNeeded", "NotOnByDefault"):
                both = self._let_go if refused.reason == "ModuleNeeded" else self._agree_on_default
                yield from both(request, refused.rows)
                return
            yield from _STEPS.get(refused.reason, _none)(self, request, chain)

    def _let_go(self, request: Request, rows: Sequence[Row]) -> Iterator[Request]:
        """All that would miss a module goes with it, or is not on by default any more where that is why."""
        missing = sorted({ModuleName(part) for row in rows for part in row.chain[:-1]})
        direct = sorted({ModuleName(row.chain[-2]) for row in rows})
        off = tuple(SetDefaultEnabled(module, enabled=False) for module in direct)
        yield _with(request, *off)
        yield _with(request, *map(Uninstall, missing))

    def one_leaves(self, request: Request, chain: tuple[ModuleName, ...]) -> Iterator[Request]:
        installed = self.composition.manifest.modules
        named = {change.module for change in request}
        for module in (chain[-1], chain[-2] if len(chain) > 1 else chain[-1]):
            if module in installed and module not in named:
                yield _with(request, Uninstall(module))
        yield from self.other_versions(request, chain)

    def other_versions(self, request: Request, chain: tuple[ModuleName, ...]) -> Iterator[Request]:
        """Another version of what is needed, or of what needs it; whatever is installed is upgraded."""
        installed = self.composition.manifest.modules
        for module in dict.fromkeys((chain[-1], *reversed(chain[:-1]))):
            for version in self._versions(module):
                change = Upgrade(module, version) if module in installed else Install(module, version)
                yield _with(request, change)
            if any(isinstance(change, Install) and change.module == module and change.version for change in request):
                yield _with(request, Install(module))
        for module in reversed(chain[:-1]):
            if module in installed and module not in {change.module for change in request}:
                yield _with(request, Uninstall(module))

    def _versions(self, module: ModuleName) -> list[str]:
        """The versions that a module could have, the highest first."""
        knowledge, there = self.composition.knowledge, self.composition.manifest.modules.get(module)
        offers = [*self.composition.catalog.offers(module), *([there] if there else [])]
        versions = {knowledge.version(entry) for entry in offers}
        return sorted(versions - {""}, key=preference, reverse=True)[:5]

    def install_first(self, request: Request, chain: tuple[ModuleName, ...]) -> Iterator[Request]:
        kept = tuple(change for change in request if not (isinstance(change, Upgrade) and change.module == chain[-1]))
        upgrade = next((c for c in request if isinstance(c, Upgrade) and c.module == chain[-1]), None)
        if upgrade is not None:
            yield (*kept, Install(chain[-1], upgrade.version))
        yield (*kept, Install(chain[-1]))

    def _agree_on_default(self, request: Request, rows: Sequence[Row]) -> Iterator[Request]:
        """All that is on and needs what is off goes off too; or, where nobody asked for that to be off, it goes on."""
        direct = sorted({ModuleName(row.chain[-2]) for row in rows})
        yield _with(request, *(SetDefaultEnabled(module, enabled=False) for module in direct))
        named = {change.module for change in request}
        wanted = sorted({ModuleName(row.chain[-1]) for row in rows} - named)
        yield _with(request, *(SetDefaultEnabled(module, enabled=True) for module in wanted))


def _none(search: _Search, request: Request, chain: tuple[ModuleName, ...]) -> Iterator[Request]:
    yield from ()


_STEPS: dict[str, Callable[[_Search, Request, tuple[ModuleName, ...]], Iterator[Request]]] = {
    "Conflict": _Search.one_leaves,
    "NeedsNotMet": _Search.other_versions,
    "VersionNotThere": _Search.other_versions,
    "PlatformNotSupported": _Search.other_versions,
    "NoChoiceFits": _Search.other_versions,
    "NotInstalled": _Search.install_first,
}


def _with(request: Request, *changes: Change) -> Request:
    """A request with these changes too; one takes the place of another that asks the same kind of thing of a module."""
    kinds = {(_kind(change), change.module) for change in changes}
    return (*(change for change in request if (_kind(change), change.module) not in kinds), *changes)


def _kind(change: Change) -> str:
    return "place" if isinstance(change, Install | Upgrade | Uninstall) else type(change).__name__
