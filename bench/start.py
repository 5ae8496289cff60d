"""How quickly the command line starts, and what it loads for its help."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench.figures import Figure, Measure, median

_TIMES = 20
_HEAVY = ("fastapi", "starlette", "uvicorn", "requests", "urllib3", "httpx", "kubernetes", "github", "pygit2")
_HELP = "from modwright.__main__ import run; run(['--help'])"


def measure() -> Figure:
    """`modwright --help` beside an interpreter that imports click alone; both taken in turn, so that noise hits both."""
    command = [str(Path(sys.executable).parent / "modwright"), "--help"]
    click = [sys.executable, "-c", "import click"]
    ours, theirs = [], []
    for _ in range(_TIMES):
        ours.append(_milliseconds(command))
        theirs.append(_milliseconds(click))
    loaded = _heavy()
    return Figure(
        name="modwright --help",
        measures=(
            Measure("against `python -c 'import click'`", median(ours) / median(theirs), 2, "times"),
            Measure("web, Kubernetes or forge packages loaded", len(loaded), 0),
        ),
        how=f"medians of {_TIMES} starts of each, in turn; what is loaded from sys.modules after the help was printed",
        beside=(
            f"{median(ours):.0f} ms against {median(theirs):.0f} ms; looked for {', '.join(_HEAVY)}",
            *((f"loaded: {', '.join(loaded)}",) if loaded else ()),
        ),
    )


def _milliseconds(command: Sequence[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - started) * 1000


def _heavy() -> list[str]:
    """Those of the heavy packages that printing the help loads."""
    program = f"import sys; {_HELP}; print('\\n' + ' '.join(n for n in {_HEAVY!r} if n in sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.rsplit("\n", 2)[-2].split()
