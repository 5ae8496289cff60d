"""Bad input at the command line: one clear answer, exit 2, one document where one is asked for, and no file touched."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from codegen.command.cli import codegen
from tests.codegen.hosts.half_edits import facts, row
from tests.codegen.hosts.trees import put, tree

MANIFEST = "modules.toml"
TAX = ("--install", "tax")
COMMANDS: tuple[tuple[str, ...], ...] = (("plan", *TAX), ("apply", *TAX), ("check",), ("lint",), ("apply",))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "platform"
    folder.mkdir()
    put(tree("distribution"), folder)
    return folder


def contents(folder: Path) -> dict[str, object]:
    """Every file with its mode, size and first bytes, every link with where it leads."""
    paths = sorted(path for path in folder.rglob("*") if path.is_symlink() or path.is_file())
    return {str(path): path.readlink() if path.is_symlink() else _state(path) for path in paths}


def _state(path: Path) -> tuple[int, int, bytes]:
    with path.open("rb") as file:
        return path.stat().st_mode, path.stat().st_size, file.read(100_000)


def refused(root: Path, *words: str) -> str:
    """What is said, after it was demanded that the command ended as it must, with a document and without."""
    before = contents(root.parent)
    said = CliRunner().invoke(codegen, [*words, "--root", str(root)])
    as_json = CliRunner().invoke(codegen, [*words, "--root", str(root), "--json"])
    for result in (said, as_json):
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == 2, (words, result.output)
        assert "Traceback" not in result.output
        assert "\u202e" not in result.output
    document = json.loads(as_json.stdout)
    assert document.get("findings") or document.get("refused") or document.get("error")
    assert contents(root.parent) == before
    findings, others = (said.stdout, said.stderr) if words[0] == "lint" and said.stdout else (said.stderr, "")
    assert findings
    assert not others
    return findings


def edited(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert text.count(old) == 1, (path, old)
    (root / path).write_text(text.replace(old, new))


def _missing(root: Path) -> None:
    (root / MANIFEST).unlink()


def _schema(root: Path) -> None:
    edited(root, MANIFEST, "schema = 2\n", "schema = 3\n")


def _conflict(root: Path) -> None:
    edited(root, MANIFEST, "[settings]\n", "<<<<<<< ours\n=======\n>>>>>>> theirs\n[settings]\n")


def _not_utf8(root: Path) -> None:
    (root / MANIFEST).write_bytes((root / MANIFEST).read_bytes() + b"# \xe9\n")


def _link(root: Path) -> None:
    (root / MANIFEST).rename(root.parent / "outside.toml")
    (root / MANIFEST).symlink_to(root.parent / "outside.toml")


def _folder(root: Path) -> None:
    (root / MANIFEST).unlink()
    (root / MANIFEST).mkdir()


def _huge(root: Path) -> None:
    with (root / MANIFEST).open("r+b") as file:
        file.truncate(1 << 40)


MANIFESTS: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "missing": (_missing, "the file is missing"),
    "a schema of tomorrow": (_schema, "not a known schema"),
    "an unfinished merge": (_conflict, "merge conflict"),
    "not UTF-8": (_not_utf8, "not UTF-8"),
    "a link": (_link, "symbolic link"),
    "a folder": (_folder, "the file is missing"),
    "a sparse file of a tebibyte": (_huge, "too large"),
}


@pytest.mark.parametrize("case", MANIFESTS)
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_manifest_that_is_none_is_named_by_every_command(root: Path, case: str, words: tuple[str, ...]) -> None:
    spoil, wanted = MANIFESTS[case]
    spoil(root)
    # Who names the host is told of the manifest too, whatever the folder looks like.
    said = refused(root, *words, "--host", "rustok")
    assert wanted in said
    assert said.removeprefix("error: ").startswith(MANIFEST)


ROW = row("market_seller")
ROWS: Mapping[str, tuple[str, str]] = {
    "code as a crate": (ROW.replace('"rustok-market-seller"', '"x; fn main(){}"', 1), "market_seller.crate"),
    "a raw string as a crate": (ROW.replace('"rustok-market-seller"', "'r#\"'", 1), "market_seller.crate"),
    "the end of a comment": (ROW.replace('"rustok-market-seller"', '"*/"', 1), "market_seller.crate"),
    "a Rust keyword": (ROW.replace("market_seller =", "match ="), "not a module name"),
    "a bidi character": (ROW.replace("market_seller =", r'"a\u202eb" ='), "not a module name"),
    "300 characters": (ROW.replace("market_seller =", f"{'a' * 300} ="), "not a module name"),
    "a path upwards": (ROW.replace("crates/rustok-market-seller", "../x"), "market_seller.path"),
    "an absolute path": (ROW.replace("crates/rustok-market-seller", "/etc"), "market_seller.path"),
    "a word of git": (ROW.replace("market_seller =", '"@{u}" ='), "not a module name"),
    "a dash, which one of two grammars takes": (ROW.replace("market_seller =", "market-seller ="), "market-seller"),
    "a need that is not there": (ROW.replace(" }", ', depends_on = ["gift"] }'), "gift"),
    "a circle": (ROW.replace(" }", ', depends_on = ["market"] }'), "market → market_seller → market"),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_bad_row_is_said_by_lint_with_its_line(root: Path, case: str) -> None:
    new, wanted = ROWS[case]
    edited(root, MANIFEST, ROW, new)
    text = (root / MANIFEST).read_text()
    line = text[: text.index(new)].count("\n") + 1
    said = refused(root, "lint")
    assert wanted in said
    # A circle is told at one of its rows, whichever that is.
    place = f"{MANIFEST}:" if case == "a circle" else f"{MANIFEST}:{line}:"
    assert any(one.startswith(place) for one in said.splitlines()), said
    assert all(len(one) < 800 for one in said.splitlines())


HOSTILE = (
    "x; fn main(){}",
    'r#"',
    "*/",
    "a\u202eb",
    "match",
    "a" * 300,
    "..",
    "/etc/passwd",
    "@{u}",
    "-rf",
    "a\nb",
    "",
)


@pytest.mark.parametrize("option", ["--install", "--uninstall", "--upgrade", "--features", "--default-enabled"])
@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:20])
def test_a_hostile_name_is_an_error_that_shows_it_in_ascii(root: Path, option: str, name: str) -> None:
    behind = {"--upgrade": "@1.0.0", "--features": "=a", "--default-enabled": "=on"}.get(option, "")
    said = refused(root, "apply", option, name + behind)
    assert said.startswith("error: The request holds a name that is not allowed.")
    assert said.replace("…", "").isascii()
    assert len(said) < 600


REQUESTS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "unknown": (("--install", "wishlst"), ("NotInCatalog", "wishlist")),
    "another version": (("--install", "tax@9.0.0"), ("tax", "9.0.0", "0.1.0")),
    "needed by a chain": (("--uninstall", "content"), ("content", "shop", "market")),
    "required": (("--uninstall", "auth"), ("ModuleRequired", "auth")),
    "not installed": (("--features", "tax=a"), ("NotInstalled", "tax")),
    "in and out": (("--install", "tax", "--uninstall", "tax"), ("RequestContradictory", "tax")),
    "on and off": (
        ("--default-enabled", "media=on", "--default-enabled", "media=off"),
        ("RequestContradictory", "media"),
    ),
    "unknown host": (("--host", "$(id)"), ("UnknownHost", "rustok")),
}


@pytest.mark.parametrize("case", REQUESTS)
@pytest.mark.parametrize("command", ["plan", "apply"])
def test_what_cannot_be_is_refused_with_what_there_is(root: Path, case: str, command: str) -> None:
    options, wanted = REQUESTS[case]
    said = refused(root, command, *options)
    assert said.startswith("refused (")
    for text in wanted:
        assert text in said


NEEDS = {
    "circle": ('wishlist = { version_req = ">=0.1.0" }\n', ("gift", "wishlist")),
    "nobody": ('nothing = { version_req = ">=0.1.0" }\n', ("nothing", "gift")),
    "another version": ('shop = { version_req = "^7" }\n', ("shop", "^7", "gift")),
    "conflict": ('[conflicts]\nmodules = ["shop"]\n', ("gift", "shop")),
}


def _needing(text: str, more: str) -> str:
    head = "[dependencies]\n"
    return text.replace(head, head + more) if head in text else f"{text}\n{head}{more}"


@pytest.mark.parametrize("case", NEEDS)
def test_needs_that_cannot_be_met_are_refused_with_the_modules_that_lead_there(root: Path, case: str) -> None:
    more, wanted = NEEDS[case]
    text = (root / facts("gift")).read_text()
    (root / facts("gift")).write_text(f"{text}\n{more}" if more.startswith("[") else _needing(text, more))
    said = refused(root, "apply", "--install", "wishlist")
    for text in wanted:
        assert text in said


@pytest.mark.parametrize("path", [MANIFEST, "apps/server", "crates/rustok-distribution/src/lib.rs", "crates", "docs"])
def test_nothing_is_read_or_written_through_a_link(root: Path, path: str) -> None:
    (root / path).rename(root.parent / "outside")
    (root / path).symlink_to(root.parent / "outside")
    assert refused(root, "apply", *TAX, "--host", "rustok")


@pytest.mark.parametrize("name", ["a-file", "nothing"])
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_root_that_is_no_folder_is_named(root: Path, name: str, words: tuple[str, ...]) -> None:
    (root / "a-file").write_text("")
    assert "not a folder" in refused(root / name, *words)
