"""A change that must not be made is refused with what was wanted and what is there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from codegen import (
    Change,
    Install,
    ModuleName,
    Refused,
    SetDefaultEnabled,
    SetFeatures,
    Uninstall,
    Upgrade,
    plan_changes,
    plan_delta,
)

Files = dict[str, bytes]
Apply = Callable[..., Files]


def name(text: str) -> ModuleName:
    return ModuleName(text)


def install(files: Files, apply: Apply, *modules: str) -> Files:
    return apply(files, plan_changes(files, [Install(name(module)) for module in modules]).files)


@pytest.mark.parametrize(
    ("present", "change", "reason", "row"),
    [
        ((), Install(name("unknown")), "NotInCatalog", ("unknown", "in .modwright/catalog.yaml", "not in the catalog")),
        ((), Install(name("blog"), "9.9.9"), "VersionNotThere", ("blog", "9.9.9", "0.1.0")),
        ((), Uninstall(name("auth")), "ModuleRequired", ("auth", "not installed", "required = true")),
        (("blog",), Uninstall(name("content")), "ModuleNeeded", ("content", "needed by blog", "would be uninstalled")),
        (
            ("gallery",),
            Uninstall(name("media")),
            "ModuleNeeded",
            ("media", "needed by gallery", "would be uninstalled"),
        ),
        (("comments",), Install(name("forum")), "Conflict", ("comments", "conflicts with forum", "installed")),
        (("forum",), Install(name("comments")), "Conflict", ("comments", "conflicts with forum", "installed")),
        ((), Upgrade(name("blog"), "0.2.0"), "NotInstalled", ("blog", "installed", "not installed")),
        ((), Upgrade(name("search"), "0.2.0"), "VersionNotThere", ("search", "0.2.0", "0.1.0")),
        (
            (),
            SetDefaultEnabled(name("auth"), enabled=False),
            "ModuleRequired",
            ("auth", "default_enabled", "always on"),
        ),
        ((), SetFeatures(name("search"), ('a"',)), "NameNotAllowed", ("request", "feature name", 'a"')),
    ],
)
def test_a_refusal_says_what_is_wanted_and_what_is_there(
    platform: Files, apply: Apply, present: tuple[str, ...], change: Change, reason: str, row: tuple[str, str, str]
) -> None:
    files = install(platform, apply, *present)
    with pytest.raises(Refused) as caught:
        plan_changes(files, [change])
    assert caught.value.reason == reason
    assert any(
        row[0] in found.subject and row[1] in found.want and row[2] in found.have for found in caught.value.rows
    ), caught.value


def test_a_version_that_does_not_fit_is_refused(platform: Files) -> None:
    facts = platform["crates/platform-blog/rustok-module.toml"].replace(b">=0.1.0", b"^2.0")
    with pytest.raises(Refused) as caught:
        plan_changes({**platform, "crates/platform-blog/rustok-module.toml": facts}, [Install(name("blog"))])
    assert caught.value.reason == "NeedsNotMet"
    assert [(row.subject, row.want, row.have) for row in caught.value.rows] == [
        ("content", "^2.0 (needed by blog)", "0.1.0")
    ]


def test_modules_that_need_each_other_are_refused(platform: Files) -> None:
    facts = platform["crates/platform-content/rustok-module.toml"] + b'blog = { version_req = "*" }\n'
    with pytest.raises(Refused, match="circle"):
        plan_changes({**platform, "crates/platform-content/rustok-module.toml": facts}, [Install(name("blog"))])


def test_a_crate_that_is_not_locked_would_need_the_package_index(platform: Files) -> None:
    lock = platform["Cargo.lock"].replace(b'name = "platform-media"', b'name = "platform-other"')
    with pytest.raises(Refused) as caught:
        plan_changes({**platform, "Cargo.lock": lock}, [Install(name("media"))])
    assert caught.value.reason == "NeedsPackageIndex"


def test_what_needs_a_module_may_go_in_the_same_request(platform: Files, apply: Apply) -> None:
    files = install(platform, apply, "blog")
    edits = plan_changes(files, [Uninstall(name("content")), Uninstall(name("blog"))])
    assert apply(files, edits.files) == platform


def test_asking_for_what_is_so_changes_nothing(platform: Files) -> None:
    changes: list[Change] = [Install(name("search")), Uninstall(name("blog"))]
    edits = plan_changes(platform, changes)
    assert edits.delta.is_empty
    assert edits.files == {}


def test_a_plan_says_why_each_module_comes(platform: Files) -> None:
    edits = plan_changes(platform, [Install(name("blog")), Install(name("gallery"))])
    assert edits.resolution.because == {
        "blog": "requested",
        "content": "blog needs it",
        "gallery": "requested",
        "media": "gallery goes with it",
    }


def test_a_revert_leaves_what_came_along_while_something_needs_it(platform: Files, apply: Apply) -> None:
    blog = plan_changes(platform, [Install(name("blog"))])
    files = install(apply(platform, blog.files), apply, "comments")
    edits = plan_delta(files, blog.delta.inverse())
    assert [entry.slug for entry in edits.delta.removed] == ["blog"]
    assert "comments" in edits.resolution.because[name("content")]


def test_a_revert_of_what_others_came_to_need_is_refused(platform: Files, apply: Apply) -> None:
    content = plan_changes(platform, [Install(name("content"))])
    files = install(apply(platform, content.files), apply, "blog")
    with pytest.raises(Refused) as caught:
        plan_delta(files, content.delta.inverse())
    assert caught.value.reason == "ModuleNeeded"


def test_a_revert_of_what_was_changed_since_is_refused(platform: Files, apply: Apply) -> None:
    first = plan_changes(platform, [SetFeatures(name("search"), ("fast",))])
    files = apply(platform, first.files)
    files = apply(files, plan_changes(files, [SetFeatures(name("search"), ("slow",))]).files)
    with pytest.raises(Refused) as caught:
        plan_delta(files, first.delta.inverse())
    assert caught.value.reason == "ChangedSince"
    assert caught.value.rows[0].subject == "search.features"
