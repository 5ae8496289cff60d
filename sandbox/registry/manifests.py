"""Manifests: what must be right before one is kept, and what it says about others."""

import json
from dataclasses import dataclass
from typing import Any

from sandbox.registry.digests import Digest, parse_digest
from sandbox.registry.errors import RegistryError

MAXIMUM_SIZE = 4 << 20  # the specification's "registries should accept at least 4 MiB"

INDEX_TYPE = "application/vnd.oci.image.index.v1+json"
IMAGE_TYPE = "application/vnd.oci.image.manifest.v1+json"


@dataclass(frozen=True)
class Manifest:
    """What the registry needs of a manifest; its bytes are kept as they came."""

    media_type: str
    subject: Digest | None
    document: dict[str, Any]


def parse_manifest(content: bytes, *, content_type: str) -> Manifest:
    """Reads a manifest that is pushed as `content_type`; raises RegistryError 400 for one that is not a manifest."""
    try:
        document = json.loads(content)
    except ValueError:
        raise _invalid("it is not JSON") from None
    if not isinstance(document, dict):
        raise _invalid("it is not a JSON object")
    stated = document.get("mediaType")
    if stated is not None and content_type and stated != content_type:
        raise _invalid(f"Content-Type is {content_type}, its mediaType is {stated}")
    return Manifest(content_type or stated or IMAGE_TYPE, _subject(document), document)


def referrer_descriptor(manifest: Manifest, *, digest: Digest, size: int) -> dict[str, Any]:
    """How a manifest stands in the list of referrers: the artifact type falls back to that of its configuration."""
    descriptor: dict[str, Any] = {"mediaType": manifest.media_type, "digest": str(digest), "size": size}
    artifact_type = manifest.document.get("artifactType")
    configuration = manifest.document.get("config")
    if not artifact_type and isinstance(configuration, dict):
        artifact_type = configuration.get("mediaType")
    if artifact_type:
        descriptor["artifactType"] = artifact_type
    if manifest.document.get("annotations"):
        descriptor["annotations"] = manifest.document["annotations"]
    return descriptor


def _subject(document: dict[str, Any]) -> Digest | None:
    subject = document.get("subject")
    if subject is None:
        return None
    digest = parse_digest(str(subject.get("digest"))) if isinstance(subject, dict) else None
    if digest is None:
        raise _invalid("its subject has no digest that can be verified")
    return digest


def _invalid(problem: str) -> RegistryError:
    return RegistryError(400, "MANIFEST_INVALID", f"this is no manifest: {problem}")
