"""What stands in a host of a module that is not installed: told, mended where it is ours, and named with its reason."""

from __future__ import annotations

import pytest

from codegen import UnreadableHost, check, regenerate
from tests.codegen.hosts.changed import CATALOG, Files, after, drift, edited, install, platform, uninstall
from tests.codegen.hosts.half_edits import ADMIN, DEPENDENCY, EXAMPLE, MEDIA, OVERVIEW, REGISTRY, SERVER, TAX, WISHES
from tests.codegen.hosts.oracle import violations
from tests.codegen.hosts.whole_edit import SOURCE, listed

OVERVIEW_ROW = "| `media` | `rustok-media` | `outbox` |\n"
REGISTRY_ROW = "| `media` | `rustok-media` | `outbox` | Pictures and films (see `rustok-media` for the sizes) |\n"
LEFT_OVER = {
    "a default feature": (SERVER, '    "mod-assistant",\n', '    "mod-assistant",\n    "mod-loyalty",\n', "loyalty"),
    "a screen's dependency": (ADMIN, DEPENDENCY, DEPENDENCY + WISHES, "wishlist"),
    "a row of the overview": (OVERVIEW, OVERVIEW_ROW, f"{OVERVIEW_ROW}| `tax` | `rustok-tax` | — |\n", "tax"),
    "a row of the registry": (REGISTRY, REGISTRY_ROW, f"{REGISTRY_ROW}| `tax` | `rustok-tax` | — | Levies |\n", "tax"),
    "a row of the example": (EXAMPLE, MEDIA, TAX, "tax"),
}


@pytest.mark.parametrize(("path", "old", "new", "slug"), LEFT_OVER.values(), ids=LEFT_OVER.keys())
def test_what_is_left_over_is_found_and_mended(path: str, old: str, new: str, slug: str) -> None:
    files = edited(platform("distribution"), path, old, new)
    (only,) = [one for one in drift(files) if one.path != "Cargo.lock"]
    assert (only.path, only.module, only.by_hand) == (path, slug, False)
    mended = {**files, **regenerate(files)}
    assert mended == platform("distribution")


def test_a_line_of_the_lock_that_no_file_gives_is_found_and_mended() -> None:
    files = platform("distribution")
    files["Cargo.lock"] = listed(files["Cargo.lock"].decode()).encode()
    assert {one.path for one in drift(files)} == {"Cargo.lock"}
    mended = {**files, **regenerate(files)}
    assert drift(mended) == []
    assert mended == platform("distribution")


def test_what_an_install_would_write_all_the_same_is_no_drift() -> None:
    """A module may be wired and switched off: dependency, feature, registration and migrations are nobody's fault."""
    files = platform("distribution")
    installed = after(files, install(files, "wishlist", "tax"))
    left = after(installed, uninstall(installed, "wishlist", "gift", "tax"))
    assert drift(left) == []
    assert regenerate(left) == {}


def test_a_stranger_is_told_and_left_to_a_person() -> None:
    """Nobody offers such a module, so what the line is for is not known."""
    files = edited(
        platform("distribution"), SERVER, '    "mod-assistant",\n', '    "mod-assistant",\n    "mod-moon",\n'
    )
    files = edited(files, SERVER, "pages-preview = [", "mod-moon = []\npages-preview = [")
    (only,) = drift(files)
    assert (only.path, only.module, only.by_hand) == (SERVER, "moon", True)
    assert files[SERVER].decode().splitlines()[only.line - 1].strip() == '"mod-moon",'
    assert SERVER not in regenerate(files)


def test_a_stranger_of_a_page_is_told_and_left_to_a_person() -> None:
    row = "| `moon` | `rustok-moon` | — |\n"
    files = edited(platform("distribution"), OVERVIEW, OVERVIEW_ROW, OVERVIEW_ROW + row)
    (only,) = drift(files)
    assert (only.path, only.module, only.by_hand) == (OVERVIEW, "moon", True)
    assert files[OVERVIEW].decode().splitlines(keepends=True)[only.line - 1] == row


