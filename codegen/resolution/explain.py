"""Why no choice of offers fits: the best one is looked at as if it did, and everything that is wrong with it is said."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from codegen.errors import Finding, Refused, Row
from codegen.manifest.model import ModuleEntry
from codegen.names import ModuleName
from codegen.resolution.choosing import Pool
from codegen.resolution.coherence import for_each_other
from codegen.resolution.knowledge import fits
from codegen.resolution.request import Wish
from codegen.sentences import Sentence

Asked = tuple[Wish, tuple[ModuleName, ...]]


def refusal(pool: Pool, wishes: Sequence[Wish], *, gone: Sequence[ModuleName]) -> Refused:
    """The refusal of wishes that no choice of offers fulfils."""
    attempt = _Attempt(pool, frozenset(gone))
    for wish in sorted(wishes, key=lambda wish: (wish.module, wish.face)):
        attempt.follow(wish)
    if attempt.missing:
        return _not_offered(pool, attempt.missing)
    if attempt.rows:
        return _no_such_version(attempt.rows)
    composition = pool.composition
    composition.entries.update(attempt.entries)
    try:
        composition.resolution()
    except Refused as refused:
        return refused
    subjects = sorted(attempt.entries)
    rows = tuple(
        Row(subject=slug, want=Sentence("a version that fits the others"), have=_offered(pool, slug))
        for slug in subjects
    )
    return Refused(
        "NoChoiceFits", Sentence("No versions go together: {subjects}.", subjects=tuple(subjects)), rows=rows
    )


class _Attempt:
    """What would be there if for each module the first offer that its first asker accepts were taken."""

    def __init__(self, pool: Pool, gone: frozenset[ModuleName]) -> None:
        self.pool = pool
        self.gone = gone
        self.entries: dict[ModuleName, ModuleEntry] = {}
        self.missing: list[Row] = []
        self.rows: list[Row] = []

    def follow(self, wish: Wish) -> None:
        """Take in what a wish of the request leads to, nearest first."""
        waiting: deque[Asked] = deque([(wish, (wish.module,))])
        while waiting:
            wished, chain = waiting.popleft()
            module = wished.module
            if wished.absent or module in self.entries or module in self.pool.fixed or module in self.gone:
                continue
            entry = self._best(wished, chain)
            if entry is not None:
                self.entries[module] = entry
                waiting.extend((need, (*chain, need.module)) for need in self._needs(entry))

    def _needs(self, entry: ModuleEntry) -> Iterator[Wish]:
        knowledge = self.pool.knowledge
        for need, accepts in knowledge.needs(entry).items():
            yield Wish(module=need, accepts=accepts)
        for need, accepts in knowledge.beside(entry).items() if entry.default_enabled else ():
            yield Wish(module=need, accepts=accepts)

    def _best(self, wish: Wish, chain: tuple[ModuleName, ...]) -> ModuleEntry | None:
        offers, module = self.pool.offers(wish.module), wish.module
        if not offers:
            by = for_each_other(tuple(reversed(chain[:-1]))) or Sentence("the request")
            want = Sentence("in {path} (for {by})", path=self.pool.composition.catalog.path, by=by)
            self.missing.append(Row(subject=module, want=want, have=Sentence("not in the catalog"), chain=chain))
            return None
        version = self.pool.knowledge.version
        named = [entry for entry in offers if wish.version in (None, version(entry))]
        if not named:
            self.rows.append(Row(subject=module, want=str(wish.version), have=_offered(self.pool, module), chain=chain))
            return None
        wanted = [entry for entry in named if fits(version(entry), wish.accepts)] or named
        return next((entry for entry in wanted if entry in self.pool.fitting(module)), wanted[0])


def _offered(pool: Pool, module: ModuleName) -> str:
    versions = dict.fromkeys(pool.knowledge.version(entry) or "no version" for entry in pool.offers(module))
    return ", ".join(list(versions)[:10])


def _no_such_version(rows: Sequence[Row]) -> Refused:
    first = rows[0]
    hint = Sentence("ask for {have}, or bring {want} into the repository first", have=first.have, want=first.want)
    return Refused(
        "VersionNotThere",
        Sentence("{module} {want} is not there.", module=first.subject, want=first.want),
        rows=tuple(rows),
        hint=hint,
    )


def _not_offered(pool: Pool, rows: Sequence[Row]) -> Refused:
    from difflib import get_close_matches

    catalog, first = pool.composition.catalog, rows[0].subject
    near = get_close_matches(first, catalog.modules, n=3)
    hint = Sentence("offered: {modules}", modules=tuple(near or sorted(catalog.modules)[:20]))
    wrong: Finding | None = next(
        (found for found in catalog.findings if f"{first}" in f"{found.found}{found.path}"), None
    )
    if wrong is not None:
        hint = Sentence("what the repository says of it is wrong: {wrong}", wrong=Sentence(str(wrong)))
    return Refused(
        "NotInCatalog", Sentence("{module} is not in the catalog.", module=first), rows=tuple(rows), hint=hint
    )
