"""Reads git into the values that the rules speak of: configuration, the default branch's commits, a proposal's facts."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TypeVar, cast

from codegen import (
    Delta,
    Drift,
    Manifest,
    ManifestError,
    ModuleEntry,
    ModuleName,
    check,
    composition_paths,
    drift_without,
    is_generated,
    manifest_hash,
    read_manifest,
)
from codegen import delta as delta_of
from controller.adapters.git import CommitRecord
from controller.core.configuration import Configuration
from controller.core.configuration_document import read_configuration
from controller.core.errors import Terminal, Transient
from controller.core.fingerprint import fingerprint
from controller.core.model import Fingerprint, ForgeProposal, MainCommit, ProposalFacts, Sha
from controller.core.names import author_of
from controller.core.policy import Policy, read_policies
from controller.core.snapshot import MainLine
from controller.core.trailers import parse, reverted
from controller.operations.platform import Platform, Readable

CONFIGURATION_PATH = ".modwright/config.yaml"
POLICIES_FOLDER = ".modwright/policies/"
EMPTY = Manifest(schema=2, app="", modules={}, default_enabled=())
HISTORY = 200
"""First-parent commits that are looked at where the ledger names none further back."""

T = TypeVar("T")


def configuration_at(platform: Readable, commit: Sha) -> Configuration:
    """The configuration as that commit has it. `Terminal` where it has none or one that is not valid."""

    def make() -> Configuration:
        text = platform.mirror.files(commit).get(CONFIGURATION_PATH)
        if text is None:
            message = f"{CONFIGURATION_PATH} is not there at {commit[:12]}"
            raise Terminal("ConfigurationMissing", message, hint="add it, see docs/reference/configuration.md")
        return read_configuration(text.decode(), path=CONFIGURATION_PATH)

    return _remember(platform, ("configuration", commit), make, Configuration)


def policies_at(platform: Platform, commit: Sha) -> tuple[Policy, ...]:
    """The policies as that commit has them: a proposal is judged by its parent's rules, never by its own."""

    def make() -> tuple[Policy, ...]:
        files = platform.mirror.files(commit)
        paths = [path for path in sorted(files) if path.startswith(POLICIES_FOLDER) and path.endswith(".yaml")]
        return read_policies({path: files[path].decode() for path in paths})

    return cast("tuple[Policy, ...]", platform.remembered.get(("policies", commit), make))


def main_line(platform: Platform, configuration: Configuration, *, until: frozenset[Sha]) -> MainLine:
    """The default branch's first-parent commits, back to the oldest of `until`."""
    head = platform.head(platform.default_branch)
    if head is None:
        raise Transient(f"{platform.default_branch} is not on the forge yet")
    key = ("line", head, *sorted(until), str(configuration.input_paths))

    def make() -> MainLine:
        records = _first_parents(platform, head, until)
        commits = tuple(_main_commit(platform, configuration, record) for record in reversed(records))
        return MainLine.of(platform.default_branch, commits, begins=not records[-1].parents)

    return _remember(platform, key, make, MainLine)


def _first_parents(platform: Platform, head: Sha, until: frozenset[Sha]) -> list[CommitRecord]:
    """Newest first; up to the oldest that the ledger names, at least the head."""
    records = platform.mirror.first_parents(head, limit=5000 if until else HISTORY)
    positions = [position for position, record in enumerate(records) if record.sha in until]
    return records[: max(positions) + 1] if positions else records[:HISTORY]


def _main_commit(platform: Platform, configuration: Configuration, record: CommitRecord) -> MainCommit:
    key = ("commit", record.sha, configuration.host, configuration.manifest, *configuration.input_paths)
    return _remember(platform, key, lambda: read_commit(platform, configuration, record), MainCommit)


def read_commit(platform: Readable, configuration: Configuration, record: CommitRecord) -> MainCommit:
    """What a commit of the default branch did to the composition, against its first parent."""
    parent = record.parents[0] if record.parents else None
    before, _ = _manifest(platform, configuration, parent)
    after, problem = _manifest(platform, configuration, record.sha)
    delta = delta_of(before, after) if parent is not None else Delta()
    touched = platform.mirror.changed_paths(parent, record.sha) if parent is not None else ()
    is_touched = any(is_composition(path, configuration) for path in touched)
    return MainCommit(
        sha=record.sha,
        parent=parent,
        committed_at=record.committed_at,
        subject=record.message.splitlines()[0] if record.message else "",
        author=author_of(record.author_name, record.author_email),
        trailers=parse(record.message),
        input_tree=platform.mirror.input_tree(record.sha, configuration.input_paths),
        modules=tuple(sorted(after.modules)),
        manifest_hash=manifest_hash(after),
        delta=delta,
        fingerprint=_fingerprint(platform, delta, record.sha),
        touches_composition=is_touched,
        consistent=not problem and (not is_touched or not mismatches(platform, configuration, record.sha, base=parent)),
        reverts=reverted(record.message),
    )


def proposal_facts(
    platform: Platform, configuration: Configuration, proposal: ForgeProposal, *, reviewed: tuple[Sha, ...]
) -> ProposalFacts | None:
    """What git says of a proposal's head against the newest default branch; `None` while its commits are not here."""
    main = platform.head(platform.default_branch)
    if main is None or not platform.mirror.has(proposal.head):
        return None
    known = tuple(sha for sha in reviewed if platform.mirror.has(sha))
    key = ("facts", proposal.head, main, str(configuration.input_paths), *known)
    return _remember(platform, key, lambda: _facts(platform, configuration, proposal.head, main, known), ProposalFacts)


