"""How quickly a change is planned and a host checked, on platforms that people wire by hand."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure, Measure, median
from bench.platforms import Files, hand_wired
from codegen import Files as Repository
from codegen import Install, ModuleName, check, plan_changes
from codegen.command.tree import Folder

_USUAL, _MANY = 50, 1000
_TIMES = 5
_NEWCOMER = ModuleName("newcomer")
_TREE = "MODWRIGHT_BENCH_TREE"
_MODULE = "MODWRIGHT_BENCH_MODULE"


def measure(folder: Path) -> list[Figure]:
    """
    Plans one install as a call and as a command, on fifty modules and on a thousand, and checks the fifty.

    `MODWRIGHT_BENCH_TREE` names a real platform to measure beside, `MODWRIGHT_BENCH_MODULE` a module to install there.
    """
    usual, many = hand_wired(_USUAL), hand_wired(_MANY)
    root = _written(folder, usual)
    return [_planning(usual, many, root), _checking(usual)]


def _planning(usual: Files, many: Files, root: Path) -> Figure:
    first = _first_call(root, _NEWCOMER)
    calls = _milliseconds(lambda: plan_changes(usual, [Install(_NEWCOMER)]))
    command = _milliseconds(lambda: _command(root, "plan", "--install", _NEWCOMER))
    large = _milliseconds(lambda: plan_changes(many, [Install(_NEWCOMER)]))
    return Figure(
        name="a plan for one install, every place wired by hand",
        measures=(
            Measure(f"{_USUAL} modules, a process's first call", first, 150, "ms"),
            Measure(f"{_USUAL} modules, as a command", median(command), 500, "ms"),
            Measure(f"{_MANY} modules, a call", max(large), 1000, "ms"),
        ),
        how=(
            "a platform made up in the shapes of the preset `rustok`, twenty files edited or looked at; the first call in "
            f"a fresh process after its imports, from a folder; the command {_TIMES} times from its start to its end; of "
            f"{_TIMES} calls on a thousand modules the slowest"
        ),
        beside=(f"a further call: {median(calls):.0f} ms", *_real_plan()),
    )


def _checking(usual: Files) -> Figure:
    spent = _milliseconds(lambda: check(usual))
    return Figure(
        name=f"a check of {_USUAL} modules, every place wired by hand",
        measures=(Measure("", max(spent), 1000, "ms"),),
        how=f"the same platform; of {_TIMES} calls the slowest",
        beside=(f"median {median(spent):.0f} ms", *_real_check()),
    )


def _real_plan() -> tuple[str, ...]:
    tree, module = os.environ.get(_TREE), os.environ.get(_MODULE)
    if not tree or not module:
        return ()
    root, name = Path(tree), ModuleName(module)
    first = _first_call(root, name)
    further = _milliseconds(lambda: plan_changes(Folder(root), [Install(name)]))
    command = _milliseconds(lambda: _command(root, "plan", "--install", name))
    spent = f"first call {first:.0f} ms, further ones {median(further):.0f} ms, as a command {median(command):.0f} ms"
    return (f"{module} in the tree of {_TREE}: {spent}",)


def _real_check() -> tuple[str, ...]:
    if not (tree := os.environ.get(_TREE)):
        return ()
    folder: Repository = Folder(Path(tree))
    found = len(check(folder))
    spent = _milliseconds(lambda: check(Folder(Path(tree))))
    return (f"the tree of {_TREE}: {found} places not in step, {median(spent):.0f} ms",)


def _first_call(root: Path, module: ModuleName) -> float:
    """The median of three processes that do nothing else."""
    program = (
        "import sys, time; from pathlib import Path; import jinja2, tomlkit; from codegen import *; "
        "from codegen.command.tree import Folder; began = time.perf_counter(); "
        "plan_changes(Folder(Path(sys.argv[1])), [Install(ModuleName(sys.argv[2]))]); "
        "print((time.perf_counter() - began) * 1000)"
    )
    words = [sys.executable, "-c", program, str(root), module]
    runs = [subprocess.run(words, capture_output=True, text=True, check=True) for _ in range(3)]
    return median([float(run.stdout) for run in runs])


def _command(root: Path, verb: str, *options: str) -> None:
    words = [str(Path(sys.executable).parent / "modwright"), "codegen", verb, "--root", str(root), *options]
    subprocess.run(words, stdout=subprocess.DEVNULL, check=True)


def _milliseconds(work: Callable[[], object]) -> list[float]:
    spent = []
    for _ in range(_TIMES):
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) * 1000)
    return spent


def _written(folder: Path, files: Files) -> Path:
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return folder
