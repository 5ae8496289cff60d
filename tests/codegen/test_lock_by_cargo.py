"""Cargo itself agrees with the entries that are written into a lock."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from codegen.cargo.lock_entry import add_path_package

Files = dict[str, bytes]


def package(name: str, body: str = "", version: str = '"0.1.0"') -> bytes:
    return f'[package]\nname = "{name}"\nversion = {version}\nedition = "2021"\n\n{body}'.encode()


def write(root: Path, files: Files) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)
        if path.endswith("Cargo.toml") and path != "Cargo.toml":
            (root / path).with_name("src").mkdir(exist_ok=True)
            (root / path).with_name("src").joinpath("lib.rs").touch()


@pytest.fixture
def cargo() -> Callable[..., str]:
    def run(folder: Path, *arguments: str) -> str:
        done = subprocess.run(["cargo", *arguments, "--offline"], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not installed")
def test_cargo_takes_the_lock_as_it_is(tmp_path: Path, cargo: Callable[..., str]) -> None:
    root = '[workspace]\nresolver = "2"\nmembers = ["parts/clock"]\n\n[workspace.package]\nversion = "0.2.0"\n\n'
    root += '[workspace.dependencies]\nclock = { path = "parts/clock", package = "shop-clock" }\n'
    till = '[dependencies]\nclock = { workspace = true, features = ["loud"] }\n\n[build-dependencies]\n'
    till += 'drawer = { path = "../drawer" }\n\n[dev-dependencies]\nshop-till = { path = "." }\n\n'
    till += "[target.'cfg(windows)'.dependencies]\nbell = { path = '../bell', optional = true }\n"
    files = {
        "Cargo.toml": root.encode(),
        "parts/clock/Cargo.toml": package("shop-clock", "[features]\nloud = []\n", "{ workspace = true }"),
    }
    write(tmp_path, files)
    cargo(tmp_path, "generate-lockfile")
    files |= {
        "Cargo.toml": root.replace('"]', '", "parts/till"]').encode(),
        "parts/till/Cargo.toml": package("shop-till", till),
        "parts/drawer/Cargo.toml": package("drawer", "[dev-dependencies]\nshop-till = { path = '../till' }\n"),
        "parts/bell/Cargo.toml": package("bell"),
    }
    lock = add_path_package((tmp_path / "Cargo.lock").read_text(), "parts/till", files=files)
    write(tmp_path, {**files, "Cargo.lock": lock.encode()})
    assert '"shop-till"' in cargo(tmp_path, "metadata", "--locked", "--format-version", "1")
    (tmp_path / "Cargo.lock").unlink()
    cargo(tmp_path, "generate-lockfile")
    assert (tmp_path / "Cargo.lock").read_text() == lock
