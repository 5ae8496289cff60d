"""
The one line of an environment's overlay that is ours: the image's digest.

The file belongs to people: comments, order, quotes and line endings are theirs. So the digest is found with a reader of
YAML, put in its place in the text, and the result is read again: exactly that value may differ, else nothing is written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from controller.core.errors import Terminal
from controller.core.model import Digest

NOTHING_YET = Digest("sha256:" + "0" * 64)
"""The digest of an overlay that nothing was promoted to: valid in form, and no image has it."""

LARGEST = 512 * 1024
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_HINT = "an overlay has `images:` with one entry of that name and a `digest:`, as in k8s/environments"


@dataclass(frozen=True)
class _Place:
    """Where the digest stands: the entry's position in `images`, and the characters of its value with its quotes."""

    entry: int
    start: int
    end: int
    value: str


def read_digest(text: str, *, image: str) -> Digest | None:
    """
    The digest that the overlay gives this image, `None` where nothing was promoted yet.

    `image` is the entry's `name`, as the Deployment has it. Raises `Terminal` where the overlay has no such entry.
    """
    value = _locate(text, image=image).value
    if not _DIGEST.fullmatch(value):
        _refuse(f"the digest of image {image!r} is {value[:80]!a}, wanted is `sha256:` and 64 hexadecimal digits")
    return None if value == NOTHING_YET else Digest(value)


def set_digest(text: str, *, image: str, digest: Digest) -> str:
    """
    The overlay with another digest; every other character is as it was.

    Raises `Terminal` for a digest that is none, an overlay without the image's `digest:`, or one whose YAML is such
    that the digest cannot be changed alone (an anchor that stands elsewhere too).
    """
    if not _DIGEST.fullmatch(digest):
        _refuse(f"{digest[:80]!a} is no digest, wanted is `sha256:` and 64 hexadecimal digits")
    place = _locate(text, image=image)
    old = text[place.start : place.end]
    quote = old[0] if old[:1] in {"'", '"'} else ""
    edited = f"{text[: place.start]}{quote}{digest}{quote}{text[place.end :]}"
    expected = _load(text)
    expected["images"][place.entry]["digest"] = str(digest)
    if _load(edited) != expected:
        _refuse(f"the digest of image {image!r} cannot be changed without changing something else")
    return edited


def _locate(text: str, *, image: str) -> _Place:
    images = _value_of(_compose(text), "images")
    if not isinstance(images, SequenceNode):
        _refuse("`images:` is missing or no list")
    named = [
        (position, entry)
        for position, entry in enumerate(images.value)
        if isinstance(name := _value_of(entry, "name"), ScalarNode) and name.value == image
    ]
    if len(named) != 1:
        _refuse(f"`images:` has {len(named)} entries for {image!r}, wanted is one")
    position, entry = named[0]
    digest = _value_of(entry, "digest")
    if not isinstance(digest, ScalarNode) or digest.style in {"|", ">"}:
        _refuse(f"the entry for image {image!r} has no `digest:` on one line")
    return _Place(position, digest.start_mark.index, digest.end_mark.index, str(digest.value))


def _value_of(node: Node | None, key: str) -> Node | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.value if isinstance(name, ScalarNode) and name.value == key), None)


def _compose(text: str) -> Node | None:
    if len(text) > LARGEST:
        _refuse(f"the overlay has {len(text)} letters, at most {LARGEST} are read")
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(text)
    except (YAMLError, RecursionError) as error:
        _refuse(f"not YAML: {' '.join(str(error).split())[:200]}", error)
    return node


def _load(text: str) -> Any:
    try:
        return YAML(typ="safe", pure=True).load(text)
    except (YAMLError, RecursionError, ValueError) as error:
        _refuse(f"not YAML: {' '.join(str(error).split())[:200]}", error)


def _refuse(problem: str, cause: Exception | None = None) -> NoReturn:
    raise Terminal("OverlayUnreadable", problem, hint=_HINT) from cause
