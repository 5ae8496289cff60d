"""What the guide says that a check says, it says: a platform is broken in every way of the table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import pytest

from codegen import Drift, check, regenerate
from codegen.wiring.preset import GeneratedFile, HostPreset
from tests.docs.pages import page
from tests.docs.test_bring_your_own_platform import GUIDE, preset
from tests.docs.worked_example import Fence, fences

Files = Mapping[str, bytes]


@pytest.fixture(scope="module")
def host() -> HostPreset:
    return preset(fences(GUIDE))


@pytest.fixture(scope="module")
def files() -> Files:
    blocks: list[Fence] = [block for block in fences(GUIDE) if block.path and not block.path.startswith("codegen/")]
    return {block.path: block.body.encode() for block in blocks}


def without(files: Files, path: str, pattern: str, put: str = "") -> Files:
    text, count = re.subn(pattern, put, files[path].decode(), flags=re.MULTILINE)
    assert count == 1
    return {**files, path: text.encode()}


def ways(files: Files) -> list[Files]:
    """The example, broken in one way each."""
    return [
        without(files, "docs/modules.md", r"^\| `berths`.*\n"),
        without(files, "docs/modules.md", r"`harbour-berths`", "`berths`"),
        {
            **files,
            "modules.toml": files["modules.example.toml"].replace(b'["tides"] }', b'["tides"], features = ["x"] }'),
        },
        gone(files),
        without(files, "Cargo.lock", r'^ "harbour-berths",\n'),
        without(files, "server/Cargo.toml", r"^harbour-berths = .*\n"),
        without(files, "server/src/main.rs", r"^ *#\[cfg.*\n"),
        without(files, "modules/berths/src/lib.rs", r"impl Module for", "impl Other for"),
    ]


def gone(files: Files) -> Files:
    manifest = re.sub(r'^berths = .*\n|"berths"', "", files["modules.toml"].decode(), flags=re.MULTILINE)
    return {**files, "modules.toml": manifest.encode()}


def said(drift: tuple[Drift, ...]) -> set[str]:
    return {one.problem for one in drift}


def patterns() -> list[re.Pattern[str]]:
    """The phrases of the page, where an ellipsis stands for anything."""
    phrases = [phrase for cell in _first_cells() for phrase in cell.split("`, `")]
    return [re.compile(re.escape(phrase).replace("…", ".+")) for phrase in phrases]


def _first_cells() -> list[str]:
    return re.findall(r"^\| `(.+?)` \|", page("guides/check-for-drift.md"), re.MULTILINE)


def test_each_way_of_being_out_of_step_is_said_as_the_guide_has_it(files: Files, host: HostPreset) -> None:
    known, seen = patterns(), set[str]()
    generated = replace(host, generated=(GeneratedFile(path="server/src/registry.rs", template="chain.rs.j2"),))
    drifts = [check(broken, host=host) for broken in ways(files)] + [check(files, host=generated)]
    for drift in drifts:
        assert drift
        for problem in said(drift):
            fitting = [pattern.pattern for pattern in known if pattern.fullmatch(problem)]
            assert fitting, problem
            seen.update(fitting)
    assert {pattern.pattern for pattern in known} - seen == set()


def test_only_what_the_guide_leaves_to_people_is_marked_so(files: Files, host: HostPreset) -> None:
    drifts = [one for broken in ways(files) for one in check(broken, host=host)]
    by_hand = {one.problem.split(":")[0] for one in drifts if one.by_hand}
    assert by_hand <= {
        "is in the manifest and registered nowhere",
        "in a form that no feature switches",
        "left over, since it is not in the manifest",
    }


def test_whatever_is_not_left_to_people_is_mended_by_an_apply(files: Files, host: HostPreset) -> None:
    for broken in ways(files):
        mended = {**broken, **regenerate(broken, host=host)}
        assert [str(one) for one in check(mended, host=host) if not one.by_hand] == []
