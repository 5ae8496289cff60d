"""Order, cycles and chains of a dependency graph of modules."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from codegen.names import ModuleName

Graph = Mapping[ModuleName, Iterable[ModuleName]]
Chain = tuple[ModuleName, ...]


def find_cycle(graph: Graph) -> Chain:
    """One cycle as a chain whose first and last are the same module, or nothing."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return tuple(reversed(error.args[1]))
    return ()


def in_order(graph: Graph) -> Chain:
    """The graph's modules, each after what it needs, else by name: the same set always has the same order."""
    sorter = TopologicalSorter({module: [need for need in needs if need in graph] for module, needs in graph.items()})
    sorter.prepare()
    ordered: list[ModuleName] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered.extend(ready)
        sorter.done(*ready)
    return tuple(ordered)


def chains(graph: Graph, start: Collection[ModuleName]) -> Mapping[ModuleName, Chain]:
    """For each module that can be reached from `start`, a shortest chain from there to it, the first by name."""
    found: dict[ModuleName, Chain] = {module: (module,) for module in sorted(start)}
    waiting = deque(found)
    while waiting:
        module = waiting.popleft()
        for need in sorted(graph.get(module, ())):
            if need not in found:
                found[need] = (*found[module], need)
                waiting.append(need)
    return found


def cycle_through(graph: Graph, module: ModuleName) -> Chain:
    """A shortest cycle that a module is part of, as a chain that begins and ends with it, or nothing."""
    reached = chains(graph, set(graph.get(module, ())))
    return (module, *reached[module]) if module in reached else ()


def reversed_graph(graph: Graph) -> dict[ModuleName, list[ModuleName]]:
    """Who needs each module, instead of what each module needs."""
    turned: dict[ModuleName, list[ModuleName]] = {}
    for module, needs in graph.items():
        for need in needs:
            turned.setdefault(need, []).append(module)
    return turned
