"""Where the programs of steps are, when the configuration does not say."""

import os
import shutil
import subprocess
import sys
from pathlib import Path


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
