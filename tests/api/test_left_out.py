"""The service holds nothing of what its libraries can do without."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

from controller.cli.serve import LEFT_OUT

_LOADED = (
    "import sys\nfrom controller.cli.serve import leave_out\nleave_out()\n"
    "import controller.log, controller.wiring, controller.serving.running\n"
    "print(*(name for name, module in sys.modules.items() if module is not None))"
)


def test_what_is_left_out_is_installed_here_and_not_loaded_by_the_service() -> None:
    assert all(importlib.util.find_spec(name) for name in LEFT_OUT)
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True, timeout=60)
    loaded = done.stdout.split()
    assert "fastapi" in loaded
    assert not [name for name in loaded if any(name == left or name.startswith(f"{left}.") for left in LEFT_OUT)]
