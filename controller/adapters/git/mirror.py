"""A bare mirror of the forge's repository. It is a cache: without it, the next fetch brings everything again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pygit2

from controller.adapters.git import names, trees
from controller.adapters.git.command import GitCommand, Outcome, failure
from controller.adapters.git.history import History
from controller.core.errors import Conflict, Terminal, Transient
from controller.core.model import BranchName, Sha, TreeId
from controller.redaction import remote_text

_FETCHED = ("+refs/heads/*:refs/heads/*", "+refs/pull/*/head:refs/pull/*/head")
_FETCH_TIMEOUT = timedelta(minutes=5)
_PUSH_TIMEOUT = timedelta(minutes=1)


@dataclass(frozen=True)
class Author:
    """Whose name stands in a commit."""

    name: str
    email: str


class Mirror(History):
    """
    A history that follows the forge's, takes new commits and pushes them.

    `token` is asked at each fetch and push, since tokens end; `None` where none is needed.
    """

    def __init__(self, folder: Path, *, url: str, token: Callable[[], str] | None) -> None:
        if not (folder / "HEAD").exists():
            pygit2.init_repository(str(folder), bare=True)
        super().__init__(folder)
        self._url = url
        self._git = GitCommand(folder, url=url, token=token)
        self._fetching = threading.Lock()

    @staticmethod
    def open(folder: Path) -> History:
        """Somebody's clone, to read only. Raises `Terminal` (`NotARepository`)."""
        return History(folder)

    def fetch(self) -> None:
        """Makes all branches and pull requests here what they are there; what is gone there goes here."""
        arguments = ["fetch", "--quiet", "--prune", "--no-tags", "--no-write-fetch-head", "--end-of-options", self._url]
        with self._fetching:
            outcome = self._git.run([*arguments, *_FETCHED], timeout=_FETCH_TIMEOUT)
        if outcome.status != 0:
            if ".lock" in outcome.error:
                self._drop_old_locks()
            raise failure(outcome, what="a fetch")

    def write_commit(
        self,
        *,
        parents: Sequence[Sha],
        changes: Mapping[str, bytes | None],
        base_tree: TreeId | None,
        message: str,
        author: Author,
        when: datetime,
        sign: Callable[[bytes], str] | None = None,
    ) -> Sha:
        """
        Writes a commit into this mirror, on no branch. The same arguments give the same commit.

        `changes` maps a path to its new bytes, `None` deletes; `sign` answers the armored signature of the payload.
        Raises `Terminal` (`HostilePath`).
        """
        base = None if base_tree is None else self._tree(base_tree)
        parts = {names.path(path): content for path, content in changes.items()}
        tree = trees.edited(self._repository, base, parts) or self._repository.TreeBuilder().write()
        person = pygit2.Signature(author.name, author.email, int(when.timestamp()), 0, "utf-8")
        behind: list[str | pygit2.Oid] = [self._commit(parent).id for parent in parents]
        if sign is None:
            return Sha(str(self._repository.create_commit(None, person, person, message, tree, behind)))
        payload = str(self._repository.create_commit_string(person, person, message, tree, behind))
        return Sha(str(self._repository.create_commit_with_signature(payload, sign(payload.encode()), "gpgsig")))

    def push(self, branch: BranchName, new: Sha, *, expected: Sha | None) -> None:
        """
        Moves the forge's branch from `expected` (`None`: it is not there) to `new`, which must stand on it.

        The comparison happens on the forge's side. Raises `Conflict` when the branch stands elsewhere, `Terminal`
        when protection or rights refuse. A lost answer is looked up: done is done.
        """
        name = f"refs/heads/{names.branch(branch)}"
        if expected is not None and not self.is_ancestor(expected, new):
            raise Terminal("NotADescendant", f"{new} does not stand on {expected}, and nothing may be lost of {branch}")
        lease = f"--force-with-lease={name}:{names.object_id(expected) if expected else ''}"
        arguments = ["push", "--porcelain", "--no-verify", lease, "--end-of-options", self._url]
        try:
            outcome = self._git.run([*arguments, f"{names.object_id(new)}:{name}"], timeout=_PUSH_TIMEOUT)
        except Transient:
            if self._stands_there(name) != new:
                raise
        else:
            if outcome.status != 0 and self._stands_there(name) != new:
                raise _refused(outcome, branch=branch)
        with suppress(pygit2.GitError, OSError):  # where a fetch holds the ref just now, that fetch brings it
            self._repository.references.create(name, pygit2.Oid(hex=new), force=True)

    def _drop_old_locks(self) -> None:
        """
        Removes locks that no running fetch can hold any more.

        A git that was killed with its machine leaves them, and every later fetch would fail on them for ever.
        """
        folder = Path(self._repository.path)
        oldest = time.time() - _FETCH_TIMEOUT.total_seconds()
        for lock in (*folder.glob("*.lock"), *folder.glob("refs/**/*.lock")):
            if lock.stat().st_mtime < oldest:
                lock.unlink(missing_ok=True)

    def _stands_there(self, name: str) -> str | None:
        outcome = self._git.run(["ls-remote", "--end-of-options", self._url, name], timeout=_PUSH_TIMEOUT)
        if outcome.status != 0:
            raise failure(outcome, what="a look at the branch")
        return outcome.output.split("\t", 1)[0] or None


def _refused(outcome: Outcome, *, branch: str) -> Transient | Terminal:
    """Why a push was refused. The first line that begins with `!` says it; `remote:` lines are the forge's words."""
    said = outcome.output + outcome.error
    if any(words in said for words in ("stale info", "cannot lock ref", "fetch first", "non-fast-forward")):
        return Conflict(f"{branch} stands elsewhere: somebody else wrote first")
    if "remote rejected" in said:
        return Terminal("BranchProtected", f"the forge refused the push to {branch}: {remote_text(said)}")
    return failure(outcome, what=f"the push to {branch}")
