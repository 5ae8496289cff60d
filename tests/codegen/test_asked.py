"""Changes as they are typed: each form is one change, and what has no form is said and does nothing."""

from __future__ import annotations

import pytest

from codegen.change import Change, Install, SetDefaultEnabled, SetFeatures, Uninstall, Upgrade
from codegen.command.asked import changes_of
from codegen.errors import BadName
from codegen.names import ModuleName

TAX = ModuleName("tax")

FORMS: tuple[tuple[str, str, Change], ...] = (
    ("install", "tax", Install(TAX)),
    ("install", "tax@1.2.3", Install(TAX, "1.2.3")),
    ("uninstall", "tax", Uninstall(TAX)),
    ("upgrade", "tax@1.2.3-rc.1+7", Upgrade(TAX, "1.2.3-rc.1+7")),
    ("features", "tax=films", SetFeatures(TAX, ("films",))),
    ("features", "tax=films,pictures", SetFeatures(TAX, ("films", "pictures"))),
    ("features", "tax=", SetFeatures(TAX, ())),
    ("default_enabled", "tax=on", SetDefaultEnabled(TAX, enabled=True)),
    ("default_enabled", "tax=off", SetDefaultEnabled(TAX, enabled=False)),
)


@pytest.mark.parametrize(("option", "text", "change"), FORMS)
def test_a_form_is_a_change(option: str, text: str, change: Change) -> None:
    assert changes_of({option: (text,)}) == [change]


@pytest.mark.parametrize(
    ("option", "text", "allowed"),
    [
        ("install", "tax@", "MODULE@VERSION"),
        ("install", "@", "MODULE@VERSION"),
        ("upgrade", "tax", "MODULE@VERSION"),
        ("upgrade", "tax@", "MODULE@VERSION"),
        ("features", "tax", "MODULE=A,B"),
        ("features", "tax=films,", "MODULE=A,B"),
        ("features", "tax=,films", "MODULE=A,B"),
        ("default_enabled", "tax", "MODULE=on"),
        ("default_enabled", "tax=", "MODULE=on"),
        ("default_enabled", "tax=ON", "MODULE=on"),
        ("default_enabled", "tax=true", "MODULE=on"),
    ],
)
def test_what_has_no_form_is_said_with_the_form(option: str, text: str, allowed: str) -> None:
    with pytest.raises(BadName) as said:
        changes_of({option: (text,)})
    assert allowed in said.value.rows[0].want
    assert said.value.rows[0].have == repr(text)


def test_several_options_are_one_request() -> None:
    asked = {"uninstall": ("media",), "install": ("tax", "gift@0.1.0"), "features": (), "default_enabled": ("tax=on",)}
    assert changes_of(asked) == [
        Install(TAX),
        Install(ModuleName("gift"), "0.1.0"),
        Uninstall(ModuleName("media")),
        SetDefaultEnabled(TAX, enabled=True),
    ]


def test_nothing_asked_is_no_change() -> None:
    assert changes_of({}) == changes_of({"install": (), "features": ()}) == []
