"""What a change comes to, case by case, and the nearest request that could be made where it comes to nothing."""

from __future__ import annotations

import time

import pytest

from codegen import Change, Install, Refused, SetDefaultEnabled, Uninstall, Upgrade
from codegen.resolution.undo import undo_of
from tests.codegen.graphs import Module, World, name, versions


def install(slug: str, version: str | None = None, *, on: bool | None = None) -> Install:
    return Install(name(slug), version, on)


def uninstall(slug: str) -> Uninstall:
    return Uninstall(name(slug))


def upgrade(slug: str, version: str) -> Upgrade:
    return Upgrade(name(slug), version)


def refused(world: World, *changes: Change) -> Refused:
    with pytest.raises(Refused) as caught:
        world.resolve(*changes)
    return caught.value


SHOP = (
    Module(slug="till"),
    Module(slug="shop", needs=("till",)),
    Module(slug="fair", needs=("shop",)),
)


def test_the_highest_version_that_fits_everything_is_taken() -> None:
    offers = (
        Module(slug="shop", version="1.0.0", needs=("till ^1",)),
        Module(slug="shop", version="2.0.0", needs=("till ^2",)),
        Module(slug="fair", needs=("till ^1",)),
        Module(slug="till", version="2.0.0"),
        Module(slug="till", version="1.0.0"),
        Module(slug="till", version="1.4.0"),
    )
    world = World(*offers)
    assert versions(world, world.resolve(install("shop"))) == {"shop": "2.0.0", "till": "2.0.0"}
    both = world.resolve(install("shop"), install("fair"))
    assert versions(world, both) == {"fair": "1.0.0", "shop": "1.0.0", "till": "1.4.0"}


def test_a_pre_release_is_taken_only_where_nothing_else_is_offered() -> None:
    pre, release = Module(slug="shop", version="2.0.0-rc.1"), Module(slug="shop", version="1.0.0")
    for offers, version in (((pre, release), "1.0.0"), ((pre,), "2.0.0-rc.1")):
        world = World(*offers)
        assert versions(world, world.resolve(install("shop"))) == {"shop": version}


def test_a_refusal_names_the_chain_that_leads_to_what_is_not_there() -> None:
    world = World(Module(slug="fair", needs=("shop",)), Module(slug="shop", needs=("till",)))
    error = refused(world, install("fair"))
    assert error.reason == "NotInCatalog"
    assert [(row.subject, row.chain) for row in error.rows] == [("till", ("fair", "shop", "till"))]
    assert "shop for fair" in error.rows[0].want


@pytest.mark.parametrize(
    ("installed", "offered", "changes", "reason", "hint", "suggestion"),
    [
        (
            SHOP,
            (),
            [uninstall("till")],
            "ModuleNeeded",
            "uninstall fair and shop in the same request",
            (uninstall("till"), uninstall("fair"), uninstall("shop")),
        ),
        (
            (Module(slug="stall"),),
            (Module(slug="shop", conflicts=("stall",)),),
            [install("shop")],
            "Conflict",
            "uninstall stall in the same request",
            (install("shop"), uninstall("stall")),
        ),
        (
            (Module(slug="till", version="1.0.0"),),
            (Module(slug="shop", needs=("till ^2",)), Module(slug="till", version="2.1.0")),
            [install("shop")],
            "NeedsNotMet",
            "upgrade till to 2.1.0 in the same request",
            (install("shop"), upgrade("till", "2.1.0")),
        ),
        (
            (),
            (Module(slug="shop", version="1.0.0"),),
            [install("shop", "3.0.0")],
            "VersionNotThere",
            "install shop 1.0.0 instead",
            (install("shop", "1.0.0"),),
        ),
        (
            (),
            (Module(slug="shop", version="1.0.0"),),
            [upgrade("shop", "1.0.0")],
            "NotInstalled",
            "install shop 1.0.0 instead",
            (install("shop", "1.0.0"),),
        ),
        (
            (),
            (Module(slug="shop", version="2.0.0", platform=("3", None)), Module(slug="shop", version="1.0.0")),
            [install("shop", "2.0.0")],
            "PlatformNotSupported",
            "install shop 1.0.0 instead",
            (install("shop", "1.0.0"),),
        ),
    ],
)
def test_a_refusal_suggests_the_nearest_request_that_could_be_made(
    installed: tuple[Module, ...],
    offered: tuple[Module, ...],
    changes: list[Change],
    reason: str,
    hint: str,
    suggestion: tuple[Change, ...],
) -> None:
    world = World(*offered, installed=installed, platform_version="1.0.0")
    error = refused(world, *changes)
    assert (error.reason, error.hint, error.suggestion) == (reason, hint, suggestion)
    assert world.resolve(*error.suggestion)


def test_what_nothing_can_make_possible_suggests_nothing() -> None:
    world = World(installed=[Module(slug="till"), Module(slug="core", needs=("till",), required=True)])
    assert refused(world, uninstall("till")).suggestion == ()
    assert refused(world, uninstall("core")).reason == "ModuleRequired"


