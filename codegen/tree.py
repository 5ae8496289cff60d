"""A folder as codegen sees a repository, and the way back: the only part of codegen that touches files."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from codegen.errors import Finding, ManifestError


class Folder(Mapping[str, bytes]):
    """A work tree as a lazy mapping from path to bytes. Symbolic links are not followed: they could lead outside."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __getitem__(self, path: str) -> bytes:
        target = self.root / path
        if _has_link(self.root, path):
            raise ManifestError(Finding(path=path, problem="a symbolic link", hint="put the file itself there"))
        if not target.is_file():
            raise KeyError(path)
        return target.read_bytes()

    def __iter__(self) -> Iterator[str]:
        return (str(path.relative_to(self.root)) for path in sorted(self.root.rglob("*")) if path.is_file())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def children(self, folder: str) -> list[str]:
        """The names directly under a folder; none where there is no such folder. Nothing behind a link is listed."""
        place = self.root / folder
        if not place.is_dir() or _has_link(self.root, folder):
            return []
        return [entry.name for entry in os.scandir(place) if not entry.is_symlink()]


def write_files(root: Path, files: Mapping[str, bytes | None]) -> None:
    """Write all files or none: each is staged beside its target first, and only then moved over it.

    A crash between two moves leaves whole files; running the same command again brings the rest.
    """
    staged: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            if content is not None:
                staged[root / path] = _stage(root / path, content)
    except OSError:
        for temporary in staged.values():
            temporary.unlink(missing_ok=True)
        raise
    for target, temporary in staged.items():
        temporary.replace(target)
    for path, content in files.items():
        if content is None:
            (root / path).unlink(missing_ok=True)


def _stage(target: Path, content: bytes) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o644
    with NamedTemporaryFile(dir=target.parent, prefix=f".{target.name}.", delete=False) as temporary:
        temporary.write(content)
        os.fchmod(temporary.fileno(), mode)
    return Path(temporary.name)


def _has_link(root: Path, path: str) -> bool:
    return any((root / part).is_symlink() for part in [Path(path), *Path(path).parents])
