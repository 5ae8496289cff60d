"""The guide to a preset is a preset: its files are made, its commands run, its tables held to what they speak of."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any, get_args

import pytest

from codegen import check, read_manifest
from codegen.command.tree import Folder
from codegen.planning.compose import Repository, recognised
from codegen.wiring.places import ensure, remove
from codegen.wiring.preset import GeneratedFile, HostPreset, Keeps, Leaves, Mirror, Place
from codegen.wiring.render import render_file
from codegen.wiring.shape import Shape
from tests.docs.pages import entries, page, part
from tests.docs.worked_example import (
    Fence,
    copy_packages,
    fences,
    is_as_told,
    preset_text,
    run,
    told,
    typed,
    write_tree,
)

GUIDE = "bring-your-own-platform.md"
PRESET = "codegen/hosts/harbour.py"
METHODS = {"render", "rendered", "holds", "beside", "named", "stands_where"}
"""What the engine asks of a module and no template would."""

needs_cargo = pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not installed")


@pytest.fixture(scope="module")
def blocks() -> list[Fence]:
    return fences(GUIDE)


@pytest.fixture
def harbour(tmp_path: Path, blocks: list[Fence]) -> Path:
    root = tmp_path / "harbour"
    write_tree(root, blocks)
    return root


def names(text: str) -> dict[str, Any]:
    """What a preset's file defines."""
    found: dict[str, Any] = {}
    exec(compile(text, PRESET, "exec"), found)  # noqa: S102 - our own page
    return found


def preset(blocks: list[Fence]) -> HostPreset:
    made: HostPreset = names(preset_text(blocks, PRESET))["HARBOUR"]
    return made


def empty_preset(blocks: list[Fence]) -> HostPreset:
    made: HostPreset = names(next(block.body for block in blocks if block.path == PRESET))["HARBOUR"]
    return made


def shape(root: Path, host: HostPreset, slug: str) -> Shape:
    repository = Repository(Folder(root), host)
    return repository.reader.shape(repository.manifest.modules[slug], repository.manifest)  # type: ignore[index]


def test_the_example_is_in_step_by_its_preset_and_by_an_empty_one(harbour: Path, blocks: list[Fence]) -> None:
    assert check(Folder(harbour), host=preset(blocks)) == ()
    assert not empty_preset(blocks).places
    assert check(Folder(harbour), host=empty_preset(blocks)) == ()


def test_each_place_of_the_example_is_one_that_its_module_has(harbour: Path, blocks: list[Fence]) -> None:
    host, found = preset(blocks), set()
    for slug in ("tides", "berths"):
        of = shape(harbour, host, slug)
        for place in (place for place in host.places if of.holds(place.when)):
            text = (harbour / place.path).read_text(encoding="utf-8")
            assert ensure(place, text, of) == text
            found |= {place} if remove(place, text, of) != text else set()
    assert {place for place in host.places if place.leaves != "stays"} <= found


def test_what_the_guide_shows_for_a_place_is_what_the_place_writes(harbour: Path, blocks: list[Fence]) -> None:
    """Blocks without a path show lines for `berths`, beside what stands there already."""
    host, of = preset(blocks), shape(harbour, preset(blocks), "berths")
    written = ""
    for place in (place for place in host.places if place.leaves != "stays" and of.holds(place.when)):
        text = remove(place, (harbour / place.path).read_text(encoding="utf-8"), of)
        written += ensure(place, text, of)
    lines = [
        line for block in blocks if not block.path and block.language != "console" for line in block.body.splitlines()
    ]
    assert len(lines) == 6
    assert [line for line in lines if line not in written.splitlines()] == []


