"""Several files are written as one, whatever stops the writer and whatever somebody left in its place."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from codegen.command.writing import STAGED, write_files
from codegen.errors import ManifestError
from tests.codegen.written import AFTER, BEFORE, EDIT, files, seen


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    write_files(folder, BEFORE)
    return folder


def test_all_files_are_written_and_removed_and_nothing_stays_beside_them(root: Path) -> None:
    write_files(root, EDIT)
    assert files(root) == AFTER
    assert not (root / STAGED).exists()


def test_nothing_to_write_changes_nothing(root: Path) -> None:
    before = seen(root)
    write_files(root, {})
    assert seen(root) == before


def test_a_file_keeps_its_mode_and_a_new_one_is_readable_by_all(root: Path) -> None:
    (root / "a.toml").chmod(0o700)
    write_files(root, EDIT)
    modes = {path: (root / path).stat().st_mode & 0o777 for path in AFTER}
    assert modes == {"a.toml": 0o700, "folder/b.toml": 0o644, "new/deep/c.toml": 0o644}


# What stands in the way, made by a function from the root, and the file that then cannot be written.
def _file_for_folder(root: Path) -> str:
    (root / "blocked").write_bytes(b"a file")
    return "blocked/deep/x"


def _folder_for_file(root: Path) -> str:
    (root / "blocked").mkdir()
    return "blocked"


def _link(root: Path) -> str:
    (root / "blocked").symlink_to(root.parent / "outside")
    return "blocked"


def _link_on_the_way(root: Path) -> str:
    (root.parent / "outside").mkdir()
    (root / "blocked").symlink_to(root.parent / "outside")
    return "blocked/x"


def _pipe(root: Path) -> str:
    os.mkfifo(root / "blocked")
    return "blocked"


OBSTACLES = (_file_for_folder, _folder_for_file, _link, _link_on_the_way, _pipe)


@pytest.mark.parametrize("obstacle", OBSTACLES, ids=lambda made: made.__name__.strip("_"))
@pytest.mark.parametrize("is_last", [True, False])
def test_where_one_file_cannot_be_written_none_is(root: Path, obstacle: object, is_last: bool) -> None:
    assert callable(obstacle)
    path = obstacle(root)
    before = seen(root)
    blocked: dict[str, bytes | None] = {path: b"x"}
    with pytest.raises((OSError, ManifestError), match="blocked"):
        write_files(root, {**EDIT, **blocked} if is_last else {**blocked, **EDIT})
    assert seen(root) == before
    assert not (root.parent / "outside" / "x").exists()


@pytest.mark.parametrize(
    "path", ["../x", "/tmp/x", "a/../../x", "", "a//b", "./x", ".git/hooks/x", "sub/.GIT/config", "a\0b"]
)
def test_a_path_that_is_none_of_the_repository_s_files_is_not_written(root: Path, path: str) -> None:
    before = seen(root.parent)
    with pytest.raises(ManifestError, match="not a path of the repository's own files"):
        write_files(root, {**EDIT, path: b"x"})
    assert seen(root.parent) == before


_AS_NOBODY = """
import os
from pathlib import Path
from codegen.command.writing import write_files
if os.geteuid() == 0:  # root may write into every folder
    os.setuid(65534)
try:
    write_files(Path(), {"a.toml": b"new", "new/deep/x": b"x", "folder/b.toml": b"new"})
except PermissionError as error:
    print(error)
"""


def test_a_folder_without_the_right_to_write_stops_the_whole(root: Path) -> None:
    before = seen(root)
    if os.geteuid() == 0:
        for path in (root, *root.rglob("*")):
            os.chown(path, 65534, 65534)
    (root / "folder").chmod(0o500)
    command = [sys.executable, "-c", _AS_NOBODY]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[Errno 13] The folder cannot be written to: 'folder'\n", done
    (root / "folder").chmod(0o700)
    assert seen(root) == before


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB in a folder of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_on_a_full_disk_nothing_changes(small_disk: Path) -> None:
    write_files(small_disk, BEFORE)
    before = seen(small_disk)
    with pytest.raises(OSError, match="No space left"):
        write_files(small_disk, {**EDIT, "large.bin": b"x" * 100_000})
    assert seen(small_disk) == before


def test_a_file_on_another_disk_than_the_rest_stops_the_whole(root: Path, small_disk: Path) -> None:
    target = root / "small"
    target.mkdir()
    if subprocess.run(["mount", "--bind", str(small_disk), str(target)], capture_output=True, check=False).returncode:
        pytest.skip("no folder can be bound here")
    try:
        before = seen(root)
        with pytest.raises(OSError, match="another file system"):
            write_files(root, {**EDIT, "small/x": b"x"})
        assert seen(root) == before
    finally:
        subprocess.run(["umount", str(target)], check=True)


_LIMITED = """
import resource, sys
from pathlib import Path
from codegen.command.writing import write_files
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_files(Path(sys.argv[1]), {"a.toml": b"new", "new/deep/large": b"x" * 5000, "z": b"z"})
except OSError as error:
    print(error.strerror)
"""


def test_a_file_that_may_not_grow_stops_the_whole(root: Path) -> None:
    before = seen(root)
    done = subprocess.run([sys.executable, "-c", _LIMITED, str(root)], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("File too large\n", "")
    assert seen(root) == before
