"""Order and cycles of a dependency graph of modules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from codegen.names import ModuleName

Graph = Mapping[ModuleName, Iterable[ModuleName]]


def find_cycle(graph: Graph) -> tuple[ModuleName, ...]:
    """One cycle as a chain whose first and last are the same module, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()


def in_order(graph: Graph) -> tuple[ModuleName, ...]:
    """The graph's modules, each after what it needs, else by name: the same set always has the same order."""
    sorter = TopologicalSorter({module: [need for need in needs if need in graph] for module, needs in graph.items()})
    sorter.prepare()
    ordered: list[ModuleName] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered.extend(ready)
        sorter.done(*ready)
    return tuple(ordered)
