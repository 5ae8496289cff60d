"""Which kind of host a repository is, by its files alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from codegen import Refused, check
from codegen.command.tree import Folder
from codegen.planning.compose import recognised
from tests.codegen.hosts.changed import PRESET_OF, TYPELESS, platform

EXAMPLE = Path(__file__).parents[3] / "examples" / "platform"


@pytest.mark.parametrize(("name", "preset"), PRESET_OF.items())
def test_a_platform_is_recognised_by_its_files(name: str, preset: str) -> None:
    assert recognised(platform(name)).name == preset


def test_a_platform_of_the_usual_shape_is_a_chain(request: pytest.FixtureRequest) -> None:
    files: dict[str, bytes] = request.getfixturevalue("platform")
    assert recognised(files).name == "chain"
    assert check(files) == ()


def test_the_example_is_a_chain() -> None:
    files = dict(Folder(EXAMPLE))
    assert recognised(files).name == "chain"
    assert check(files) == ()


def test_a_registry_without_its_mark_is_not_taken_for_one_of_another_day() -> None:
    files = platform("chain")
    path = "apps/server/src/modules/mod.rs"
    assert recognised({**files, path: files[path].replace(b"ModuleRegistry::new()", b"made()")}).name == "chain"


def test_the_name_of_a_preset_outweighs_the_marks() -> None:
    files = platform("distribution")
    assert {one.module for one in check(files, host="rustok")} == {TYPELESS}
    with pytest.raises(Refused, match="no such host preset"):
        check(files, host="rustok-of-tomorrow")


@pytest.mark.parametrize("name", PRESET_OF)
def test_a_platform_at_rest_is_in_step(name: str) -> None:
    assert [one for one in check(platform(name)) if one.module != TYPELESS] == []


def test_a_module_that_nobody_can_register_is_told_as_one_for_a_person() -> None:
    (only,) = check(platform("distribution"))
    assert (only.module, only.path, only.by_hand) == (TYPELESS, "crates/rustok-stream-connector/src/lib.rs", True)
    assert "no module type" in only.problem
