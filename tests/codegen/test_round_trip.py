"""Installing and uninstalling are inverse in every byte of every file, whatever else happened between."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from codegen import Install, ModuleName, Uninstall, check, plan_changes, plan_delta

Files = dict[str, bytes]
Apply = Callable[[Files, object], Files]

OPTIONAL = ["content", "blog", "comments", "gallery", "media", "marketplace_seller"]


def test_the_platform_agrees_with_its_manifest(platform: Files) -> None:
    assert check(platform) == ()


@pytest.mark.parametrize("module", OPTIONAL)
def test_the_inverse_of_an_install_gives_every_byte_back(platform: Files, apply: Apply, module: str) -> None:
    edits = plan_changes(platform, [Install(ModuleName(module))])
    installed = apply(platform, edits.files)
    assert check(installed) == ()
    assert installed != platform
    back = plan_delta(installed, edits.delta.inverse())
    assert apply(installed, back.files) == platform


def test_uninstalling_a_module_leaves_what_came_along(platform: Files, apply: Apply) -> None:
    installed = apply(platform, plan_changes(platform, [Install(ModuleName("blog"))]).files)
    edits = plan_changes(installed, [Uninstall(ModuleName("blog"))])
    assert [entry.slug for entry in edits.delta.removed] == ["blog"]
