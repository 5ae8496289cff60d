"""The stages of a change: whom they name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from controller.core.model import Person
from controller.showing.stages import Stage, stages
from tests.core.builders import ALICE, build, installs, proposal, snapshot, trailers

STATED = Person("sub:4711", name="Olga Petrova", via="rustok-admin")


def stage(part: str, *, by: Person) -> Stage:
    """That stage of an open change that somebody asked for, whose image is built."""
    asked = proposal(10, trailers=trailers(installs("blog"), by=by))
    found = stages(asked, None, build(10), snapshot(builds=(build(10),)))
    return next(each for each in found if each.part == part)


@pytest.mark.parametrize(
    ("by", "name"), [(STATED, "Olga Petrova"), (ALICE, "alice"), (replace(ALICE, name="Al"), "Al")]
)
def test_who_asked_is_told_by_the_name_where_one_is_known(by: Person, name: str) -> None:
    assert stage("asked", by=by).about == name
    assert stage("approval", by=by).text.endswith(f"other than {name}")
