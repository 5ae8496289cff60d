"""The input tree: what a build reads, named by the id that git would give a tree of these paths alone.

Computed with git's plumbing from the commit itself, so that neither a working copy nor anything that a
proposal's code may have written can change the answer.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from images.errors import ImageError
from images.image import TreeId

_OBJECT_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True)
class InputTree:
    """The input tree's id and the git index that holds its entries; valid inside `read_inputs` only."""

    id: TreeId
    _git: _Git

    def export(self, folder: Path) -> None:
        """Writes the tree's files below `folder`, which must not exist, so that nothing else is among them."""
        if folder.exists():
            raise ImageError(f"{folder} exists already", hint="give a folder that does not")
        folder.mkdir(parents=True)
        self._git("checkout-index", "--all", f"--prefix={folder.resolve()}/")


@contextmanager
def read_inputs(repository: Path, *, commit: str, paths: Sequence[str]) -> Iterator[InputTree]:
    """The tree that holds only `paths` of `commit`; all of it when there are none.

    A path that the commit does not have is simply not in the tree: an input may come and go with time.
    Raises `ImageError` for a commit or path that cannot be one, and when nothing is left.
    """
    if not _OBJECT_ID.fullmatch(commit):
        raise ImageError(f"{commit!r} is not a full commit id", hint="give all 40 digits")
    wanted = [_checked(path) for path in paths]
    with tempfile.TemporaryDirectory() as folder:
        git = _Git(repository=repository, index=Path(folder, "index"))
        entries = git("ls-tree", "-r", "-z", "--full-tree", commit, "--", *wanted)
        if not entries:
            raise ImageError(f"commit {commit} has none of the paths {', '.join(wanted) or '(all)'}")
        git("update-index", "-z", "--index-info", given=entries)
        yield InputTree(TreeId(git("write-tree", "--missing-ok").decode().strip()), git)


def input_tree(repository: Path, *, commit: str, paths: Sequence[str]) -> TreeId:
    """The id of the tree that holds only `paths` of `commit`; see `read_inputs`."""
    with read_inputs(repository, commit=commit, paths=paths) as inputs:
        return inputs.id


def _checked(path: str) -> str:
    """A path inside the repository without detours, or an error: `..` would silently match nothing."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\0" in path:
        raise ImageError(f"{path!r} is not a path inside the repository", hint="give it relative to the root")
    return "/".join(parts)


@dataclass(frozen=True)
class _Git:
    """git on one repository with an index of its own, deaf to the surrounding configuration of git."""

    repository: Path
    index: Path

    def __call__(self, *arguments: str, given: bytes = b"") -> bytes:
        outcome = subprocess.run(
            ["git", "-C", str(self.repository), *arguments],
            input=given,
            capture_output=True,
            check=False,
            env=_environment(self.repository, index=self.index),
        )
        if outcome.returncode != 0:
            said = outcome.stderr.decode(errors="replace").strip()
            raise ImageError(f"git {arguments[0]} in {self.repository} failed: {said}")
        return outcome.stdout


def _environment(repository: Path, *, index: Path) -> Mapping[str, str]:
    """Everything but git's own variables, which a hook or an outer git may have set for another repository.

    `safe.directory` because a runner's checkout often belongs to another user.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_INDEX_FILE": str(index),
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": str(repository.resolve()),
    }
