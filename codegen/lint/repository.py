"""Everything that is wrong with a platform's manifest and with what its modules say of themselves, in one run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from codegen.catalog.discovery import offered
from codegen.errors import Finding, ManifestError
from codegen.lint.manifest import lint_manifest, read_manifest
from codegen.lint.module_file import lint_module_file
from codegen.planning.compose import preset, recognised
from codegen.repository import Files, matching
from codegen.toml.text import LARGEST_MANIFEST
from codegen.wiring.preset import HostPreset
from codegen.wiring.reader import Reader

_WITHOUT_FILES = 1
"""The schema of the days when modules said nothing of themselves in a file of their own."""


def lint_repository(files: Files, *, host: str | None = None, manifest: str | None = None) -> tuple[Finding, ...]:
    """Every finding of the manifest, its mirrors, its modules' own files and the catalog; the manifest's first."""
    known = preset(host) if host is not None else recognised(files)
    reader = Reader(files, known)
    path = manifest or known.manifest
    own = _of_file(reader, path)
    mirrors = (finding for mirror in known.mirrors for finding in _of_file(reader, mirror.path))
    modules = _of_modules(reader, known, path, is_readable=not _errors(own))
    return _once((*own, *mirrors, *modules, *_of_catalog(files, known)))


def _once(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """What the catalog says of a module's file that its own judge said already, better, is left out."""
    first: dict[tuple[str, int, str], Finding] = {}
    for finding in findings:
        first.setdefault((finding.path, finding.line, finding.key), finding)
    return tuple(first.values())


def _of_catalog(files: Files, host: HostPreset) -> tuple[Finding, ...]:
    """What is wrong with what may be installed; a catalog that is not there is none where no plan needs one."""
    if host.catalog not in files and host.discovers is None:
        return ()
    try:
        return offered(files, catalog_path=host.catalog, discovery=host.discovers).findings
    except ManifestError as error:
        return error.findings


def _of_file(reader: Reader, path: str) -> tuple[Finding, ...]:
    try:
        return lint_manifest(reader.text(path, largest=LARGEST_MANIFEST), path=path)
    except ManifestError as error:
        return error.findings


def _errors(findings: tuple[Finding, ...]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


def _of_modules(reader: Reader, host: HostPreset, path: str, *, is_readable: bool) -> Iterator[Finding]:
    for own in _module_files(reader, host, path, is_readable=is_readable):
        try:
            yield from lint_module_file(reader.text(own), path=own)
        except ManifestError as error:
            yield from error.findings


def _module_files(reader: Reader, host: HostPreset, path: str, *, is_readable: bool) -> list[str]:
    """The files of the manifest's modules; where it cannot be read, of all that the repository holds."""
    if not host.states_facts:
        return []
    if not is_readable:
        return list(matching(reader.files, host.discovers)) if host.discovers else []
    manifest = read_manifest(reader.text(path, largest=LARGEST_MANIFEST), path=path)
    if manifest.schema == _WITHOUT_FILES:
        return []
    shapes = (reader.shape(entry, manifest) for entry in manifest.modules.values() if entry.path is not None)
    return [shape.render(host.facts) for shape in shapes]
