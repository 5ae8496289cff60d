"""Resolution against an oracle that tries every set of offers there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen import Change, Install, Refused, Resolution, Uninstall
from codegen.catalog.requirement import read_requirement
from tests.codegen.graphs import Module, World, name

QUIET = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SLUGS = ("a", "b", "c", "d", "e")
WISHES = ("", " ^1", " ^2", " >=1.1", " <2")
VERSIONS = ("1.0.0", "1.1.0", "2.0.0")
PLATFORM = "1.0.0"

Composition = Mapping[str, Module]


@st.composite
def modules(draw: st.DrawFn, slug: str) -> list[Module]:
    others = [other for other in SLUGS if other != slug]
    found = []
    for version in draw(st.lists(st.sampled_from(VERSIONS), unique=True, min_size=1, max_size=2)):
        needs = draw(st.lists(st.sampled_from(others), unique=True, max_size=2))
        beside = draw(st.lists(st.sampled_from(others), unique=True, max_size=1))
        conflicts = draw(st.lists(st.sampled_from(others), unique=True, max_size=1))
        found.append(
            Module(
                slug=slug,
                version=version,
                needs=tuple(need + draw(st.sampled_from(WISHES)) for need in needs),
                beside=tuple(other + draw(st.sampled_from(WISHES)) for other in beside if other not in needs),
                conflicts=tuple(other for other in conflicts if other not in needs),
                on=draw(st.booleans()),
                platform=draw(st.sampled_from([(None, None), (None, None), (None, None), ("2", None)])),
            )
        )
    return found


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Module], list[Module]]:
    """What is offered, and of that a set that holds together and is installed."""
    offered = [module for slug in SLUGS for module in draw(modules(slug))]
    candidates = [chosen for chosen in _compositions(offered, at_most=2) if _holds(chosen, PLATFORM)]
    installed = draw(st.sampled_from(candidates))
    return offered, list(installed.values())


@QUIET
@given(worlds(), st.lists(st.sampled_from(SLUGS), unique=True, min_size=1, max_size=2), st.data())
def test_an_install_comes_to_one_of_the_smallest_compositions_that_hold_or_is_refused(
    world: tuple[list[Module], list[Module]], wanted: list[str], data: st.DataObject
) -> None:
    offered, installed = world
    here = World(*offered, installed=installed, platform_version=PLATFORM)
    possible = list(_possible(offered, installed, wanted))
    changes: list[Change] = [Install(name(slug)) for slug in wanted]
    resolution = _tried(here, changes)
    if isinstance(resolution, Refused):
        assert not possible, (str(resolution), possible[0])
        assert resolution.rows
        assert not resolution.suggestion or here.resolve(*resolution.suggestion)
        return
    after = _as_composition(here, resolution)
    assert _holds(after, PLATFORM)
    assert after in possible
    again = here.resolve(*data.draw(st.permutations(changes)))
    assert again.after == resolution.after
    assert again.because == resolution.because
    assert here.then(resolution).resolve(*changes).delta.is_empty


@QUIET
@given(worlds(), st.data())
def test_an_uninstall_takes_out_that_module_alone_or_names_what_would_miss_it(
    world: tuple[list[Module], list[Module]], data: st.DataObject
) -> None:
    offered, installed = world
    if not installed:
        return
    slug = data.draw(st.sampled_from([module.slug for module in installed]))
    here = World(*offered, installed=installed)
    left = {module.slug: module for module in installed if module.slug != slug}
    resolution = _tried(here, [Uninstall(name(slug))])
    if isinstance(resolution, Refused):
        assert not _holds(left, PLATFORM)
        assert resolution.suggestion
        assert here.resolve(*resolution.suggestion).delta.removed
        return
    assert _as_composition(here, resolution) == left
    assert _holds(left, PLATFORM)


def _tried(world: World, changes: Sequence[Change]) -> Resolution | Refused:
    try:
        return world.resolve(*changes)
    except Refused as refused:
        return refused


def _possible(offered: Sequence[Module], installed: Sequence[Module], wanted: Sequence[str]) -> Iterator[Composition]:
    """Every composition that holds, keeps what is installed, has what is wanted, and has nothing for nothing."""
    fixed = {module.slug: module for module in installed}
    for chosen in _compositions([module for module in offered if module.slug not in fixed]):
        both = {**fixed, **chosen}
        reached, on = _reached(both, fixed, wanted)
        whole = {slug: replace(module, on=_on(fixed, slug) or slug in on) for slug, module in both.items()}
        if {*chosen} == reached - {*fixed} and _holds(whole, PLATFORM):
            yield whole


def _reached(both: Composition, fixed: Composition, wanted: Sequence[str]) -> tuple[set[str], set[str]]:
    """What following the needs of what is wanted leads to, and what of it has to be on by default."""
    there, on = set(wanted), {slug for slug in wanted if slug in both and slug not in fixed and both[slug].on}
    while True:
        news = {need for slug in there if slug in both and slug not in fixed for need in _slugs(both[slug].needs)}
        wished = {need for slug in on if slug in both for need in _slugs((*both[slug].needs, *both[slug].beside))}
        ons = {slug for slug in wished if not _on(fixed, slug)}
        by_default = {slug for slug in news | ons if slug in both and slug not in fixed and both[slug].on}
        if news | ons <= there and ons | by_default <= on:
            return there, on
        there, on = there | news | ons, on | ons | by_default


def _on(fixed: Composition, slug: str) -> bool:
    return slug in fixed and fixed[slug].on


def _subsets(slugs: Sequence[str]) -> Iterator[frozenset[str]]:
    for size in range(len(slugs) + 1):
        yield from map(frozenset, combinations(slugs, size))


def _compositions(offered: Sequence[Module], *, at_most: int = len(SLUGS)) -> Iterator[Composition]:
    by_slug = {module.slug: [other for other in offered if other.slug == module.slug] for module in offered}
    for slugs in _subsets(list(by_slug)):
        if len(slugs) <= at_most:
            for chosen in product(*(by_slug[slug] for slug in sorted(slugs))):
                yield {module.slug: module for module in chosen}


def _holds(whole: Composition, platform: str) -> bool:
    return all(
        _are_there(module.needs, whole, on=False)
        and not any(other in whole for other in module.conflicts)
        and (not module.on or _are_there((*module.needs, *module.beside), whole, on=True))
        and (module.platform[0] is None or read_requirement(f">={module.platform[0]}").accepts(platform))
        and not _is_in_a_circle(slug, whole)
        for slug, module in whole.items()
    )


def _are_there(wishes: Sequence[str], whole: Composition, *, on: bool) -> bool:
    for text in wishes:
        slug, _, wish = text.partition(" ")
        if slug not in whole or not read_requirement(wish or "*").accepts(whole[slug].version):
            return False
        if on and not whole[slug].on:
            return False
    return True


def _is_in_a_circle(slug: str, whole: Composition) -> bool:
    reached: set[str] = set()
    waiting = list(_slugs(whole[slug].needs))
    while waiting:
        need = waiting.pop()
        if need not in reached and need in whole:
            reached.add(need)
            waiting += _slugs(whole[need].needs)
    return slug in reached


def _slugs(wishes: Sequence[str]) -> list[str]:
    return [text.partition(" ")[0] for text in wishes]


def _as_composition(world: World, resolution: Resolution) -> Composition:
    by_path = {}
    for slug, entry in resolution.after.modules.items():
        facts = world.known[entry.path]
        by_path[str(slug)] = Module(
            slug=slug,
            version=facts.version,
            needs=tuple(f"{need} {wish.text}" if wish.text != "*" else need for need, wish in facts.dependencies),
            beside=tuple(f"{need} {wish.text}" if wish.text != "*" else need for need, wish in facts.co_requisites),
            conflicts=facts.conflicts,
            on=entry.default_enabled,
            platform=(facts.rustok_min_version, facts.rustok_max_version),
        )
    return by_path
