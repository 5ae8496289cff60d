"""Three small platforms that really compile, one for each way in which a host was ever told of its modules.

`chain`         every module in one chained expression of the server, no features, a manifest of schema 1.
`build_script`  the required modules in a chain, the optional ones in a source that the server's build script writes
                from the manifest; a feature for each of them.
`distribution`  the registry in a crate of its own, a feature for each optional module in both crates; migrations,
                screens of two hosts, tables in the pages, a mirror of the manifest. Beside what is installed lie
                `tax` (nothing refers to it), `wishlist` (screens, migrations; needs `gift`, which is not installed
                either) and `loyalty` (wired everywhere and switched off).

All three stand on the standard library alone, so that cargo needs no network and less than two seconds.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
NAMES = ("distribution", "build_script", "chain")
SERVER = "rustok-server"


def tree(name: str) -> dict[str, bytes]:
    """The files of one platform by their path from its root, a fresh mapping for each caller."""
    return dict(_read(name))


@cache
def _read(name: str) -> Mapping[str, bytes]:
    root = HERE / name
    found = (path for path in sorted(root.rglob("*")) if path.is_file())
    named = ((path.relative_to(root), path) for path in found)
    return {str(short): path.read_bytes() for short, path in named if "target" not in short.parts}


def compile_tree(
    files: Mapping[str, bytes], folder: Path, *, features: Iterable[str] | None = None, package: str = SERVER
) -> subprocess.CompletedProcess[str]:
    """What the compiler says of the files, which are put into `folder` for it.

    Without features the whole workspace is looked at as a plain build would; with features (none is a choice too) one
    package alone, with no default ones. Cargo refuses a `Cargo.lock` that is not exactly what it would write itself,
    and a warning counts as an error.
    """
    chosen = ["--workspace"] if features is None else ["--package", package, *_only(features)]
    return _cargo("check", files, folder, chosen)


def registered(files: Mapping[str, bytes], folder: Path, *, features: Iterable[str] | None = None) -> set[str]:
    """The slugs that the built server itself says it holds. Fails with cargo's words where it cannot be built."""
    chosen = ["--package", SERVER, *([] if features is None else _only(features))]
    done = _cargo("run", files, folder, chosen)
    assert done.returncode == 0, done.stderr
    slugs = done.stdout.split()
    assert len(slugs) == len(set(slugs)), slugs
    return set(slugs)


def _only(features: Iterable[str]) -> list[str]:
    return ["--no-default-features", "--features", ",".join(features)]


def _cargo(
    command: str, files: Mapping[str, bytes], folder: Path, options: list[str]
) -> subprocess.CompletedProcess[str]:
    put(files, folder)
    environment = {
        **os.environ,
        "CARGO_TARGET_DIR": str(folder.parent / f"{folder.name}-target"),
        "CARGO_TERM_COLOR": "never",
        "CARGO_INCREMENTAL": "0",
        "RUSTFLAGS": "-Dwarnings",
    }
    words = ["nice", "cargo", command, "--quiet", "--offline", "--locked", *options]
    return subprocess.run(words, cwd=folder, env=environment, text=True, capture_output=True, timeout=100)


def put(files: Mapping[str, bytes], folder: Path) -> None:
    """Make `folder` hold these files and no others; one that is the same already keeps its time, for cargo's sake."""
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        if str(path.relative_to(folder)) not in files:
            path.unlink()
    for name, content in files.items():
        target = folder / name
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
