"""Whatever is missing in one place is found there, told once, and mended."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from codegen import CodegenError, UnreadableHost, regenerate
from codegen.planning.compose import Repository
from codegen.wiring.places import remove
from tests.codegen.hosts.changed import Files, drift, platform
from tests.codegen.hosts.half_edits import HALF_EDITS, MANIFEST, HalfEdit
from tests.codegen.hosts.oracle import violations

# What the platform's checks refuse and the check of the composition lets be, with the reason.
FORM = "how a row is written is for the linter: this manifest says what it said before"
FACTS = "what a module says of itself is for the linter of modules"
CODE = "no file in which a module leaves a mark"
LETS_BE = {
    "words behind a row": FORM,
    "a dependency of the source alone": FACTS,
    "somebody else's": FACTS,
    "screens of another class": FACTS,
    "screens that are not declared": FACTS,
    "registered by name": CODE,
    "registered by nobody": CODE,
    "no link to a page": "a row that is there is a person's text",
    "no link to a plan": "a row that is there is a person's text",
    "no link to a screen": "a row that is there is a person's text",
}


def told_at(files: Files) -> set[str]:
    """The files that a check names, whether they are out of step or cannot be read."""
    try:
        return {one.path for one in drift(files)}
    except UnreadableHost as error:
        return {*(finding.path for finding in error.findings), *(one.path for one in error.drift)}
    except CodegenError as error:
        return {finding.path for finding in error.findings}


@pytest.mark.parametrize("name", [name for name in HALF_EDITS if name not in LETS_BE])
def test_a_half_edit_is_found(name: str) -> None:
    """An edit of the manifest is found in the files that do not follow it, any other in its own file."""
    edit = HALF_EDITS[name]
    told = told_at(edit.applied(platform("distribution")))
    if edit.path == MANIFEST:
        assert told
    elif edit.path.startswith("crates/"):
        assert any(path.startswith(edit.path.partition("/rustok-module")[0]) for path in told), told
    else:
        assert edit.path in told


@pytest.mark.parametrize("name", LETS_BE)
def test_what_is_let_be_is_no_drift(name: str) -> None:
    assert told_at(HALF_EDITS[name].applied(platform("distribution"))) == set()


def places() -> Iterator[tuple[str, str, str, str]]:
    """Each place of each installed module that is in it: the tree, the module, the place, its file."""
    for name in ("distribution", "build_script", "chain"):
        repository = Repository(platform(name))
        for slug, entry in repository.manifest.modules.items():
            shape = repository.reader.shape(entry, repository.manifest)
            for place in repository.host.places:
                if shape.holds(place.when) and removed(name, slug, place.what) is not None:
                    yield name, slug, place.what, place.path


def removed(name: str, slug: str, what: str) -> Files | None:
    """The platform without a module in one place; none where the module is not in it."""
    files = platform(name)
    repository = Repository(files)
    shape = next(
        repository.reader.shape(entry, repository.manifest)
        for entry in repository.manifest.modules.values()
        if entry.slug == slug
    )
    place = next(one for one in repository.host.places if one.what == what and shape.holds(one.when))
    text = repository.reader.text(place.path)
    without = remove(place, text, shape)
    return None if without == text else {**files, place.path: without.encode()}


PLACES = list(places())
# A module of the market brings its sellers' feature, so their own line among the defaults changes nothing.
REACHED = ("distribution", "market_seller", "apps/server/Cargo.toml")


def is_demanded(name: str, what: str) -> bool:
    return all(place.demanded for place in Repository(platform(name)).host.places if place.what == what)


@pytest.mark.parametrize(("name", "slug", "what", "path"), PLACES)
def test_a_module_missing_in_one_place_is_found_and_mended(name: str, slug: str, what: str, path: str) -> None:
    files = removed(name, slug, what)
    assert files is not None
    found = drift(files)
    if not is_demanded(name, what) or ((name, slug, path) == REACHED and "default" in what):
        assert found == []
        return
    assert [one.place for one in found if one.path == path and one.module == slug] == [what]
    assert {one.path for one in found} <= {path, "Cargo.lock"}
    mended = {**files, **regenerate(files)}
    assert drift(mended) == []
    assert name != "distribution" or violations(mended) == []


def test_the_places_that_are_tried_are_many() -> None:
    """So that a preset that loses its places is not taken for one without drift."""
    assert len([one for one in PLACES if one[0] == "distribution"]) > 140
    assert {one[0] for one in PLACES} == {"distribution", "build_script", "chain"}


@pytest.mark.parametrize("name", ["distribution", "build_script", "chain"])
def test_nothing_is_mended_at_rest(name: str) -> None:
    assert regenerate(platform(name)) == {}


def test_many_drifts_are_told_at_once_by_file_and_line() -> None:
    files = platform("distribution")
    for name in ("no feature", "a screen's feature dropped", "no line in the registry", "an example of its own"):
        files = HALF_EDITS[name].applied(files)
    found = drift(files)
    assert [(one.path, one.line) for one in found] == sorted((one.path, one.line) for one in found)
    assert len({one.path for one in found}) == 4
    assert drift({**files, **regenerate(files)}) == []


def test_the_same_drift_is_the_same_wherever_its_line_has_moved_to() -> None:
    edit = HALF_EDITS["no line in the registry"]
    files = edit.applied(platform("distribution"))
    moved = HalfEdit(edit.path, "## Platform Modules\n", "A line more.\n\n## Platform Modules\n", "").applied(files)
    (one,), (other,) = drift(files), drift(moved)
    assert (one.identity, one.line + 2) == (other.identity, other.line)
