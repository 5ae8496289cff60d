"""Version requirements mean what Cargo's documentation says."""

from __future__ import annotations

import pytest

from codegen.catalog.requirement import RequirementError, read_platform_bound, read_requirement, read_version


@pytest.mark.parametrize(
    ("requirement", "accepted", "refused"),
    [
        ("1.2.3", ["1.2.3", "1.9.0"], ["1.2.2", "2.0.0"]),
        ("^1.2", ["1.2.0", "1.99.1"], ["1.1.9", "2.0.0"]),
        ("^0.2.3", ["0.2.3", "0.2.9"], ["0.3.0", "0.2.2"]),
        ("^0.0.3", ["0.0.3"], ["0.0.4", "0.0.2"]),
        ("^0.0", ["0.0.0", "0.0.9"], ["0.1.0"]),
        ("^0", ["0.0.0", "0.9.9"], ["1.0.0"]),
        ("~1.2.3", ["1.2.3", "1.2.9"], ["1.3.0"]),
        ("~1.2", ["1.2.0"], ["1.3.0"]),
        ("~1", ["1.9.9"], ["2.0.0", "0.9.9"]),
        ("*", ["0.0.0", "9.9.9"], []),
        ("1.*", ["1.0.0", "1.9.9"], ["2.0.0"]),
        ("1.2.*", ["1.2.0"], ["1.3.0"]),
        (">=1.2.0", ["1.2.0", "9.0.0"], ["1.1.9"]),
        (">1.2", ["1.3.0"], ["1.2.0", "1.2.9"]),
        ("<2", ["1.9.9"], ["2.0.0"]),
        ("<=1.2", ["1.2.9"], ["1.3.0"]),
        ("=1.2.3", ["1.2.3"], ["1.2.4"]),
        ("=1.2", ["1.2.9"], ["1.3.0"]),
        (">=1.2, <1.5", ["1.2.0", "1.4.9"], ["1.5.0", "1.1.0"]),
        (">=0.1.0", ["0.1.0"], ["0.1.0-rc.1"]),
        # A pre-release satisfies only what names one of the same three numbers.
        ("*", ["1.0.0"], ["1.0.0-rc.1"]),
        ("^1", ["1.3.0"], ["1.3.0-rc.1"]),
        (">=1.0.0-rc.1", ["1.0.0-rc.1", "1.0.0-rc.2", "1.0.0", "1.4.0"], ["1.0.0-beta", "1.1.0-rc.2"]),
        ("^1.0.0-rc.1", ["1.0.0-rc.11", "1.9.0"], ["2.0.0-rc.1", "2.0.0"]),
        ("~1.2.0-rc.1", ["1.2.0-rc.1", "1.2.7"], ["1.3.0", "1.2.7-rc.1"]),
        ("=1.0.0-rc.1", ["1.0.0-rc.1", "1.0.0-rc.1+built"], ["1.0.0", "1.0.0-rc.2"]),
        ("<1.0.0-rc.2", ["0.9.0", "1.0.0-rc.1", "1.0.0-alpha.9", "1.0.0-1"], ["1.0.0", "1.0.0-rc.10"]),
        (">1.0.0-rc.2", ["1.0.0", "1.0.0-rc.10", "1.0.0-rc.2.1"], ["1.0.0-rc.2"]),
        ("<=1.0.0-rc.1, >=0.9", ["0.9.0", "1.0.0-rc.1"], ["1.0.0"]),
        ("1.x", ["1.4.0"], ["2.0.0"]),
        ("1.*.*", ["1.4.0"], ["2.0.0"]),
        ("^1.*", ["1.4.0"], ["2.0.0"]),
        (">= 1.2.3", ["1.2.3+built"], ["1.2.2"]),
    ],
)
def test_a_requirement_accepts_what_cargo_accepts(requirement: str, accepted: list[str], refused: list[str]) -> None:
    wish = read_requirement(requirement)
    assert [version for version in accepted if not wish.accepts(version)] == []
    assert [version for version in refused if wish.accepts(version)] == []


@pytest.mark.parametrize(
    "text",
    [
        *("", "latest", "1.2.3.4", ">= 1.2.3 <2", "01.2", "1.2-rc.1", "1.2.3-rc..1", "1.2.3-01", "x" * 300, "1,,2"),
        *("*, 1", "1.*.3", "*.1", ">=", "==1.0.0", "1.0.0\n", ">=\t1", "1,", ",".join(["1"] * 40)),
    ],
)
def test_what_is_not_understood_is_an_error_and_never_a_match(text: str) -> None:
    with pytest.raises(RequirementError):
        read_requirement(text)


@pytest.mark.parametrize("text", ["", "1", "1.2", "1.2.3-", "1.2.3-01", "v1.2.3", "1.2.3 ", "1.2.3-a..b", "1" * 400])
def test_what_is_no_version_is_an_error(text: str) -> None:
    with pytest.raises(RequirementError):
        read_requirement("*").accepts(text)


def test_versions_are_in_the_order_of_the_semver_specification() -> None:
    ordered = ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1"]
    ordered += ["1.0.0", "1.0.1-0", "1.0.1", "1.10.0", "2.0.0"]
    shuffled = ordered[5:] + ordered[4::-1]
    assert sorted(shuffled, key=lambda text: read_version(text).order) == ordered


@pytest.mark.parametrize(
    ("bound", "is_maximum", "accepted", "refused"),
    [
        ("1.4", False, ["1.4.0", "2.0.0"], ["1.3.9"]),
        ("1.4", True, ["1.4.9", "0.1.0"], ["1.5.0"]),
        ("1.4.2", True, ["1.4.2"], ["1.4.3"]),
        ("1.x", False, ["1.9.0"], ["2.0.0", "0.9.0"]),
        ("1.4.X", True, ["1.4.9"], ["1.5.0", "1.3.0"]),
        ("^2.0", False, ["2.1.0"], ["1.4.2", "3.0.0"]),
        (" 0.1.0 ", False, ["0.1.0"], ["0.0.9"]),
    ],
)
def test_a_bare_version_bounds_the_platform_and_anything_else_is_a_requirement(
    bound: str, is_maximum: bool, accepted: list[str], refused: list[str]
) -> None:
    wish = read_platform_bound(bound, is_maximum=is_maximum)
    assert [version for version in accepted if not wish.accepts(version)] == []
    assert [version for version in refused if wish.accepts(version)] == []


def test_a_bound_that_is_not_understood_is_an_error() -> None:
    with pytest.raises(RequirementError):
        read_platform_bound("newest", is_maximum=False)
