"""The example of a guide as a reader would make it: files from the page, and its commands run as they are typed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import ROOT, page

_FENCE = re.compile(r"^```(?P<language>\w+)(?: (?P<path>\S+))?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
GAP = "…"
"""A line of the page that stands for any number of lines of output."""


@dataclass(frozen=True)
class Fence:
    """A block of the page; `path` is the file that it is, where it is one."""

    language: str
    path: str
    body: str


def fences(name: str) -> list[Fence]:
    """Every block of a page, in its order."""
    return [
        Fence(found["language"], found["path"] or "", found["body"])
        for found in _FENCE.finditer(page(f"guides/{name}"))
    ]


def write_tree(root: Path, blocks: list[Fence]) -> None:
    """The files of the example, without those that belong into Modwright itself."""
    for block in blocks:
        if block.path and not block.path.startswith("codegen/"):
            target = root / block.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(block.body, encoding="utf-8")


def preset_text(blocks: list[Fence], path: str) -> str:
    """A preset's file: its blocks one after the other."""
    return "\n".join(block.body for block in blocks if block.path == path)


def copy_packages(folder: Path, *, preset: str, name: str) -> None:
    """Modwright with one more preset, put where the guide puts it; the checkout itself is left alone."""
    for package in ("codegen", "modwright"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / f"codegen/hosts/{name}.py").write_text(preset, encoding="utf-8")
    listed = folder / "codegen/hosts/__init__.py"
    text = listed.read_text(encoding="utf-8")
    imported = text.replace(
        "from codegen.hosts.chain ", f"from codegen.hosts.{name} import {name.upper()}\nfrom codegen.hosts.chain ", 1
    )
    listed.write_text(re.sub(r"\bCHAIN\)", f"{name.upper()}, CHAIN)", imported), encoding="utf-8")


def run(script: str, *, root: Path, packages: Path) -> str:
    """What a script prints, stdout and stderr as they come; `modwright` is the command of these packages."""
    command = packages / "bin" / "modwright"
    command.parent.mkdir(exist_ok=True)
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m modwright "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(packages),
        "CARGO_TARGET_DIR": str(packages / "target"),
    }
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=root,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
    )
    return done.stdout


def typed(block: Fence) -> str:
    """The commands of a console block, as one script."""
    return "\n".join(line[2:] for line in block.body.splitlines() if line.startswith("$ "))


def told(block: Fence) -> list[str]:
    """What the block says is printed."""
    return [line for line in block.body.splitlines() if not line.startswith("$ ")]


def is_as_told(output: str, expected: list[str]) -> bool:
    """Whether an output is these lines, where a gap stands for any number of others."""
    parts = [".*" if line == GAP else re.escape(line) + "\n" for line in expected]
    return re.fullmatch("".join(parts), output, re.DOTALL) is not None