@pytest.mark.parametrize("steps", [("a",), ("a", "b"), ("a", "b", "c")])
def test_a_feature_that_another_one_turns_on_is_named_with_the_chain(steps: tuple[str, ...]) -> None:
    features = "".join(f'{one} = ["{other}"]\n' for one, other in zip(steps, [*steps[1:], "mod-loyalty"], strict=True))
    files = edited(platform("distribution"), SERVER, "pages-preview = [", f"{features}pages-preview = [")
    files = edited(files, SERVER, '    "mod-assistant",\n', '    "mod-assistant",\n    "a",\n')
    (only,) = drift(files)
    assert (only.module, only.by_hand) == ("loyalty", True)
    assert f"default → {' → '.join(steps)} → mod-loyalty" in only.hint


def test_features_that_turn_each_other_on_are_followed_once() -> None:
    circle = 'a = ["b"]\nb = ["a", "mod-loyalty"]\n'
    files = edited(platform("distribution"), SERVER, "pages-preview = [", f"{circle}pages-preview = [")
    files = edited(files, SERVER, '    "mod-assistant",\n', '    "mod-assistant",\n    "a",\n')
    (only,) = drift(files)
    assert "default → a → b → mod-loyalty" in only.hint


UNREADABLE = {
    "no text": (SERVER, b"\xff\xfe"),
    "no TOML": (ADMIN, b"[dependencies\n"),
    "a merge that stopped": (SERVER, b"<<<<<<< ours\n[features]\n"),
    "a page without its table": (OVERVIEW, b"# Nothing\n"),
    "a source without its function": (SOURCE, b"pub fn other() {}\n"),
    "a lock of another form": ("Cargo.lock", b"version = 9\n"),
}


@pytest.mark.parametrize(("path", "content"), UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_file_that_cannot_be_read_is_told_and_hides_no_other(path: str, content: bytes) -> None:
    other = EXAMPLE if path != EXAMPLE else SERVER
    files: Files = {**platform("distribution"), path: content}
    files[other] = files[other].replace(MEDIA.encode(), b"")
    with pytest.raises(UnreadableHost) as caught:
        check(files)
    told = [finding.path for finding in caught.value.findings]
    assert set(told) == {path}
    assert len({str(finding) for finding in caught.value.findings}) == len(told)
    assert path in (OVERVIEW, SOURCE) or len(told) == 1
    assert (EXAMPLE, "media") in {(one.path, one.module) for one in caught.value.drift}


def test_two_files_that_cannot_be_read_are_told_in_one_run() -> None:
    files = {**platform("distribution"), SERVER: b"\xff", ADMIN: b"[x\n"}
    with pytest.raises(UnreadableHost) as caught:
        check(files)
    assert {finding.path for finding in caught.value.findings} == {SERVER, ADMIN}


def test_a_module_whose_own_file_is_wrong_hides_no_other_module() -> None:
    facts = "crates/rustok-media/rustok-module.toml"
    files = edited(
        {**platform("distribution"), facts: b"[module\n"}, REGISTRY, "| `pages` | `rustok-pages`", "| `pages` | `x`"
    )
    with pytest.raises(UnreadableHost) as caught:
        check(files)
    assert {finding.path for finding in caught.value.findings} == {facts}
    assert (REGISTRY, "pages") in {(one.path, one.module) for one in caught.value.drift}


def test_what_the_platforms_checks_refuse_of_what_is_left_over_is_mended_too() -> None:
    files = platform("distribution")
    for path, old, new, _ in LEFT_OVER.values():
        files = edited(files, path, old, new)
    assert violations(files) != []
    assert violations({**files, **regenerate(files)}) == []


def test_a_module_that_is_offered_from_elsewhere_stops_neither_check_nor_repair() -> None:
    """What is not in the repository cannot be asked where it would stand, and stands nowhere."""
    row = f'{{ source: git, git: "https://forge.example/far.git", rev: "{"a" * 40}", crate: rustok-far }}'
    files = {**platform("distribution"), CATALOG: f"format: 1\nmodules:\n  far: {row}\n".encode()}
    assert drift(files) == []
    assert regenerate(files) == {}
