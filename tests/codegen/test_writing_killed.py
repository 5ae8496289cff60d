"""A writer that is killed, at every step in turn and at random moments: the folder is as before or as after, no third."""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from codegen.command.tree import Folder
from codegen.command.writing import write_files
from tests.codegen.written import AFTER, BEFORE, EDIT

pytestmark = pytest.mark.slow

# The interpreter tells of every step that asks something of the operating system; the child ends itself at one of them,
# as a kill would, without a clean-up. Forked from one process, so that a hundred of them take a second.
_STEPS = """
import json, os, signal, sys
from pathlib import Path
from codegen.command.tree import Folder
from codegen.command.writing import recover, write_files

STEPS = ("open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.listdir", "os.scandir")

def killed_at(step, action):
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1] == signal.SIGKILL
    left = step
    def count(event, arguments):
        nonlocal left
        if event in STEPS:
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)
    action()
    os._exit(0)

root, ended, step = Path(sys.argv[1]), [], 0
before, edit = ({path: text if text is None else text.encode() for path, text in files.items()}
                for files in json.load(sys.stdin))
def put_back():
    write_files(root, {path: None for path in Folder(root) if path not in before} | before)
    for folder in ("new/deep", "new"):
        if (root / folder).exists():
            (root / folder).rmdir()
while True:
    put_back()
    if not killed_at(step, lambda: write_files(root, edit)):
        break
    times = 0
    while killed_at(times, lambda: recover(root)):
        times += 1
    recover(root)
    folders = sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_dir())
    ended.append([{path: content.decode() for path, content in Folder(root).items()}, folders, times])
    step += 1
print(json.dumps(ended))
"""


def texts(files: dict[str, bytes] | dict[str, bytes | None]) -> dict[str, str | None]:
    return {path: None if content is None else content.decode() for path, content in files.items()}


def test_killed_at_any_step_and_again_while_it_is_finished_the_folder_is_as_before_or_as_after(tmp_path: Path) -> None:
    write_files(tmp_path, BEFORE)
    command = [sys.executable, "-c", _STEPS, str(tmp_path)]
    given = json.dumps([texts(BEFORE), texts(EDIT)])
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=True, timeout=60)
    ended = json.loads(done.stdout)
    states = [(files, folders) for files, folders, _ in ended]
    before, after = (texts(BEFORE), ["folder"]), (texts(AFTER), ["folder", "new", "new/deep"])
    turn = next(number for number, state in enumerate(states) if state == after)
    assert states == [before] * turn + [after] * (len(states) - turn)
    assert turn > 10
    assert len(states) - turn > 10
    assert max(times for _, _, times in ended) > 5


_MOMENTS = """
import json, os, random, signal, sys, time
from pathlib import Path
from codegen.command.tree import Folder
from codegen.command.writing import recover, write_files

root, rounds, chance = Path(sys.argv[1]), int(sys.argv[2]), random.Random(sys.argv[3])
one, other = ({f"crates/{n}/a.toml": bytes([mark]) * 3000 for n in range(12)} for mark in b"ab")
began = time.monotonic()
write_files(root, one)
lasts, killed, ended = time.monotonic() - began, 0, []
for _ in range(rounds):
    pid = os.fork()
    if pid == 0:
        write_files(root, other)
        os._exit(0)
    time.sleep(chance.random() * lasts * 1.2)
    os.kill(pid, signal.SIGKILL)
    killed += os.waitpid(pid, 0)[1] == signal.SIGKILL
    recover(root)
    now = dict(Folder(root))
    ended.append("before" if now == one else "after" if now == other else "torn")
    if now == other:
        one, other = other, one
print(json.dumps([killed, ended]))
"""


def test_killed_at_random_moments_the_folder_is_never_torn(tmp_path: Path) -> None:
    seed = secrets.token_hex(4)
    command = [sys.executable, "-c", _MOMENTS, str(tmp_path), "60", seed]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    killed, ended = json.loads(done.stdout)
    assert set(ended) <= {"before", "after"}, seed
    assert killed > 10, seed


def test_two_that_write_at_once_take_turns(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from codegen.command.writing import write_files\n"
        "files = {f'crates/{n}/a.toml': sys.argv[2].encode() * 3000 for n in range(8)}\n"
        "for _ in range(20): write_files(Path(sys.argv[1]), files)"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), letter]) for letter in "abc"]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    assert len(set(Folder(tmp_path).values())) == 1
    assert len(Folder(tmp_path)) == 8


@pytest.fixture(autouse=True)
def _linux_only() -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("a writer is killed as on Linux")
