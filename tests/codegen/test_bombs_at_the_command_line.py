"""Texts that are made to cost time or memory, in every file that a command reads: refused at once, in a fresh process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.codegen.hosts.trees import put, tree

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc"),
]

# What is put into the file's place, or behind what it holds where it begins with a `+`.
BOMBS: Mapping[str, bytes] = {
    "a dotted key": b"+" + b"a." * 39_900 + b"b = 1\n",
    "arrays in each other": b"+x = " + b"[" * 100_000 + b"]" * 100_000 + b"\n",
    "tables in each other": b"+x = " + b"{a=" * 60_000 + b"1" + b"}" * 60_000 + b"\n",
    "thirty thousand tables": b"+" + b"".join(b"[z%d]\n" % number for number in range(30_000)),
    "a comment of 5 MiB": b"+#" + b"x" * (5 * 1024 * 1024) + b"\n",
    "a number of a million digits": b"+x = " + b"9" * 1_000_000 + b"\n",
    "40 MiB of anything": b"a" * (40 * 1024 * 1024),
}
# Just below the bounds of size, where all of it is read.
SOURCES: Mapping[str, bytes] = {
    "braces": b"+" + b"{}" * 120_000,
    "comments in each other": b"+" + b"/*" * 79_000,
    "a comment a line": b"+" + b"//\n" * 79_000,
    "more comments than are read": b"+" + b"//\n" * 81_000,
    "attributes": b"+" + b"#[cfg(" * 40_000,
    "functions": b"+" + b"fn a(){}\n" * 27_000,
    "strings": b"+" + b'"a"' * 39_000,
    "more strings than are read": b"+" + b'"a"' * 41_000,
    "a raw string that never ends": b"+r" + b"#" * 200_000 + b'"',
    "40 MiB of anything": b"a" * (40 * 1024 * 1024),
}
HOST_SOURCES: Mapping[str, bytes] = {
    "braces": b"+" + b"{}" * 250_000,
    "comments and braces": b"+" + b"//\n" * 79_000 + b"{}" * 130_000,
    "strings and braces": b"+" + b'"a"' * 39_000 + b"{}" * 180_000,
    "more strings than are read": b"+" + b'"a"' * 170_000,
    "40 MiB of anything": b"a" * (40 * 1024 * 1024),
}
PAGES: Mapping[str, bytes] = {
    "cells": b"+" + b"|" * 500_000 + b"\n",
    "rows": b"+" + b"| `x` | `y` |\n" * 35_000,
    "headings": b"+" + b"### Optional\n" * 38_000,
    "40 MiB of anything": b"a" * (40 * 1024 * 1024),
}
_SOME = {name: BOMBS[name] for name in ("a dotted key", "tables in each other", "thirty thousand tables")}
FILES: Mapping[str, Mapping[str, bytes]] = {
    "modules.toml": BOMBS,
    "Cargo.toml": _SOME,
    "apps/server/Cargo.toml": _SOME,
    "Cargo.lock": _SOME,
    "crates/rustok-tax/rustok-module.toml": _SOME,
    "crates/rustok-tax/src/lib.rs": SOURCES,
    "crates/rustok-distribution/src/lib.rs": HOST_SOURCES,
    "docs/modules/registry.md": PAGES,
}
CASES = [(path, name) for path, bombs in FILES.items() for name in bombs]
# Commands in one process each, forked from one that has only imported the program: what it costs is the command's own.
_CHILD = """
import io, json, os, resource, sys, time
from contextlib import redirect_stderr, redirect_stdout
from codegen.command.cli import codegen
import jinja2, tomlkit, ruamel.yaml

def ran(words):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writer)
        with open(reader) as said:
            text = said.read()
        _, _, used = os.wait4(pid, 0)
        return json.loads(text) | {"seconds": used.ru_utime + used.ru_stime}
    os.close(reader)
    out, err, code = io.StringIO(), io.StringIO(), None
    with redirect_stdout(out), redirect_stderr(err):
        try:
            codegen(words)
        except SystemExit as exit:
            code = exit.code
    peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
    with open(writer, "w") as said:
        json.dump({"code": code, "out": out.getvalue()[:3000], "err": err.getvalue()[:3000], "peak": int(peak)}, said)
    os._exit(0)

print(json.dumps([ran([*words, "--root", sys.argv[1]]) for words in json.loads(sys.argv[2])]))
"""
COMMANDS = (["apply", "--install", "tax"], ["check"], ["lint"])


@pytest.mark.parametrize(("path", "name"), CASES, ids=lambda part: part)
def test_a_bomb_costs_less_than_a_second_and_200_megabytes(tmp_path: Path, path: str, name: str) -> None:
    files = tree("distribution")
    bomb = FILES[path][name]
    files[path] = files[path] + bomb[1:] if bomb.startswith(b"+") else bomb
    put(files, tmp_path)
    command = [sys.executable, "-c", _CHILD, str(tmp_path), json.dumps(COMMANDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    for words, ended in zip(COMMANDS, json.loads(done.stdout), strict=True):
        assert ended["seconds"] < 1, (words, ended)
        assert ended["peak"] < 200 * 1024, (words, ended)
        assert ended["code"] in (0, 1, 2), (words, ended)
        assert "Traceback" not in ended["err"]
        if ended["code"] == 2:
            findings = [line for line in (ended["err"] or ended["out"]).splitlines() if path in line]
            assert findings, (words, ended)
        assert ended["code"] == 2 or words[0] != "apply" or not name.endswith(("of anything", "than are read"))
        if words[0] == "apply" and ended["code"] == 2:
            assert {file: (tmp_path / file).read_bytes() for file in files} == files
