"""A repository's files as a preset reads them: texts within bounds, and modules as it sees them."""

from __future__ import annotations

from codegen.errors import CodegenError, Finding, ManifestError
from codegen.manifest.model import Manifest, ModuleEntry
from codegen.names import ModuleName
from codegen.repository import Files
from codegen.rust.source import MOST_MARKS, mark_count
from codegen.toml.text import LARGEST, decode, refuse_conflict
from codegen.wiring.preset import HostPreset
from codegen.wiring.shape import Shape

_MARK = "\ufeff".encode()
"""Some editors begin a source file with this mark; rustc reads over it, and so does everybody who looks for lines."""

LARGEST_SOURCE = 512 * 1024
"""Bytes of a host's source or page: many times what any has; made to hurt, it takes less than a second."""
_LARGEST_GLANCE = 2 * 1024 * 1024


class Reader:
    """A repository's files read through one preset; every text once."""

    def __init__(self, files: Files, host: HostPreset) -> None:
        self.files = files
        self.host = host
        self._shapes: dict[ModuleName, Shape] = {}
        self._texts: dict[tuple[str, int], str] = {}

    def text(self, path: str, *, largest: int = LARGEST) -> str:
        """A file's text; raises `ManifestError` where it is missing or cannot be read as text."""
        key = (path, largest)
        if key not in self._texts:
            self._texts[key] = self._decoded(path, largest)
        return self._texts[key]

    def _decoded(self, path: str, largest: int) -> str:
        content = self.files.get(path)
        if content is None:
            raise ManifestError(Finding(path=path, problem="the file is missing", hint="the host preset needs it"))
        has_mark = path.endswith(".rs") and content.startswith(_MARK)
        text = decode(content[len(_MARK) :] if has_mark else content, path=path, largest=largest)
        refuse_conflict(text, path=path)
        if path.endswith(".rs"):
            _refuse_dense(text, path=path)
        return _MARK.decode() + text if has_mark else text

    def glance(self, path: str) -> str:
        """A source file's text for looking something up in it; whatever it holds stops nothing, and may be nothing."""
        try:
            content = self.files.get(path, b"")
        except CodegenError:
            return ""
        text = content.decode(errors="replace") if len(content) <= _LARGEST_GLANCE else ""
        return text if mark_count(text) <= MOST_MARKS else ""

    def found(self, path: str, *, largest: int = LARGEST) -> str | None:
        """A file's text, or nothing where it is not there."""
        return self.text(path, largest=largest) if path in self.files else None

    def shape(self, entry: ModuleEntry, manifest: Manifest) -> Shape:
        """The module of a row among the modules of a manifest."""
        known = self._shapes.get(entry.slug)
        if known is None or known.manifest is not manifest or known.row != entry:
            known = self._shapes[entry.slug] = Shape(self, entry, manifest)
        return known

    def close(self) -> None:
        """Lets go of the modules, each of which holds this reader: else all of it waits for the garbage collector."""
        self._shapes.clear()


def _refuse_dense(text: str, *, path: str) -> None:
    """Refuse a source that is within its bytes and yet takes long: each comment and literal of it is found one by one."""
    if (count := mark_count(text)) > MOST_MARKS:
        problem = "the source holds too many comments and literals"
        found, allowed = f"{count} marks of them", f"at most {MOST_MARKS}"
        raise ManifestError(Finding(path=path, problem=problem, found=found, allowed=allowed))
