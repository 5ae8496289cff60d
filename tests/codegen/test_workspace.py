"""What a change makes Cargo compile again: what changed, what comes new, and all between these and the host."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codegen.cargo.lock_text import read_lock
from codegen.cargo.workspace import graph, rebuild
from codegen.errors import ManifestError

Needs = dict[str, tuple[str, ...]]

SHOP: Needs = {
    "desk": ("paint", "till"),
    "glue": (),
    "lamp": ("glue",),
    "paint": ("glue",),
    "shop": ("desk", "lamp"),
    "till": ("glue",),
    "yard": ("paint",),
}
OUTSIDE = frozenset({"glue", "paint"})


def lock(needs: Needs, versions: dict[str, str] | None = None) -> str:
    blocks = []
    for name, listed in sorted(needs.items()):
        source = 'source = "registry+https://index.test/crates"\n' if name in OUTSIDE else ""
        lines = "".join(f' "{need}",\n' for need in sorted(listed))
        version = (versions or {}).get(name, "0.1.0")
        blocks.append(
            f'[[package]]\nname = "{name}"\nversion = "{version}"\n{source}'
            + (f"dependencies = [\n{lines}]\n" if lines else "")
        )
    return "# Written by Cargo.\nversion = 4\n\n" + "\n".join(blocks)


@pytest.mark.parametrize(
    ("changed", "crates", "members"),
    [
        ((), (), ()),
        (("shop",), ("shop",), ("shop",)),
        (("till",), ("till", "desk", "shop"), ("till", "desk", "shop")),
        (("paint",), ("paint", "desk", "shop"), ("desk", "shop")),
        (("yard",), (), ()),
        (("stranger",), (), ()),
        (("lamp", "till"), ("till", "desk", "lamp", "shop"), ("till", "desk", "lamp", "shop")),
    ],
)
def test_what_changed_and_all_up_to_the_host_is_compiled_again(
    changed: tuple[str, ...], crates: tuple[str, ...], members: tuple[str, ...]
) -> None:
    found = rebuild(lock(SHOP), changed=changed, host="shop")
    assert (found.crates, found.members, found.of) == (crates, members, 6)


def test_what_the_host_newly_reaches_is_compiled_and_all_that_list_it() -> None:
    after = {**SHOP, "lamp": ("glue", "yard")}
    found = rebuild(lock(after), changed=(), host="shop", before=lock(SHOP))
    assert found.crates == ("yard", "lamp", "shop")
    assert found.of == 7


def test_what_the_host_no_longer_reaches_is_not_compiled_but_who_listed_it_is() -> None:
    after = {**SHOP, "desk": ("paint",)}
    found = rebuild(lock(after), changed=(), host="shop", before=lock(SHOP))
    assert found.crates == ("desk", "shop")
    assert found.of == 5


def test_another_version_is_another_package() -> None:
    found = rebuild(lock(SHOP, {"till": "0.2.0"}), changed=(), host="shop", before=lock(SHOP))
    assert found.crates == ("till", "desk", "shop")


def test_the_same_lock_twice_compiles_nothing() -> None:
    assert rebuild(lock(SHOP), changed=(), host="shop", before=lock(SHOP)).crates == ()


def test_a_name_with_several_versions_is_told_with_its_version() -> None:
    second = '\n[[package]]\nname = "till"\nversion = "2.0.0"\nsource = "registry+https://index.test/crates"\n'
    text = lock(SHOP).replace('\n[[package]]\nname = "yard"', f'{second}\n[[package]]\nname = "yard"')
    text = text.replace(' "till",', ' "till 0.1.0",')
    assert rebuild(text, changed=["till"], host="shop").crates == ("till 0.1.0", "desk", "shop")
    assert rebuild(text, changed=["till 2.0.0"], host="shop").crates == ()


def test_packages_that_need_each_other_in_tests_end_the_walk() -> None:
    circle = {**SHOP, "till": ("desk", "glue", "till")}
    found = rebuild(lock(circle), changed=["till"], host="shop")
    assert set(found.crates) == {"till", "desk", "shop"}
    assert found.crates[-1] == "shop"


@pytest.mark.parametrize(
    ("text", "host", "problem"),
    [
        (lock(SHOP), "stranger", "not locked once"),
        (lock(SHOP), "glue", "not locked once"),
        (lock({**SHOP, "till": ("stranger",)}), "shop", "lists one that is not locked"),
        ("nothing", "shop", "not a known lock format"),
    ],
)
def test_a_lock_that_tells_nothing_is_told(text: str, host: str, problem: str) -> None:
    with pytest.raises(ManifestError, match=problem):
        rebuild(text, changed=(), host=host)


def packages() -> st.SearchStrategy[Needs]:
    names = st.sampled_from([f"p{number}" for number in range(9)])
    return st.dictionaries(names, st.sets(names, max_size=4), min_size=1, max_size=9).map(
        lambda drawn: {name: tuple(need for need in needs if need in drawn) for name, needs in drawn.items()}
    )


def slow_closure(needs: Needs, of: str) -> set[str]:
    reached = {of}
    while more := {need for name in reached for need in needs[name]} - reached:
        reached |= more
    return reached


@given(packages(), st.data())
def test_exactly_what_lies_between_the_changed_and_the_host_is_compiled(needs: Needs, data: st.DataObject) -> None:
    host = data.draw(st.sampled_from(sorted(needs)))
    changed = data.draw(st.sets(st.sampled_from(sorted(needs))))
    found = rebuild(lock(needs), changed=changed, host=host)
    built = slow_closure(needs, host)
    assert found.of == len(built)
    assert len(found.crates) == len(set(found.crates))
    assert set(found.crates) == {name for name in built if slow_closure(needs, name) & changed}


@given(packages())
def test_each_package_comes_after_what_it_needs_unless_they_need_each_other(needs: Needs) -> None:
    found = graph(lock(needs))
    everything = found.numbers(needs)
    ordered = found.written(found.in_order(everything))
    assert sorted(ordered) == sorted(needs)
    for name, listed in needs.items():
        for need in listed:
            assert ordered.index(need) < ordered.index(name) or name in slow_closure(needs, need)


@given(packages())
def test_the_two_closures_are_each_others_reverse(needs: Needs) -> None:
    found = graph(lock(needs))
    for number in found.needs:
        for other in found.closure([number]):
            assert number in found.reverse_closure([other])
    assert found.lock is read_lock(lock(needs), path="Cargo.lock")


def test_a_chain_of_thousands_is_walked_without_recursion() -> None:
    chain: Needs = {f"p{number:05}": (f"p{number + 1:05}",) for number in range(5000)}
    found = rebuild(lock({**chain, "p05000": ()}), changed=["p05000"], host="p00000")
    assert len(found.crates) == found.of == 5001
    assert (found.crates[0], found.crates[-1]) == ("p05000", "p00000")
