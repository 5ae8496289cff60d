"""Hostile manifests end in one error that names file, line, key, what was found, what is allowed and what to do."""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import pytest

from codegen import (
    CodegenError,
    Install,
    ManifestError,
    ModuleName,
    Refused,
    lint_manifest,
    plan_changes,
    read_catalog,
    read_manifest,
)

HEAD = 'schema = 2\napp = "platform-server"\n\n[modules]\n'
ROW = '{slug} = {{ crate = "platform-x", source = "path", path = "crates/platform-x" }}\n'


def row(slug: str = "x", **other: str) -> str:
    pairs = {"crate": f'"platform-{slug}"', "source": '"path"', "path": f'"crates/platform-{slug}"', **other}
    return f"{slug} = {{ {', '.join(f'{key} = {value}' for key, value in pairs.items())} }}\n"


CASES = {
    "no value": (HEAD + "x = \n", 5, "not TOML"),
    "a line that goes on": (HEAD + 'x = "a\n', 5, "not TOML"),
    "duplicate module": (HEAD + row() + row(), 6, "not TOML"),
    "duplicate table": (HEAD + row() + "[modules]\n", 6, "not TOML"),
    "duplicate key in a row": (HEAD + 'x = { crate = "a", crate = "b" }\n', 5, "not TOML"),
    "unknown top key": ('color = "red"\n' + HEAD, 1, "unknown key"),
    "unknown table": (HEAD + "[colors]\n", 5, "unknown key"),
    "unknown row key": (HEAD + row(depend_on='["y"]'), 5, "unknown key"),
    "unknown settings key": (HEAD + '[settings]\nenabled = ["x"]\n', 6, "unknown key"),
    "unknown schema": ('schema = 3\napp = "a"\n[modules]\n', 1, "not a known schema"),
    "schema as boolean": ('schema = true\napp = "a"\n[modules]\n', 1, "not a known schema"),
    "no modules": ('schema = 2\napp = "a"\n', 1, "missing"),
    "row is no table": (HEAD + "x = 1\n", 5, "not an inline table"),
    "row in its own table": (HEAD + '[modules.x]\ncrate = "a"\n', 5, "table of its own"),
    "keyword": (HEAD + row("match"), 5, "not a module name"),
    "path as slug": (HEAD + ROW.format(slug='"../x"'), 5, "not a module name"),
    "quote in slug": (HEAD + ROW.format(slug='"x\\"y"'), 5, "not a module name"),
    "newline in slug": (HEAD + ROW.format(slug='"x\\ny"'), 5, "not a module name"),
    "escaped bidi in slug": (HEAD + ROW.format(slug='"x\\u202ey"'), 5, "not a module name"),
    "raw bidi": (HEAD + ROW.format(slug='"x\u202ey"'), 5, "bidirectional"),
    "bidi in a comment": (HEAD + "# \u2066evil\u2069\n", 5, "bidirectional"),
    "long slug": (HEAD + ROW.format(slug="x" * 300), 5, "not a module name"),
    "look-alike letter": (HEAD + ROW.format(slug='"bl\u043eg"'), 5, "not a module name"),
    "trailing newline in a value": (HEAD + row(crate='"a\\n"'), 5, "not allowed"),
    "path outside": (HEAD + row(path='"../../etc"'), 5, "not allowed"),
    "absolute path": (HEAD + row(path='"/etc"'), 5, "not allowed"),
    "crate with code": (HEAD + row(crate='"x; fn main(){}"'), 5, "not allowed"),
    "feature with code": (HEAD + row(features='["a\\"]"]'), 5, "not allowed"),
    "git by ssh command": (HEAD + row(source='"git"', git='"ext::sh -c id"', rev=f'"{"a" * 40}"'), 5, "not allowed"),
    "git at a branch": (HEAD + row(source='"git"', git='"https://example.org/a"', rev='"main"'), 5, "not allowed"),
    "no source": (HEAD + 'x = { crate = "a" }\n', 5, "not a source"),
    "no path": (HEAD + 'x = { crate = "a", source = "path" }\n', 5, "missing for this source"),
    "need not installed": (HEAD + row(depends_on='["y"]'), 5, "not installed"),
    "default not installed": (HEAD + '[settings]\ndefault_enabled = ["x"]\n', 6, "not installed"),
    "cycle": (HEAD + row("a", depends_on='["b"]') + row("b", depends_on='["a"]'), 5, "circle"),
    "needs itself": (HEAD + row("a", depends_on='["a"]'), 5, "circle"),
    "one crate twice": (HEAD + row("a") + row("b", crate='"platform-a"'), 6, "same crate"),
    "control character": (HEAD + "# \x07\n", 5, "control character"),
    "lone carriage return": (HEAD + "# a\rb\n", 5, "control character"),
    "deep arrays": (HEAD + f"x = {'[' * 5000}{']' * 5000}\n", 5, "nested too deeply"),
    "deep inline tables": (HEAD + "x = " + "{a=" * 5000 + "1" + "}" * 5000 + "\n", 5, "nested too deeply"),
    "deep dotted key": (HEAD + ".".join("a" * 40) + " = 1\n", 5, "too many parts"),
    "deep header": (HEAD + f"[{'.'.join('a' * 40)}]\n", 5, "too many parts"),
    "huge number": (HEAD + f"x = {'9' * 100_000}\n", 5, "too long"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_manifest_is_refused_at_its_line(name: str) -> None:
    text, line, problem = CASES[name]
    with pytest.raises(ManifestError) as caught:
        read_manifest(text, path="modules.toml")
    matching = [finding for finding in caught.value.findings if problem in finding.problem and finding.line == line]
    assert matching, str(caught.value)
    message = str(caught.value)
    assert message.isprintable() or "\n" in message
    assert "\u202e" not in message
    assert all(len(str(finding)) < 700 for finding in caught.value.findings)


def test_all_findings_are_said_at_once_in_the_order_of_the_file() -> None:
    text = 'schema = 0\napp = "x"\n[modules]\n' + row("a", crate='"!"') + row("b", path='"/etc"')
    findings = lint_manifest(text, path="m.toml")
    assert [(finding.line, finding.key) for finding in findings] == [(1, "schema"), (4, "a.crate"), (5, "b.path")]
    assert str(findings[1]).startswith("m.toml:4:15: a.crate: not allowed; found '!'; allowed: ")


def test_a_dotted_key_bomb_costs_neither_time_nor_memory() -> None:
    """In a process of its own: `tomllib` alone takes gigabytes for this text, so the bound is set before parsing."""
    code = (
        "from codegen import lint_manifest\n"
        "findings = lint_manifest('.'.join('a' * 40_000) + ' = 1\\n', path='modules.toml')\n"
        # Not `ru_maxrss`: that begins with what the parent had when it forked, and a whole test run has much.
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))\n"
        "print(findings[0], peak.split()[1])\n"
    )
    limit = 200 * 1024 * 1024
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)),
    )
    assert "too many parts" in done.stdout
    assert int(done.stdout.split()[-1]) < 200 * 1024
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("text", ["a = 1\n" * 400_000, "[[a]]\n" * 400_000, "#" * 3_000_000, "a" * 3_000_000])
def test_a_manifest_that_is_too_large_is_refused_at_once(text: str) -> None:
    started = time.process_time()
    assert "too large" in lint_manifest(text, path="modules.toml")[0].problem
    assert time.process_time() - started < 1


