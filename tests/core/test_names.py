"""Names that are derived."""

from __future__ import annotations

import pytest

from controller.core.names import author_of


@pytest.mark.parametrize(
    ("email", "called"),
    [
        ("1001+alice@users.noreply.github.com", "alice"),
        ("alice@users.noreply.github.com", "alice"),
        ("9+modwright[bot]@users.noreply.github.com", "modwright[bot]"),
        ("1001+alice@users.noreply.github.acme.example", "alice"),
        ("alice@acme.example", "Alice Example"),
        ("noreply@github.com", "Alice Example"),
        ("1001+ali ce@users.noreply.github.com", "Alice Example"),
        ("1001+alice\n@users.noreply.github.com", "Alice Example"),
        ("", "Alice Example"),
    ],
)
def test_an_author_is_called_by_the_login_that_the_forges_address_tells_else_by_name(email: str, called: str) -> None:
    assert author_of("Alice Example", email) == called
