"""Layers become files, and no layer becomes a file anywhere else."""

import tarfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from sandbox.processes.failures import RolloutError


def unpack_layer(layer: Path, root: Path) -> None:
    """Unpacks a layer (plain or gzip) into `root`.

    Absolute names, `..`, links that lead out, devices and set-user-id bits are refused or dropped (Python's `data`
    filter); so are whiteouts, which would delete files of an earlier layer: images of one layer need none.
    """
    try:
        with tarfile.open(layer, "r:*") as archive:
            archive.extractall(root, members=_checked(archive), filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise RolloutError("ImageInvalid", f"a layer cannot be unpacked: {error}") from error


def _checked(archive: tarfile.TarFile) -> Iterator[tarfile.TarInfo]:
    for member in archive:
        name = PurePosixPath(member.name)
        if name.is_absolute() or ".." in name.parts:
            raise RolloutError("ImageInvalid", f"a layer holds the name {member.name!r}, which leads out of the image")
        if name.name.startswith(".wh."):
            raise RolloutError("ImageInvalid", f"a layer holds the whiteout {member.name!r}; these are not supported")
        yield member
