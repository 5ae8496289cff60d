"""What it takes to put one line into a manifest of many, beside a library that keeps a file's style."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from bench.figures import Figure, Measure, median

_SIZES = (1_000, 2_000, 5_000, 10_000)
_ROUNDS = 5
_TIMES_FASTER = 4
# How much more a module may cost in a manifest ten times as long: linear, with room for a machine that does other things.
_LINEAR = 1.5


def measure() -> Figure:
    """Installs one module in manifests of a thousand to ten thousand, each time in a process that begins cold."""
    ours = {size: median([_timed(size, "ours") for _ in range(_ROUNDS)]) for size in _SIZES}
    theirs = median([_timed(_SIZES[0], "tomlkit") for _ in range(_ROUNDS)])
    share = ours[_SIZES[0]] / theirs
    growth = (ours[_SIZES[-1]] / _SIZES[-1]) / (ours[_SIZES[0]] / _SIZES[0])
    steps = "; ".join(f"{size:,}: {spent * 1000:.0f} ms" for size, spent in ours.items())
    return Figure(
        name="one module put into a manifest",
        measures=(
            Measure("of tomlkit's time at 1,000 modules", share, 1 / _TIMES_FASTER),
            Measure("a module's cost at 10,000 over that at 1,000", growth, _LINEAR),
        ),
        how=(
            f"`write_delta` with the reading before and the proof after it, median of {_ROUNDS} processes that have read "
            "nothing else; tomlkit: parse, add the same line, dump, in the same way; time of the processor, imports left out"
        ),
        beside=(f"modules: {steps}", f"tomlkit at 1,000: {theirs * 1000:.0f} ms, {1 / share:.1f} times as long"),
    )


def manifest_of(count: int) -> str:
    """A manifest with this many modules, every third of which needs the one before it."""
    rows = [_row(number) for number in range(count)]
    head = 'schema = 2\napp = "platform-server"\n\n[modules]\n# Domain modules (optional)\n'
    return f'{head}{"".join(rows)}\n[settings]\ndefault_enabled = ["{_slug(0)}"]\n'


def _slug(number: int) -> str:
    return f"part_{number:05}"


def _row(number: int) -> str:
    crate = f"platform-part-{number:05}"
    needs = f', depends_on = ["{_slug(number - 1)}"]' if number % 3 == 2 else ""
    return f'{_slug(number)} = {{ crate = "{crate}", source = "path", path = "crates/{crate}"{needs} }}\n'


def _timed(count: int, which: str) -> float:
    """Seconds of one edit in a process of its own."""
    ended = subprocess.run([sys.executable, "-m", __name__, str(count), which], capture_output=True, check=True)
    return float(json.loads(ended.stdout))


def _edit(count: int, which: str) -> float:
    import time

    import tomlkit

    from codegen import Delta, ModuleEntry, ModuleName
    from codegen.manifest.edits import write_delta

    text = manifest_of(count)
    entry = ModuleEntry(slug=ModuleName("newcomer"), crate="platform-newcomer", path="crates/platform-newcomer")
    began = time.process_time()
    if which == "ours":
        write_delta(text, Delta(added=(entry,)), path="modules.toml")
    else:
        document: Any = tomlkit.parse(text)
        row = tomlkit.inline_table()
        row.update({"crate": entry.crate, "source": entry.source, "path": entry.path})
        document["modules"]["newcomer"] = row
        tomlkit.dumps(document)
    return time.process_time() - began


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_edit(int(sys.argv[1]), sys.argv[2])))
