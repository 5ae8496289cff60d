"""Writes several files as one: all of them or none, also where the program is killed or the disk is full.

The new contents are staged beside the tree first, where running out of space harms nothing. Then one rename makes the
journal valid: from there on every file is moved into its place, and a run that is killed in between is finished by the
next one, since the journal says what is left. Before that moment a staged folder is rubbish and is swept away, with the
folders that were made for new files.

A staged folder may also come with a clone, made by whoever wishes harm. So nothing in it is believed: a journal moves
plain files from that folder to paths inside the root, none of them through a link or into git's own folder, or nothing.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from errno import EACCES, EINVAL, EISDIR, ENOTDIR, EXDEV
from pathlib import Path
from typing import Any

from codegen.command.tree import has_link, is_inside
from codegen.errors import Finding, ManifestError, shown

STAGED = ".modwright-applying"
_JOURNAL = "journal.json"
_FOLDERS = "folders.json"
_MODE = 0o644
_LARGEST = 4 * 1024 * 1024
_NAME = re.compile(r"[0-9]{1,6}", re.ASCII)


class HalfWritten(OSError):
    """A journal that is valid could not be finished: some files are new, and the next run writes the others."""


def write_files(root: Path, files: Mapping[str, bytes | None]) -> None:
    """Write all files or none (`None`: remove).

    Raises `OSError` or `ManifestError` where nothing could be written, with nothing changed, and `HalfWritten` where
    what stood in the way came only while files were moved.
    """
    for path in files:
        _demand_writable(root, path)
    with _alone(root):
        _recover(root)
        if files:
            _stage(root, files)
            _recover(root)


def recover(root: Path) -> bool:
    """Finish what an interrupted run began to write, or sweep away what it only staged; whether there was anything.

    Raises `ManifestError` where what is there is not what a run leaves, `HalfWritten` where it cannot be finished.
    """
    if not os.path.lexists(root / STAGED):
        return False
    with _alone(root):
        return _recover(root)


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """No other run writes here meanwhile; the lock goes with its process, however that ends."""
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # some network file systems have no locks; there people take turns by themselves
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _recover(root: Path) -> bool:
    staged = root / STAGED
    if not os.path.lexists(staged):
        return False
    if staged.is_symlink() or not staged.is_dir():
        hint = "remove it: it is where files are staged while they are written"
        raise ManifestError(Finding(path=STAGED, problem="not a folder", hint=hint))
    if os.path.lexists(staged / _JOURNAL):
        _finish(root, _read_journal(root))
    _sweep(root)
    return True


def _finish(root: Path, journal: Mapping[str, str | None]) -> None:
    """Every move that was not made yet; the journal goes last, so that whatever is interrupted can be repeated."""
    try:
        for path, name in journal.items():
            if name is None:
                (root / path).unlink(missing_ok=True)
            elif (root / STAGED / name).exists():
                (root / STAGED / name).replace(root / path)
        for folder in {(root / path).parent for path, name in journal.items() if name is not None}:
            _sync(folder)
        (root / STAGED / _JOURNAL).unlink()
    except OSError as error:
        raise HalfWritten(error.errno, error.strerror, error.filename) from error


def _read_journal(root: Path) -> dict[str, str | None]:
    """Every path with the name of its staged content, nothing where it goes; believed only where all of it may be."""
    document = _document(root / STAGED / _JOURNAL)
    if not isinstance(document, dict) or not isinstance(document.get("write"), dict):
        raise _no_journal("no object with `write` and `remove`")
    removed = document.get("remove")
    moves = [*document["write"].items(), *((None, path) for path in (removed if isinstance(removed, list) else ()))]
    for name, path in moves:
        if not isinstance(path, str) or not is_inside(path) or path.startswith(STAGED) or has_link(root, path):
            raise _no_journal(shown(path))
        if name is not None and (_NAME.fullmatch(name) is None or (root / STAGED / name).is_symlink()):
            raise _no_journal(shown(name))
    return {path: name for name, path in moves}


def _document(path: Path) -> Any:
    """The JSON of a small plain file; nothing where it is another thing."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
        return None
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return None


def _no_journal(found: str) -> ManifestError:
    hint = f"nobody who applies a change leaves this; look where it is from and remove the folder {STAGED}"
    return ManifestError(Finding(path=f"{STAGED}/{_JOURNAL}", problem="not a journal", found=found, hint=hint))


def _stage(root: Path, files: Mapping[str, bytes | None]) -> None:
    staged = root / STAGED
    try:
        staged.mkdir()
        _make_folders(root, files)
        journal: dict[str, Any] = {"write": {}, "remove": [path for path, content in files.items() if content is None]}
        for number, (path, content) in enumerate(files.items()):
            _demand_room(root / path, beside=staged)
            if content is not None:
                _write(staged / str(number), content, mode=_mode(root / path))
                journal["write"][str(number)] = path
        _write(staged / f"{_JOURNAL}.new", json.dumps(journal).encode(), mode=_MODE)
        _sync(staged)
        (staged / f"{_JOURNAL}.new").rename(staged / _JOURNAL)
        _sync(staged)
    except BaseException:
        _sweep(root)
        raise


def _make_folders(root: Path, files: Mapping[str, bytes | None]) -> None:
    """The folders that new files need, written down before the first is made."""
    ways = (path.split("/")[:-1] for path, content in files.items() if content is not None)
    needed = {"/".join(parts[: length + 1]): None for parts in ways for length in range(len(parts))}
    missing = [folder for folder in needed if not os.path.lexists(root / folder)]
    if missing:
        _write(root / STAGED / _FOLDERS, json.dumps(missing).encode(), mode=_MODE)
    for folder in missing:
        (root / folder).mkdir()


def _sweep(root: Path) -> None:
    """Take away what is staged, and the folders that were made for files which did not come."""
    made = _document(root / STAGED / _FOLDERS)
    for folder in reversed(made if isinstance(made, list) else []):
        if isinstance(folder, str) and is_inside(folder) and not has_link(root, folder):
            with suppress(OSError):  # one that holds something by now stays
                (root / folder).rmdir()
    if (root / STAGED).is_dir():
        shutil.rmtree(root / STAGED)


def _demand_writable(root: Path, path: str) -> None:
    if not is_inside(path):
        raise ManifestError(Finding(path=shown(path), problem="not a path of the repository's own files"))
    if has_link(root, path):
        raise ManifestError(Finding(path=path, problem="a symbolic link", hint="put the file itself there"))


def _demand_room(target: Path, *, beside: Path) -> None:
    """What would stop the move is found before the first one; raises `OSError`."""
    if not target.parent.is_dir():
        raise NotADirectoryError(ENOTDIR, "Not a folder", str(target.parent))
    if target.is_dir():
        raise IsADirectoryError(EISDIR, "A folder", str(target))
    if target.exists() and not target.is_file():
        raise OSError(EINVAL, "Not a file", str(target))
    if not os.access(target.parent, os.W_OK):
        raise PermissionError(EACCES, "The folder cannot be written to", str(target.parent))
    if target.parent.stat().st_dev != beside.stat().st_dev:
        raise OSError(EXDEV, "On another file system than the repository", str(target.parent))


def _mode(target: Path) -> int:
    return target.stat().st_mode & 0o777 if target.exists() else _MODE


def _write(path: Path, content: bytes, *, mode: int) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fchmod(file.fileno(), mode)
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
