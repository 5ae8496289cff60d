"""Memory goes back to the system after passes, and not all the time; threads have no heaps of their own."""

from __future__ import annotations

import platform
import subprocess
import sys
from datetime import timedelta

import pytest

from controller.serving.giving_back import GivesBack


def test_it_is_given_back_at_once_and_then_after_each_pause() -> None:
    now, asked = [100.0], list[int]()
    give = GivesBack(asked.append, clock=lambda: now[0], pause=timedelta(seconds=5))
    for moment in (100.0, 101.0, 104.9, 105.0, 106.0, 110.0):
        now[0] = moment
        give()
    assert asked == [0, 0, 0]


def test_this_machine_s_c_library_takes_the_call() -> None:
    GivesBack()()


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="this C library has one heap for all threads anyhow")
def test_threads_share_one_heap() -> None:
    program = (
        "import ctypes, threading\n"
        "from controller.serving.giving_back import share_one_heap\n"
        "share_one_heap()\n"
        "held = []\n"
        "threads = [threading.Thread(target=lambda: held.append(bytearray(20_000))) for _ in range(4)]\n"
        "[thread.start() for thread in threads], [thread.join() for thread in threads]\n"
        "ctypes.CDLL(None).malloc_stats()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr.count("Arena ") == 1
