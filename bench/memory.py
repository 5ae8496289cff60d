"""What the controller holds in memory."""

from __future__ import annotations

from pathlib import Path

from bench.figures import Figure, Measure
from demo.processes import Process

_LIMIT_MEBIBYTES = 120


def figure(controller: Process, *, story: str) -> Figure:
    """The resident memory of the running service now and at its highest, see proc(5)."""
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{controller.pid}/status").read_text().splitlines())
    resident, highest = (int(fields[name].split()[0]) / 1024 for name in ("VmRSS", "VmHWM"))
    return Figure(
        name="controller's memory after the story",
        measures=(Measure("resident", resident, _LIMIT_MEBIBYTES, "MiB"),),
        how=f"VmRSS of the serving process, API and loop, after {story}",
        beside=(f"at its highest {highest:.0f} MiB",),
    )
