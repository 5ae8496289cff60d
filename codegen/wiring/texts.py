"""A repository's texts while they are being edited.

Nothing is believed before it is read again: every TOML file is parsed as a whole before its first edit, since it may be
hostile, and after its last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from codegen.cargo.cargo_lock import LARGEST as LARGEST_LOCK
from codegen.toml.text import parse
from codegen.wiring.reader import LARGEST_SOURCE, Reader


class Texts:
    """The texts of a repository's files while they are being edited."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._texts: dict[str, str] = {}

    def __getitem__(self, path: str) -> str:
        """A file's text as it is by now; a TOML file is judged as a whole when it is first asked for."""
        if path not in self._texts:
            text = self.reader.text(path, largest=_largest(path))
            self._texts[path] = parse(text, path=path).text if path.endswith(".toml") else text
        return self._texts[path]

    def __setitem__(self, path: str, text: str) -> None:
        self._texts[path] = text

    def __contains__(self, path: object) -> bool:
        return path in self._texts or path in self.reader.files

    def edited(self, path: str) -> str | None:
        """A file's text where it was asked for before."""
        return self._texts.get(path)

    def changed(self) -> Iterator[tuple[str, bytes]]:
        """The files whose bytes differ; an edited TOML file is parsed again."""
        for path, text in self._texts.items():
            content = text.encode()
            if self.reader.files.get(path) != content:
                yield path, parse(text, path=path).text.encode() if path.endswith(".toml") else content


class EditedFiles(Mapping[str, bytes]):
    """A repository's files as they are by now."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __getitem__(self, path: str) -> bytes:
        edited = self._texts.edited(path)
        return self._texts.reader.files[path] if edited is None else edited.encode()

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts.reader.files)

    def __len__(self) -> int:
        return len(self._texts.reader.files)


def _largest(path: str) -> int:
    return LARGEST_LOCK if path.endswith(".lock") else LARGEST_SOURCE