def test_a_reader_sees_of_each_file_which_it_is() -> None:
    """The word behind a fence is not shown, so the text before the block names it; one file goes on from block to block."""
    text, last, named = page(f"guides/{GUIDE}"), 0, ""
    for found in re.finditer(r"^```(\w+)(?: (\S+))?\n.*?^```$", text, re.MULTILINE | re.DOTALL):
        before, last = text[last : found.start()], found.end()
        if found[2]:
            assert f"`{found[2]}`" in before or (found[2] == PRESET and named), found[2]
            named = named or ("yes" if found[2] == PRESET else "")


def test_a_generated_file_is_as_the_guide_shows_it(blocks: list[Fence]) -> None:
    text = next(block.body for block in blocks if block.path == "codegen/hosts/chain.py")
    file = eval(text, {"GeneratedFile": GeneratedFile})  # noqa: S307 - our own page
    assert "build_registry" in render_file(file.template, [], app="x")


def test_the_example_mirrors_its_manifest(harbour: Path, blocks: list[Fence]) -> None:
    assert preset(blocks).mirrors == (Mirror(path="modules.example.toml"),)
    texts = [(harbour / name).read_text(encoding="utf-8") for name in ("modules.toml", "modules.example.toml")]
    assert read_manifest(texts[0]) == read_manifest(texts[1])


def test_no_earlier_preset_takes_the_example_for_its_own(harbour: Path) -> None:
    assert recognised(Folder(harbour)).name == "chain"


def console(blocks: list[Fence], *, compiles: bool) -> list[Fence]:
    found = [block for block in blocks if block.language == "console"]
    return [block for block in found if compiles or "$ cargo " not in block.body]


def follow(root: Path, packages: Path, blocks: list[Fence], *, compiles: bool) -> None:
    """The guide from its beginning: the first command stands before the preset has any place."""
    first, *others = console(blocks, compiles=compiles)
    copy_packages(packages / "empty", preset=next(b.body for b in blocks if b.path == PRESET), name="harbour")
    copy_packages(packages / "whole", preset=preset_text(blocks, PRESET), name="harbour")
    for block, place in [(first, "empty"), *((block, "whole") for block in others)]:
        output = run(typed(block), root=root, packages=packages / place)
        assert is_as_told(output, told(block)), f"{block.body}\nprinted\n{output}"


def test_every_command_of_the_guide_prints_what_it_says(harbour: Path, tmp_path: Path, blocks: list[Fence]) -> None:
    follow(harbour, tmp_path / "packages", blocks, compiles=False)


@needs_cargo
@pytest.mark.slow
def test_the_example_compiles_as_the_guide_says(harbour: Path, tmp_path: Path, blocks: list[Fence]) -> None:
    assert console(blocks, compiles=True) != console(blocks, compiles=False)
    follow(harbour, tmp_path / "packages", blocks, compiles=True)


def test_every_name_that_a_template_may_use_is_listed_and_no_other(harbour: Path, blocks: list[Fence]) -> None:
    public = {name for name in dir(shape(harbour, preset(blocks), "berths")) if not name.startswith("_")}
    assert set(entries(part(page(f"guides/{GUIDE}"), "## Conditions and templates"))) == public - METHODS


def test_every_way_to_keep_and_to_leave_is_listed_and_no_other() -> None:
    listed = entries(part(page(f"guides/{GUIDE}"), "## What is kept, and what stays"))
    assert listed == [*get_args(Keeps), *get_args(Leaves)]


def test_every_kind_of_place_has_its_part() -> None:
    text = page(f"guides/{GUIDE}")
    kinds = {kind.__name__ for kind in Place.__subclasses__()} | {"Mirror", "LockedPackage", "GeneratedFile"}
    headings = "\n".join(line for line in text.splitlines() if line.startswith("### "))
    assert {kind for kind in kinds if f"`{kind}`" not in headings} == set()


def test_every_part_of_a_preset_is_spoken_of() -> None:
    text = page(f"guides/{GUIDE}")
    assert [
        name for name in HostPreset.__dataclass_fields__ if f"`{name}`" not in text and f"{name}=" not in text
    ] == []