def test_everything_that_would_miss_a_module_is_named_with_its_chain() -> None:
    error = refused(World(installed=SHOP), uninstall("till"))
    assert [row.chain for row in error.rows] == [("shop", "till"), ("fair", "shop", "till")]


def test_what_goes_with_a_module_counts_only_where_it_is_on_by_default() -> None:
    lamp, bulb = Module(slug="lamp", beside=("bulb",)), Module(slug="bulb", needs=("lamp",))
    world = World(lamp, bulb)
    assert sorted(world.resolve(install("lamp")).after.modules) == ["lamp"]
    both = world.resolve(install("lamp", on=True))
    assert both.after.default_enabled == ("bulb", "lamp")
    assert both.because == {"bulb": "lamp goes with it", "lamp": "requested"}


def test_on_by_default_reaches_what_is_needed_and_is_not_required() -> None:
    core = Module(slug="core", required=True)
    world = World(Module(slug="shop", needs=("till", "core")), installed=[Module(slug="till"), core])
    resolution = world.resolve(install("shop", on=True))
    assert resolution.after.default_enabled == ("shop", "till")
    assert resolution.because[name("till")] == "shop is on by default and needs it"
    later = world.then(resolution)
    error = refused(later, SetDefaultEnabled(name("till"), enabled=False))
    assert error.reason == "NotOnByDefault"
    assert error.hint == "turn shop off by default in the same request"
    assert later.resolve(*error.suggestion).after.default_enabled == ()
    assert later.resolve(uninstall("shop")).after.default_enabled == ("till",)


def test_modules_in_a_circle_are_named_as_a_chain() -> None:
    world = World(Module(slug="hen", needs=("egg",)), Module(slug="egg", needs=("hen",)))
    error = refused(world, install("hen"))
    assert (error.reason, error.rows[0].chain) == ("DependencyCycle", ("egg", "hen", "egg"))


def test_an_upgrade_takes_over_what_the_folder_says_now() -> None:
    world = World(Module(slug="glass"), Module(slug="till"), installed=[Module(slug="shop", needs=("till",)), SHOP[0]])
    path = world.manifest.modules[name("shop")].path
    world.known[path] = Module(slug="shop", version="1.1.0", needs=("glass",)).facts
    resolution = world.resolve(upgrade("shop", "1.1.0"))
    assert resolution.after.modules[name("shop")].depends_on == ("glass",)
    assert resolution.because == {"glass": "shop needs it", "shop": "requested"}


def test_a_dependency_that_the_row_leaves_out_counts_and_is_said() -> None:
    world = World(installed=[Module(slug="shop"), Module(slug="till"), Module(slug="lamp")])
    world.known[world.manifest.modules[name("shop")].path] = SHOP[1].facts
    assert refused(world, uninstall("till")).reason == "ModuleNeeded"
    assert world.resolve(uninstall("lamp")).notes == ()
    assert "shop depends on till" in world.resolve(SetDefaultEnabled(name("till"), enabled=True)).notes[0]


def test_a_request_that_contradicts_itself_is_refused() -> None:
    world = World(*SHOP)
    for changes in (
        [install("till"), uninstall("till")],
        [install("till", "1.0.0"), install("till", "2.0.0")],
        [install("till", on=True), SetDefaultEnabled(name("till"), enabled=False)],
    ):
        assert refused(world, *changes).reason == "RequestContradictory"


def test_undoing_says_what_goes_what_stays_and_what_cannot_be() -> None:
    world = World(*SHOP, Module(slug="lamp", needs=("till",)))
    change = world.resolve(install("shop"))
    after = world.then(change)
    assert undo_of(change.delta, after.manifest, after.facts).goes == ("shop", "till")
    later = after.then(after.resolve(install("lamp")))
    undo = undo_of(change.delta, later.manifest, later.facts)
    assert (undo.goes, undo.stays) == (("shop",), {"till": "stays: lamp needs it"})
    fair = after.then(after.resolve(install("fair")))
    refusal = undo_of(change.delta, fair.manifest, fair.facts).refused
    assert refusal is not None
    assert refusal.reason == "ModuleNeeded"


def test_a_catalog_that_is_made_to_have_no_answer_is_given_up_in_time() -> None:
    """Every version of every module pins others, and no two pins agree: a search of all would not end."""
    offers = [
        Module(slug=f"m{i}", version=f"{k}.0.0", needs=tuple(f"m{(i + j) % 20} ={(k + j) % 40}.0.0" for j in (1, 2, 3)))
        for i in range(20)
        for k in range(40)
    ]
    started = time.process_time()
    assert refused(World(*offers), install("m0")).rows
    assert time.process_time() - started < 10


def test_a_platform_of_a_thousand_modules_is_resolved_at_once() -> None:
    many = [Module(slug=f"m{i}", needs=tuple(f"m{j}" for j in range(max(0, i - 3), i))) for i in range(1000)]
    world = World(Module(slug="shop", needs=("m999",)), installed=many)
    started = time.process_time()
    assert [entry.slug for entry in world.resolve(install("shop")).delta.added] == ["shop"]
    assert time.process_time() - started < 1
