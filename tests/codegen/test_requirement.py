"""Version requirements mean what Cargo's documentation says."""

from __future__ import annotations

import pytest

from codegen.requirement import RequirementError, read_requirement


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
    ],
)
def test_a_requirement_accepts_what_cargo_accepts(requirement: str, accepted: list[str], refused: list[str]) -> None:
    wish = read_requirement(requirement)
    assert [version for version in accepted if not wish.accepts(version)] == []
    assert [version for version in refused if wish.accepts(version)] == []


@pytest.mark.parametrize(
    "text", ["", "latest", "1.2.3.4", ">= 1.2.3 <2", "^1.*", "01.2", "1.2.3-rc.1", "x" * 300, "1,,2"]
)
def test_what_is_not_understood_is_an_error_and_never_a_match(text: str) -> None:
    with pytest.raises(RequirementError):
        read_requirement(text)
