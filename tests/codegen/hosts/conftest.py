"""One folder in which every test of a run compiles, so that cargo finds most of its work done."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where trees are compiled; gone with the run."""
    if shutil.which("cargo") is None:
        pytest.skip("cargo is not installed")
    root = tmp_path_factory.mktemp("workshop")
    yield root
    shutil.rmtree(root)
