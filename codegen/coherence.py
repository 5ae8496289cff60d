"""Whether a composition holds together: everything needed is there in a version that fits, nothing conflicts.

Judged only around what a change touches: a composition that was incoherent before does not stop an unrelated change.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from codegen.errors import Refused, Row
from codegen.facts import ModuleFacts
from codegen.graph import find_cycle
from codegen.manifest import ModuleEntry
from codegen.names import ModuleName

Entries = Mapping[ModuleName, ModuleEntry]
FactsOf = Callable[[ModuleEntry], ModuleFacts]

_LEAVES = "would be uninstalled"


def demand_coherence(*, before: Entries, after: Entries, facts: FactsOf) -> None:
    """Raise `Refused` where the change from `before` to `after` leaves something that does not hold together."""
    touched = frozenset(slug for slug in {*before, *after} if before.get(slug) != after.get(slug))
    _demand_needs(before, after, facts, touched)
    _demand_no_conflict(after, facts, touched)
    if cycle := find_cycle({slug: entry.depends_on for slug, entry in after.items()}):
        rows = (Row(subject=cycle[0], want="no cycle", have=" → ".join(cycle)),)
        raise Refused("DependencyCycle", "The modules would depend on each other in a circle.", rows=rows)


def version_of(entry: ModuleEntry, facts: FactsOf) -> str:
    """The version that an entry pins, else the one that the module's folder has."""
    return entry.version or facts(entry).version


def _demand_needs(before: Entries, after: Entries, facts: FactsOf, touched: frozenset[ModuleName]) -> None:
    rows: list[Row] = []
    for slug, entry in after.items():
        needs = {*entry.depends_on, *(name for name, _ in facts(entry).co_requisites)} if touched else set()
        if slug in touched or not touched.isdisjoint(needs):
            rows += _absent_rows(before, after, slug, sorted(needs)) + _version_rows(after, slug, facts)
    if not rows:
        return
    reason = "ModuleNeeded" if any(row.have == _LEAVES for row in rows) else "NeedsNotMet"
    absent = ", ".join(sorted({row.subject for row in rows}))
    hint = "change the modules that need it in the same request"
    raise Refused(reason, f"What other modules need would not be there: {absent}.", rows=tuple(rows), hint=hint)


def _absent_rows(before: Entries, after: Entries, slug: ModuleName, needs: list[ModuleName]) -> list[Row]:
    return [
        Row(
            subject=need,
            want=f"installed (needed by {slug})",
            have=_LEAVES if need in before else "not installed",
        )
        for need in needs
        if need not in after
    ]


def _version_rows(after: Entries, slug: ModuleName, facts: FactsOf) -> list[Row]:
    own = facts(after[slug])
    wanted = [(need, wish) for need, wish in (*own.dependencies, *own.co_requisites) if need in after]
    have = {need: version_of(after[need], facts) for need, _ in wanted}
    return [
        Row(subject=need, want=f"{wish.text} (needed by {slug})", have=have[need])
        for need, wish in wanted
        if not wish.accepts(have[need])
    ]


def _demand_no_conflict(after: Entries, facts: FactsOf, touched: frozenset[ModuleName]) -> None:
    if touched.isdisjoint(after):
        return
    pairs = sorted(
        (slug, other)
        for slug, entry in after.items()
        for other in facts(entry).conflicts
        if other in after and (slug in touched or other in touched)
    )
    if pairs:
        rows = tuple(Row(subject=o, want=f"not installed (conflicts with {s})", have="installed") for s, o in pairs)
        one, other = pairs[0]
        hint = f"uninstall {one} or {other} in the same request"
        raise Refused("Conflict", f"{one} and {other} cannot be in one composition.", rows=rows, hint=hint)
