"""Code and features that speak of a module: found beside the module's own places, and nowhere else."""

from __future__ import annotations

import pytest

from codegen.planning.compose import Repository
from codegen.wiring.host_files import Texts
from codegen.wiring.places import remove
from codegen.wiring.references import Reference, references
from tests.codegen.hosts.changed import Files, edited, platform
from tests.codegen.hosts.half_edits import ADMIN, SERVER

CODE = "apps/server/src/services/checkout.rs"
PANEL = "apps/admin/src/lib.rs"


def found(files: Files, module: str) -> list[Reference]:
    """What refers to a module of the manifest once it stands in no place that an uninstall always empties."""
    repository = Repository(files)
    entry = next(entry for slug, entry in repository.manifest.modules.items() if slug == module)
    shape = repository.reader.shape(entry, repository.manifest)
    texts = Texts(repository.reader)
    for place in repository.host.places:
        if place.leaves == "goes" and shape.holds(place.when):
            texts[place.path] = remove(place, texts[place.path], shape)
    return list(references(repository.reader, shape, texts))


def with_code(path: str, code: str) -> Files:
    files = platform("distribution")
    return {**files, path: files.get(path, b"") + code.encode()}


def in_file(files: Files, module: str, path: str) -> list[str]:
    return [one.found for one in found(files, module) if one.path == path]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("\nuse rustok_assistant::advice;\n", "rustok_assistant::"),
        ('\n#[cfg(feature = "mod-assistant")]\nfn advised() {}\n', '"mod-assistant"'),
        ('\nconst ON: bool = cfg!(feature = "mod-assistant");\n', '"mod-assistant"'),
    ],
)
def test_code_that_names_the_crate_or_the_feature_is_found(code: str, said: str) -> None:
    assert in_file(with_code(CODE, code), "assistant", CODE) == [said]


@pytest.mark.parametrize(
    "code",
    [
        "\n// rustok_assistant::advice is not here\n",
        "\n/* rustok_assistant::advice */\n",
        "\nuse rustok_assistant_more::advice;\n",
        "\nuse my_rustok_assistant::advice;\n",
        '\n#[cfg(feature = "mod-assistant-more")]\nfn advised() {}\n',
    ],
)
def test_what_only_looks_like_it_is_not(code: str) -> None:
    assert in_file(with_code(CODE, code), "assistant", CODE) == []


def test_the_modules_own_lines_are_no_reference() -> None:
    assert found(platform("distribution"), "assistant") == []


def test_a_second_line_in_the_file_of_its_registration_is_one() -> None:
    path = "crates/rustok-distribution/src/lib.rs"
    files = with_code(path, '\n#[cfg(feature = "mod-assistant")]\npub use rustok_assistant::advice;\n')
    assert in_file(files, "assistant", path) == ['"mod-assistant"', "rustok_assistant::"]


def test_a_reference_has_the_line_on_which_it_stands() -> None:
    files = with_code(CODE, "\n\nuse rustok_assistant::advice;\n")
    (only,) = found(files, "assistant")
    assert files[CODE].decode().splitlines()[only.line - 1] == "use rustok_assistant::advice;"
    assert only.holds


@pytest.mark.parametrize("item", ["mod-assistant", "dep:rustok-assistant", "rustok-assistant/x", "rustok-assistant?/x"])
def test_a_feature_that_names_a_module_holds_it(item: str) -> None:
    files = edited(platform("distribution"), SERVER, "pages-preview = [", f'more = ["{item}"]\npages-preview = [')
    (only,) = found(files, "assistant")
    assert (only.path, only.found, only.holds) == (SERVER, f"more = […{item}…]", True)


@pytest.mark.parametrize("item", ["rustok-market-seller-admin/x", "rustok-market-seller-admin?/x"])
def test_a_feature_that_names_a_screen_is_for_a_person(item: str) -> None:
    files = edited(platform("distribution"), ADMIN, "pages-preview = [", f'more = ["{item}"]\npages-preview = [')
    told = [
        (one.found, one.holds) for one in found(files, "market_seller") if one.path == ADMIN and "more" in one.found
    ]
    assert told == [(f"more = […{item}…]", False)]


def test_code_of_a_host_of_screens_is_for_a_person() -> None:
    files = with_code(PANEL, "\npub use rustok_market_seller_admin::screen;\n")
    told = [one for one in found(files, "market_seller") if one.path == PANEL]
    assert [(one.found, one.holds) for one in told] == [("rustok_market_seller_admin::", False)]


def test_a_source_that_cannot_be_read_stops_nothing() -> None:
    assert found({**platform("distribution"), CODE: b"\xff rustok_assistant::advice"}, "assistant") != []


def test_of_very_many_references_the_first_are_told() -> None:
    assert len(found(with_code(CODE, "\nuse rustok_assistant::advice;" * 5000), "assistant")) == 200
