"""The one layer of an image, as bytes that depend on the files alone."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable
from dataclasses import dataclass

EXECUTABLE = 0o755


@dataclass(frozen=True, kw_only=True)
class LayerFile:
    """A regular file of the image; `path` is absolute, as the container sees it."""

    path: str
    content: bytes
    mode: int = EXECUTABLE


def layer_bytes(files: Iterable[LayerFile]) -> bytes:
    """An uncompressed USTAR archive: sorted, owned by root, dated 1970.

    Uncompressed, because compressors of different versions give different bytes for the same input, and then
    the same tree would have two digests. USTAR, because PAX headers may carry times.
    """
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for file in sorted(files, key=lambda file: file.path):
            tar.addfile(_entry(file), io.BytesIO(file.content))
    return archive.getvalue()


def _entry(file: LayerFile) -> tarfile.TarInfo:
    """A header in which only path, size and mode are the file's own."""
    entry = tarfile.TarInfo(file.path.lstrip("/"))
    entry.size = len(file.content)
    entry.mode = file.mode
    return entry
