"""An image as a folder: the OCI image layout, which skopeo, podman and crane read."""

from __future__ import annotations

import json
from pathlib import Path

from images.errors import ImageError
from images.image import Image


def write_layout(image: Image, *, folder: Path) -> None:
    """Writes the image below `folder`, which must be empty or missing. Source: OCI image specification 1.1."""
    if folder.exists() and any(folder.iterdir()):
        raise ImageError(f"{folder} is not empty", hint="give a folder that is")
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    for blob in (image.layer, image.configuration, image.manifest):
        (blobs / blob.digest.removeprefix("sha256:")).write_bytes(blob.content)
    index = {"schemaVersion": 2, "manifests": [image.manifest.descriptor]}
    (folder / "index.json").write_text(json.dumps(index), encoding="utf-8")
    # Last, because its presence is what makes the folder a layout.
    (folder / "oci-layout").write_text(json.dumps({"imageLayoutVersion": "1.0.0"}), encoding="utf-8")
