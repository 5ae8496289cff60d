"""An image as a value: layer, configuration and manifest with their digests."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NewType

from images.errors import ImageError
from images.executable import architecture_of
from images.layer import LayerFile, layer_bytes

Digest = NewType("Digest", str)
TreeId = NewType("TreeId", str)

MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIGURATION_TYPE = "application/vnd.oci.image.config.v1+json"
LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar"

_TREE_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

INPUT_TREE_LABEL = "dev.modwright.input-tree"
PROGRAM_PATH = "/server"
# Nobody, by number: the image has no /etc/passwd, and clusters that refuse root want to see a number.
USER = "65532:65532"


@dataclass(frozen=True, kw_only=True)
class Blob:
    """Bytes with the name that an image registry knows them by."""

    media_type: str
    content: bytes

    @property
    def digest(self) -> Digest:
        return Digest(f"sha256:{hashlib.sha256(self.content).hexdigest()}")

    @property
    def descriptor(self) -> dict[str, Any]:
        """How a manifest refers to these bytes."""
        return {"mediaType": self.media_type, "digest": self.digest, "size": len(self.content)}


@dataclass(frozen=True, kw_only=True)
class Image:
    """What is pushed: the manifest last, because it names the other two."""

    input_tree: TreeId
    layer: Blob
    configuration: Blob
    manifest: Blob

    @property
    def digest(self) -> Digest:
        """The image's name: that of its manifest."""
        return self.manifest.digest


def assemble(program: bytes, *, input_tree: TreeId, tree_variable: str) -> Image:
    """The image of a static program, with the input tree's id in its environment and its label.

    Nothing of the commit goes in, nor any time: the same tree must have the same digest, so that what was
    built for a proposal is found again after the merge and after a revert.
    Raises `ImageError` for a program that could not run alone, an id or a name that cannot be one.
    """
    _check(input_tree=input_tree, tree_variable=tree_variable)
    layer = Blob(media_type=LAYER_TYPE, content=layer_bytes([LayerFile(path=PROGRAM_PATH, content=program)]))
    configuration = Blob(
        media_type=CONFIGURATION_TYPE,
        content=_canonical(_configuration(program, layer=layer, input_tree=input_tree, tree_variable=tree_variable)),
    )
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST_TYPE,
        "config": configuration.descriptor,
        "layers": [layer.descriptor],
        "annotations": {INPUT_TREE_LABEL: input_tree},
    }
    content = Blob(media_type=MANIFEST_TYPE, content=_canonical(manifest))
    return Image(input_tree=input_tree, layer=layer, configuration=configuration, manifest=content)


def _check(*, input_tree: str, tree_variable: str) -> None:
    """The id becomes a tag and part of the environment, so it may be nothing but an id."""
    if not _TREE_ID.fullmatch(input_tree):
        raise ImageError(f"{input_tree!r} is not the id of a git tree", hint="`images inputs` prints it")
    if not _VARIABLE.fullmatch(tree_variable):
        raise ImageError(f"{tree_variable!r} is not the name of an environment variable")


def _configuration(program: bytes, *, layer: Blob, input_tree: TreeId, tree_variable: str) -> dict[str, Any]:
    """Source: OCI image specification 1.1, image configuration."""
    return {
        "architecture": architecture_of(program),
        "os": "linux",
        "config": {
            "Entrypoint": [PROGRAM_PATH],
            "Env": [f"{tree_variable}={input_tree}"],
            "Labels": {INPUT_TREE_LABEL: input_tree},
            "User": USER,
        },
        # The layer is not compressed, so its digest is also the digest of its content.
        "rootfs": {"type": "layers", "diff_ids": [layer.digest]},
    }


def _canonical(document: Mapping[str, Any]) -> bytes:
    """JSON with one spelling: keys sorted, no spaces."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
