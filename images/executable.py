"""What an executable says about itself, read from its ELF header.

An image that holds one file can only run a program that needs no other: asking here turns "no such file or
directory" in a cluster into one line in the build.
Source: System V ABI, chapter 4 (ELF header) and 5 (program header).
"""

from __future__ import annotations

import struct

from images.errors import ImageError

_ARCHITECTURES = {62: "amd64", 183: "arm64"}
_INTERPRETER = 3  # PT_INTERP: the program asks for a loader
_HEADER_SIZE = 64


def architecture_of(program: bytes) -> str:
    """The OCI name of the processor that a static 64-bit Linux program is for.

    Raises `ImageError` for anything that could not run alone in an image.
    """
    if program[:6] != b"\x7fELF\x02\x01" or len(program) < _HEADER_SIZE:
        raise ImageError("the binary is not a 64-bit little-endian ELF program", hint="build it for Linux")
    (machine,) = struct.unpack_from("<H", program, 18)
    if machine not in _ARCHITECTURES:
        known = ", ".join(sorted(_ARCHITECTURES.values()))
        raise ImageError(f"the binary is for ELF machine {machine}", hint=f"build it for one of: {known}")
    if _INTERPRETER in _segment_types(program):
        raise ImageError(
            "the binary is dynamically linked and the image holds nothing that it could load",
            hint="link it statically, for Rust with `-C target-feature=+crt-static`",
        )
    return _ARCHITECTURES[machine]


def _segment_types(program: bytes) -> set[int]:
    """The types of all program headers; a table beyond the end of the file is an error."""
    (offset,) = struct.unpack_from("<Q", program, 32)
    size, count = struct.unpack_from("<HH", program, 54)
    try:
        return {struct.unpack_from("<I", program, offset + index * size)[0] for index in range(count)}
    except struct.error as error:
        raise ImageError("the binary's program headers are cut off", hint="build it again") from error
