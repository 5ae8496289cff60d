"""Digests: the names of blobs and manifests, as in the OCI image specification."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

_HEX_LENGTH = {"sha256": 64, "sha512": 128}
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Digest:
    """An algorithm and the lower-case hexadecimal of its value; only algorithms that we can verify exist here."""

    algorithm: str
    hexadecimal: str

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.hexadecimal}"


def parse_digest(text: str) -> Digest | None:
    """The digest that `text` spells, or None: also for algorithms that this registry could not verify."""
    algorithm, _, hexadecimal = text.partition(":")
    length = _HEX_LENGTH.get(algorithm)
    if length is None or not re.fullmatch(rf"[0-9a-f]{{{length}}}", hexadecimal):
        return None
    return Digest(algorithm, hexadecimal)


def digest_of(content: bytes, *, algorithm: str = "sha256") -> Digest:
    """The digest of bytes at hand."""
    return Digest(algorithm, hashlib.new(algorithm, content).hexdigest())


def digest_of_file(path: Path, *, algorithm: str = "sha256") -> Digest:
    """The digest of a file, read in chunks: layers may be larger than memory."""
    state = hashlib.new(algorithm)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            state.update(chunk)
    return Digest(algorithm, state.hexdigest())
