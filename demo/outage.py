"""What several modules of an environment share, broken and mended: seen only as a failing module."""

from __future__ import annotations

from demo.scene import Scene
from demo.seeing import until


def begins(scene: Scene, environment: str) -> None:
    """The shared service goes away; comes back when the platform itself says so."""
    scene.folder.shared_dependency(environment).write_text("down\n")
    until(
        f"search is unwell in {environment}",
        lambda: scene.answered(environment).modules["search"],
        lambda seen: seen == "unhealthy",
        expected="unhealthy",
    )


def ends(scene: Scene, environment: str) -> None:
    """The shared service is back."""
    scene.folder.shared_dependency(environment).unlink()