def test_a_file_that_is_not_utf_8_is_named(platform: dict[str, bytes]) -> None:
    with pytest.raises(ManifestError, match=r"modules\.toml: the file is not UTF-8"):
        plan_changes({**platform, "modules.toml": b"\xff\xfe"}, [Install(ModuleName("blog"))])


@pytest.mark.parametrize(
    "name", ["match", "../x", 'x"', "x\ny", "x\u202ey", "x" * 300, "bl\u043eg", "", "-x", "x;y", "X"]
)
def test_a_hostile_name_in_a_request_is_refused_before_anything_is_read(platform: dict[str, bytes], name: str) -> None:
    with pytest.raises(Refused) as caught:
        plan_changes(platform, [Install(ModuleName(name))])
    assert caught.value.reason == "NameNotAllowed"
    assert "\u202e" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("format: 1\nmodules: [", 2, "not YAML"),
        ("format: 1\nmodules:\n  a: { source: path, path: crates/a }\n  a: { source: path, path: b }\n", 4, "not YAML"),
        ("format: 2\nmodules: {}\n", 0, "not a known format"),
        ("format: 1\nextra: 1\nmodules: {}\n", 2, "unknown key"),
        ("format: 1\nmodules:\n  a: { source: path, path: ../a }\n", 3, "not allowed"),
        ("format: 1\nmodules:\n  a: { source: path, pth: a }\n", 3, "unknown key"),
        ("format: 1\nmodules:\n  A/b: { source: path, path: a }\n", 3, "not a module name"),
        ("format: 1\nmodules:\n  a: 1\n", 3, "not a mapping"),
        ("format: 1\nmodules:\n  a: { source: svn }\n", 0, "not a source"),
        ("[" * 5000, 0, "too deep"),
        ("- " * 5000, 0, "too deep"),
    ],
)
def test_a_wrong_catalog_is_refused_at_its_line(text: str, line: int, problem: str) -> None:
    with pytest.raises(CodegenError) as caught:
        read_catalog(text, path="catalog.yaml")
    assert any(problem in finding.problem and finding.line == line for finding in caught.value.findings), caught.value


def test_a_catalog_of_aliases_that_would_unfold_for_hours_is_refused_at_once() -> None:
    lines = ["format: 1", "modules:", "  a: &a [x, x, x, x]"]
    lines += [
        f"  {new}: &{new} [{', '.join([f'*{old}'] * 4)}]"
        for old, new in zip("abcdefghijklmn", "bcdefghijklmno", strict=True)
    ]
    started = time.process_time()
    with pytest.raises(ManifestError, match="not a mapping"):
        read_catalog("\n".join(lines), path="catalog.yaml")
    assert time.process_time() - started < 1


@pytest.mark.parametrize("item", ['"a",', "1,", "[],"])
def test_a_long_list_is_judged_in_linear_time(item: str) -> None:
    text = HEAD + row(depends_on=f"[{item * 20_000}]")
    started = time.process_time()
    findings = lint_manifest(text, path="modules.toml")
    assert 0 < len(findings) <= 100
    assert time.process_time() - started < 3