def _facts(
    platform: Platform, configuration: Configuration, head: Sha, main: Sha, reviewed: tuple[Sha, ...]
) -> ProposalFacts:
    mirror = platform.mirror
    base = mirror.merge_base(main, head) or main
    before, _ = _manifest(platform, configuration, base)
    after, problem = _manifest(platform, configuration, head)
    delta = delta_of(before, after)
    touched = mirror.changed_paths(base, head)
    outside = tuple(path for path in touched if not is_composition(path, configuration))
    record = mirror.commit(head)
    merged = mirror.merged_tree(main, head)
    is_touched = len(outside) < len(touched)
    return ProposalFacts(
        merge_base=base,
        behind=base != main,
        delta=delta,
        fingerprint=_fingerprint(platform, delta, head),
        touched=touched,
        outside_composition=outside,
        touches_composition=is_touched,
        input_tree=mirror.input_tree(head, configuration.input_paths),
        merged_input_tree=mirror.input_tree_of(merged, configuration.input_paths) if merged is not None else None,
        mismatches=mismatches(platform, configuration, head, base=base) if is_touched and not problem else (),
        problem=problem,
        trailers=parse(record.message),
        reverts=reverted(record.message),
        fingerprints={sha: fingerprint_of_head(platform, configuration, sha, main) for sha in reviewed},
    )


def fingerprint_of_head(platform: Readable, configuration: Configuration, head: Sha, main: Sha) -> Fingerprint:
    """What a head would change where it is merged onto `main`."""
    base = platform.mirror.merge_base(main, head) or main
    before, _ = _manifest(platform, configuration, base)
    after, _ = _manifest(platform, configuration, head)
    return _fingerprint(platform, delta_of(before, after), head)


def manifest_at(platform: Readable, configuration: Configuration, commit: Sha) -> Manifest:
    """The manifest of a commit. `ManifestError` where it is not valid."""
    content = platform.mirror.files(commit).get(configuration.manifest, b"")
    key = ("manifest", hashlib.sha256(content).hexdigest())
    return _remember(platform, key, lambda: read_manifest(content.decode(), path=configuration.manifest), Manifest)


def _manifest(platform: Readable, configuration: Configuration, commit: Sha | None) -> tuple[Manifest, str]:
    """The manifest, or an empty one with the sentence that says why it could not be read."""
    if commit is None:
        return EMPTY, ""
    try:
        return manifest_at(platform, configuration, commit), ""
    except (ManifestError, UnicodeDecodeError) as error:
        return EMPTY, str(error)


def mismatches(platform: Readable, configuration: Configuration, commit: Sha, *, base: Sha | None) -> tuple[str, ...]:
    """The files that are not in step with the manifest. Of a host that people wire, only those that were so on no base."""
    try:
        found = _drift(platform, configuration, commit)
    except ManifestError as error:
        return (str(error),)
    known = _known_drift(platform, configuration, base)
    return tuple(dict.fromkeys(drift.path for drift in drift_without(found, known)))


def _known_drift(platform: Readable, configuration: Configuration, base: Sha | None) -> tuple[Drift, ...]:
    if base is None or is_generated(configuration.host):
        return ()
    try:
        return _drift(platform, configuration, base)
    except ManifestError:
        return ()


def _drift(platform: Readable, configuration: Configuration, commit: Sha) -> tuple[Drift, ...]:
    key = ("drift", commit, configuration.host)
    return _remember(platform, key, lambda: check(platform.mirror.files(commit), host=configuration.host), tuple)


def _fingerprint(platform: Readable, delta: Delta, commit: Sha) -> Fingerprint:
    entries = (*delta.added, *(after for _, after in delta.changed))
    return fingerprint(delta, {entry.slug: pin(platform, entry, commit) for entry in entries})


def pin(platform: Readable, entry: ModuleEntry, commit: Sha) -> str:
    """What a module's source is pinned to at a commit: a path by its tree id, git by its commit, else its version."""
    if entry.source == "path" and entry.path is not None:
        return platform.mirror.input_tree(commit, (entry.path,))
    return entry.rev or entry.version or ""


def pins(platform: Readable, delta: Delta, commit: Sha) -> Mapping[ModuleName, str]:
    """The pins of every module that comes in or changes."""
    entries = (*delta.added, *(after for _, after in delta.changed))
    return {entry.slug: pin(platform, entry, commit) for entry in entries}


def is_composition(path: str, configuration: Configuration) -> bool:
    """Whether a file belongs to the composition: the manifest, what follows from it, the platform's own settings."""
    own = (configuration.manifest, f".github/workflows/{configuration.image_workflow}")
    return path.startswith(".modwright/") or path in own or path in composition_paths(configuration.host)


def _remember(platform: Readable, key: tuple[str, ...], make: Callable[[], T], of: type[T]) -> T:
    value = platform.remembered.get(key, make)
    if not isinstance(value, of):
        raise TypeError(f"{key[0]} remembers a {type(value).__name__}")
    return value


def manifest_hash_at(platform: Platform, configuration: Configuration, commit: Sha) -> str:
    """The hash of a commit's composition; empty where its manifest cannot be read or the commit is gone."""
    if not platform.mirror.has(commit):
        return ""
    manifest, problem = _manifest(platform, configuration, commit)
    return "" if problem else manifest_hash(manifest)
