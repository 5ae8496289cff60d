"""An install and its inverse give every byte back, whatever the ends of lines, in any order; but for what is to stay."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from codegen import Delta, plan_delta
from tests.codegen.hosts.changed import Files, after, drift, install, modules, platform, uninstall
from tests.codegen.hosts.test_installs import INSTALLS
from tests.codegen.hosts.test_uninstalls import GONE, OTHERS

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# Modules that do not need each other; `wishlist` brings `gift` along.
INDEPENDENT = ["tax", "wishlist", "loyalty"]
WANTED = st.lists(st.sampled_from(INDEPENDENT), unique=True, min_size=1)


def with_returns(files: Mapping[str, bytes]) -> Files:
    return {path: content.replace(b"\n", b"\r\n") for path, content in files.items()}


def without_last_newline(files: Mapping[str, bytes]) -> Files:
    """Every file ends without a newline, but the lock: cargo writes that and always ends it with one."""
    return {path: content if path.endswith(".lock") else content.rstrip(b"\n") for path, content in files.items()}


FORMS = {"as it is": dict, "with returns": with_returns, "without last newlines": without_last_newline}


def back(files: Mapping[str, bytes], delta: Delta) -> Files:
    return after(files, plan_delta(files, delta.inverse()))


def differing(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> set[str]:
    assert one.keys() == other.keys()
    return {path for path in one if one[path] != other[path]}


def is_inserted(short: bytes, long: bytes) -> bool:
    """Whether the long text is the short one with lines put in, and nothing else."""
    lines = iter(long.splitlines())
    return all(line in lines for line in short.splitlines())


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize(("name", "module", "_new"), INSTALLS)
def test_an_install_taken_back_leaves_what_it_says_that_it_keeps(
    name: str, module: str, _new: set[str], form: type[dict[str, bytes]]
) -> None:
    files = form(platform(name))
    there = install(files, module)
    installed = after(files, there)
    edits = plan_delta(installed, there.delta.inverse())
    home = after(installed, edits)
    assert differing(files, home) <= {one.path for one in edits.kept} | ({"Cargo.lock"} if edits.kept else set())
    assert all(is_inserted(files[path], home[path]) for path in differing(files, home))
    assert modules(home) == modules(files)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
@pytest.mark.parametrize(("name", "module", "new"), INSTALLS)
def test_an_uninstall_by_name_is_the_inverse_of_the_install(
    name: str, module: str, new: set[str], form: type[dict[str, bytes]]
) -> None:
    files = form(platform(name))
    there = install(files, module)
    installed = after(files, there)
    assert after(installed, uninstall(installed, *new)) == back(installed, there.delta)


@pytest.mark.parametrize(("name", "module", "new"), INSTALLS)
def test_a_second_round_gives_the_same_bytes(name: str, module: str, new: set[str]) -> None:
    """What an uninstall leaves in is found again, so rounds do not pile anything up."""
    files = platform(name)
    states = [after(files, install(files, module))]
    for _ in range(2):
        states.append(after(states[-1], uninstall(states[-1], *new)))
        states.append(after(states[-1], install(states[-1], module)))
    assert states[0] == states[2] == states[4]
    assert states[1] == states[3]


@pytest.mark.parametrize(("name", "gone"), [*(("distribution", gone) for gone in GONE), *OTHERS])
def test_an_uninstall_taken_back_is_whole_and_stable(name: str, gone: tuple[str, ...]) -> None:
    """What people wrote of a module that went is gone; what comes back is whole and the same each time."""
    files = platform(name)
    there = uninstall(files, *gone)
    left = after(files, there)
    home = back(left, there.delta)
    assert modules(home) == modules(files)
    assert drift(home) == []
    again = uninstall(home, *gone)
    assert back(after(home, again), again.delta) == home


@pytest.mark.parametrize("form", [with_returns, without_last_newline])
@pytest.mark.parametrize("name", ["distribution", "build_script", "chain"])
def test_the_form_of_a_file_is_not_changed(name: str, form: type[dict[str, bytes]]) -> None:
    files = form(platform(name))
    module = next(module for tree, module, _ in INSTALLS if tree == name)
    for path, content in install(files, module).files.items():
        assert content is not None
        assert (b"\r\n" in content) == (b"\r\n" in files[path]), path
        assert content.count(b"\r\n") in (0, content.count(b"\n")), path
        assert content.endswith(b"\n") == files[path].endswith(b"\n"), path


@pytest.mark.parametrize("form", [with_returns, without_last_newline])
@pytest.mark.parametrize("gone", GONE, ids=" ".join)
def test_an_uninstall_does_the_same_in_every_form(gone: tuple[str, ...], form: type[dict[str, bytes]]) -> None:
    files = platform("distribution")
    assert form(after(files, uninstall(files, *gone))) == after(form(files), uninstall(form(files), *gone))


@pytest.mark.parametrize("form", [with_returns, without_last_newline])
def test_a_platform_at_rest_is_in_step_in_every_form(form: type[dict[str, bytes]]) -> None:
    for name in ("distribution", "build_script", "chain"):
        assert drift(form(platform(name))) == []


def undone(files: Files, deltas: Iterable[Delta]) -> Files:
    for delta in deltas:
        files = back(files, delta)
    return files


@FEW
@given(
    st.lists(st.sampled_from(INDEPENDENT), unique=True, min_size=1),
    st.randoms(use_true_random=False),
    st.sampled_from(sorted(FORMS)),
)
def test_installs_undone_in_any_order_leave_the_same_behind(wanted: list[str], order: random.Random, form: str) -> None:
    """Migrations, their crates and links to pages; and a second round leaves no more."""
    start = FORMS[form](platform("distribution"))
    files, deltas = start, []
    for module in wanted:
        edits = install(files, module)
        files = after(files, edits)
        deltas.append(edits.delta)
        assert drift(files) == []
    order.shuffle(deltas)
    home = undone(files, deltas)
    assert modules(home) == modules(start)
    assert drift(home) == []
    assert {path for path in differing(start, home) if "migrations" not in path and "docs/" not in path} <= {
        "Cargo.toml",
        "Cargo.lock",
    }
    again = after(home, install(home, *wanted))
    assert back(again, install(home, *wanted).delta) == home


@FEW
@given(st.permutations(INDEPENDENT))
def test_installs_one_after_the_other_say_the_same_as_all_at_once(order: list[str]) -> None:
    start = platform("distribution")
    files = start
    for module in order:
        files = after(files, install(files, module))
    at_once = after(start, install(start, *order))
    assert {path: sorted(files[path].splitlines()) for path in files} == {
        path: sorted(at_once[path].splitlines()) for path in at_once
    }
    assert drift(files) == drift(at_once) == []


@FEW
@given(st.lists(st.sampled_from(INDEPENDENT), min_size=2, max_size=4))
def test_the_state_after_a_round_depends_on_what_is_installed_alone(order: list[str]) -> None:
    files = platform("distribution")
    for module in INDEPENDENT:
        files = after(files, install(files, module))
    settled = files
    for before, module in pairwise([*order, *order]):
        out = after(settled, uninstall(settled, module))
        assert after(out, install(out, module)) == back(out, uninstall(settled, module).delta), (before, module)
