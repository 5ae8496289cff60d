"""What an environment shall run, as a caller says it and as the disk keeps it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sandbox.processes.images import ImageReference, parse_reference

_KEYS = frozenset({"image", "before_rollout", "annotations", "ready"})


class DesiredError(Exception):
    """The wish cannot be understood; the message says which key, what was found, and what is allowed."""


@dataclass(frozen=True)
class Desired:
    """An image by digest, the commands before it, the path that tells when it is ready."""

    image: str
    before_rollout: tuple[tuple[str, ...], ...] = ()
    ready_path: str | None = None
    annotations: dict[str, str] = field(default_factory=dict)

    def reference(self) -> ImageReference:
        """The image; parsed before, so it is one."""
        reference = parse_reference(self.image)
        if reference is None:
            raise DesiredError(f"image: found {self.image!r}, allowed is host/name@sha256:<64 hexadecimal>")
        return reference


def read_desired(document: object, *, registry_address: str) -> Desired:
    """The wish in a request's JSON. The image must be of our image registry: its token goes nowhere else."""
    if not isinstance(document, Mapping) or (unknown := sorted(set(document) - _KEYS)):
        found = "no object" if not isinstance(document, Mapping) else f"the unknown key {unknown[0]!r}"
        raise DesiredError(f"body: found {found}, allowed are {', '.join(sorted(_KEYS))}")
    desired = Desired(
        image=str(document.get("image")),
        before_rollout=_commands(document.get("before_rollout") or []),
        ready_path=_ready_path(document.get("ready")),
        annotations=_annotations(document.get("annotations") or {}),
    )
    if desired.reference().host != registry_address:
        raise DesiredError(f"image: found the host {desired.reference().host}, allowed is {registry_address}")
    return desired


def save(path: Path, desired: Desired, *, generation: int) -> None:
    """Keeps the wish, whole or not at all, so that a restart goes on with it."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps({"generation": generation, "desired": asdict(desired)}))
    draft.replace(path)


def load(path: Path) -> tuple[Desired | None, int]:
    """The kept wish and its generation; none in a new environment."""
    if not path.is_file():
        return None, 0
    document = json.loads(path.read_text())
    kept = document["desired"]
    commands = tuple(tuple(command) for command in kept["before_rollout"])
    return Desired(kept["image"], commands, kept["ready_path"], kept["annotations"]), document["generation"]


def _commands(found: Any) -> tuple[tuple[str, ...], ...]:
    ok = isinstance(found, list) and all(isinstance(command, list) for command in found)
    if not ok or not all(isinstance(word, str) for command in found for word in command):
        raise DesiredError(f"before_rollout: found {found!r}, allowed is a list of lists of strings")
    return tuple(tuple(command) for command in found)


def _ready_path(found: Any) -> str | None:
    if found is None:
        return None
    path = found.get("path") if isinstance(found, dict) else None
    if not isinstance(path, str) or not path.startswith("/") or any(character.isspace() for character in path):
        raise DesiredError(f"ready: found {found!r}, allowed is {{'path': '/…'}}")
    return path


def _annotations(found: Any) -> dict[str, str]:
    if not isinstance(found, dict) or not all(isinstance(value, str) for value in found.values()):
        raise DesiredError(f"annotations: found {found!r}, allowed is an object of strings")
    return {str(key): value for key, value in found.items()}
