"""Which features of locked packages somebody in the repository asks for already.

Only those are known to need no further package: a feature may switch on dependencies that are locked nowhere, and what
they are stands in the package index.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping

from codegen.cargo.lock_text import Lock, LockedPackage
from codegen.cargo.locked_need import locked_for
from codegen.cargo.package import PathPackage, Workspace, read_package
from codegen.errors import ManifestError, Row, shown


def unasked_features(
    lock: Lock, asked: Mapping[LockedPackage, set[str]], *, files: Mapping[str, bytes], workspace: Workspace
) -> list[Row]:
    """A row for each feature that none of the repository's packages asks of the locked package yet."""
    open_ = {package: set(features) for package, features in asked.items() if features}
    for member in _members(lock, open_, files=files, workspace=workspace):
        for need in member.needs:
            locked = locked_for(lock, need, patched=workspace.patched)
            if locked in open_:
                open_[locked] -= need.features
                if not open_[locked]:
                    del open_[locked]
    return [
        Row(subject=package.name, want=f"feature {shown(feature)} asked for already", have="nobody asks for it")
        for package, features in sorted(open_.items(), key=lambda item: item[0].identity)
        for feature in sorted(features)
    ]


def _members(
    lock: Lock, open_: Mapping[LockedPackage, set[str]], *, files: Mapping[str, bytes], workspace: Workspace
) -> Iterator[PathPackage]:
    """The repository's locked packages, one after the other while something is open, if they may ask for it.

    A file that does not hold the name asks for nothing of it, and reading it would cost a thousand times more. A
    package that cannot be read asks for nothing either.
    """
    words = {package: _words(package.name, workspace) for package in open_}
    for path in sorted(path for path in files if posixpath.basename(path) == "Cargo.toml"):
        if not open_:
            return
        content = files[path]
        if not any(word in content for package in open_ for word in words[package]):
            continue
        try:
            package = read_package(files, posixpath.dirname(path), workspace=workspace)
        except ManifestError:
            continue
        if package.name in lock.members:
            yield package


def _words(name: str, workspace: Workspace) -> tuple[bytes, ...]:
    """What a file holds that asks for the package: its name, or the name under which the workspace has it."""
    return tuple(word.encode() for word in {name, *workspace.aliases.get(name, ())})
