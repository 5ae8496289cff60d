"""What differs between two trees is what git says, whatever stands in them."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pygit2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pygit2.enums import ObjectType

from controller.adapters.git import History, Mirror
from controller.core.model import TreeId

QUIET = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
ABSENT = bytes.fromhex("0123456789abcdef0123456789abcdef01234567")

Folder = Mapping[bytes, "tuple[bytes, bytes | Folder]"]
"""The entries of a folder by their names: the mode, and a file's or link's bytes, or the entries of a folder."""

NAMES = st.sampled_from(
    [
        b"a",
        b"a-b",
        b"a.b",
        b"a0",
        b"ab",
        b"README",
        "имя".encode(),
        "é".encode(),
        "e\u0301".encode(),
        b"\xff",
        b"a b",
        b"q'\"\n",
    ]
)
# The last two of each are read, though never written, by git of today: old repositories have them, and hostile ones.
FILES = st.tuples(
    st.sampled_from([b"100644", b"100755", b"120000", b"100664", b"0100644"]), st.sampled_from([b"", b"1", b"2"])
)
SUBMODULES = st.tuples(st.just(b"160000"), st.just(ABSENT))
FOLDER_MODES = st.sampled_from([b"40000", b"40000", b"40000", b"040000"])


def folders(deeper: st.SearchStrategy[Folder]) -> st.SearchStrategy[Folder]:
    return st.dictionaries(NAMES, FILES | SUBMODULES | st.tuples(FOLDER_MODES, deeper), max_size=4)


TREES: st.SearchStrategy[Folder] = st.recursive(
    st.dictionaries(NAMES, FILES | SUBMODULES, max_size=3), folders, max_leaves=12
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Folder, Folder]:
    """Two trees, often alike: the second is another one, or the first with a few of its entries moved, gone or new."""
    first = draw(TREES)
    if draw(st.booleans()):
        return first, draw(TREES)
    second = dict(first)
    for name in draw(st.lists(st.sampled_from(sorted(first)), max_size=2)) if first else ():
        moved = second.pop(name, None)
        if moved is not None and draw(st.booleans()):
            second[draw(NAMES)] = moved
    return first, second | draw(st.dictionaries(NAMES, FILES, max_size=2))


def write(repository: pygit2.Repository, folder: Folder) -> bytes:
    """Writes a tree as it is given, in git's order; its id."""
    entries = []
    for name, (mode, inner) in folder.items():
        is_folder = not isinstance(inner, bytes)
        order = name + b"/" if is_folder else name
        entries.append((order, mode + b" " + name + b"\0" + _id(repository, mode, inner)))
    raw = b"".join(entry for _, entry in sorted(entries))
    return repository.odb.write(ObjectType.TREE, raw).raw


def _id(repository: pygit2.Repository, mode: bytes, inner: bytes | Folder) -> bytes:
    if not isinstance(inner, bytes):
        return write(repository, inner)
    return inner if mode == b"160000" else repository.create_blob(inner).raw


def git_says(folder: Path, old: str, new: str) -> set[str]:
    command = ["git", "diff-tree", "-r", "-z", "--name-only", "--no-renames", old, new]
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return {name.decode(errors="replace") for name in done.stdout.split(b"\0") if name}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty repository."""
    folder = tmp_path_factory.mktemp("trees") / "bare.git"
    pygit2.init_repository(str(folder), bare=True)
    return folder


@QUIET
@given(pairs())
@example(({b"a": (b"100644", b"1")}, {b"a": (b"40000", {b"a": (b"100644", b"1")})}))
@example(({b"a": (b"100644", b"1")}, {b"a": (b"100755", b"1")}))
@example(({b"a": (b"40000", {})}, {}))
@example(({b"a": (b"40000", {b"b": (b"100644", b"1")})}, {b"a": (b"040000", {b"b": (b"100644", b"2")})}))
def test_the_changed_paths_are_those_that_git_names(bare: Path, pair: tuple[Folder, Folder]) -> None:
    repository = pygit2.Repository(str(bare))
    old, new = (TreeId(write(repository, folder).hex()) for folder in pair)
    history = Mirror.open(bare)
    changed = history.changed_paths(old, new)
    assert set(changed) == git_says(bare, old, new)
    assert list(changed) == sorted(set(changed))
    assert set(history.changed_paths(new, old)) == set(changed)
    assert set(history.changed_files(old, new)) == set(changed)


@QUIET
@given(TREES, TREES)
def test_the_changed_files_are_what_the_newer_tree_has_there(bare: Path, first: Folder, second: Folder) -> None:
    repository = pygit2.Repository(str(bare))
    old, new = (TreeId(write(repository, folder).hex()) for folder in (first, second))
    history = Mirror.open(bare)
    wanted = files_of(second)
    assert {path: wanted.get(path) for path in history.changed_paths(old, new)} == history.changed_files(old, new)
    assert history.changed_files(None, new) == everything(history, repository, new) | wanted


def files_of(folder: Folder, prefix: str = "") -> dict[str, bytes]:
    """The bytes of every file below a folder, links and submodules left out."""
    found: dict[str, bytes] = {}
    for name, (mode, inner) in folder.items():
        path = prefix + name.decode(errors="replace")
        if not isinstance(inner, bytes):
            found |= files_of(inner, f"{path}/")
        elif mode not in (b"120000", b"160000"):
            found[path] = inner
    return found


def everything(history: History, repository: pygit2.Repository, tree: str) -> dict[str, bytes | None]:
    """Every path of a tree that is no folder."""
    return dict.fromkeys(history.changed_paths(write(repository, {}).hex(), tree))


def test_folders_that_nest_deeper_than_any_program_calls_itself_are_read(bare: Path) -> None:
    repository = pygit2.Repository(str(bare))
    old, new = (nested(repository, content) for content in (b"1", b"2"))
    history, deepest = Mirror.open(bare), "a/" * 2_000 + "a"
    assert history.changed_paths(old, new) == (deepest,)
    assert list(history.files(new)) == [deepest]


def nested(repository: pygit2.Repository, content: bytes) -> str:
    tree = write(repository, {b"a": (b"100644", content)})
    for _ in range(2_000):
        tree = repository.odb.write(ObjectType.TREE, b"40000 a\0" + tree).raw
    return tree.hex()
