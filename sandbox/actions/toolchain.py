"""The programs of steps: where they are when the configuration does not say, and the shells that steps get."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

# act reads what a step writes through a terminal, and stops reading at the moment the step fails: under load every
# eighth failing step lost its last lines, which are the compiler's errors. So a failing shell stays for a moment.
_LINGERING_SHELL = """#!/bin/sh
PATH=${{PATH#{folder}:}}
{shell} "$@"
code=$?
[ "$code" = 0 ] || sleep 0.3
exit "$code"
"""


def with_lingering_shells(path: str, *, folder: Path) -> str:
    """A PATH on which `bash` and `sh` are the real ones, but end a moment later when they fail; writes them to `folder`.

    Shells that a step's own script starts are the real ones, unless the step put folders of its own before ours.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("bash", "sh"):
        real = shutil.which(name, path=path)
        if real is not None:
            wrapper = folder / name
            wrapper.write_text(_LINGERING_SHELL.format(folder=shlex.quote(str(folder)), shell=shlex.quote(real)))
            wrapper.chmod(0o755)
    return os.pathsep.join([str(folder), path])


def steps_path() -> str:
    """This process's PATH, preceded by the real folders of Python and Rust.

    What stands in PATH may be shims that look into HOME for the real program (rustup, pyenv); a run has a HOME of its
    own, where they find nothing.
    """
    folders = [str(Path(sys.executable).resolve().parent), *_rust_folder(), os.environ.get("PATH", os.defpath)]
    return os.pathsep.join(folders)


def _rust_folder() -> list[str]:
    compiler = shutil.which("rustc")
    if compiler is None:
        return []
    asked = subprocess.run([compiler, "--print", "sysroot"], capture_output=True, text=True, check=False)
    folder = Path(asked.stdout.strip()) / "bin"
    return [str(folder)] if asked.returncode == 0 and folder.is_dir() else []
