"""What a request says, checked: digests, references, tags, small bodies."""

from starlette.requests import Request

from sandbox.registry.digests import Digest, digest_of, parse_digest
from sandbox.registry.errors import RegistryError, digest_invalid, manifest_unknown
from sandbox.registry.manifests import MAXIMUM_SIZE
from sandbox.registry.store import is_tag


def read_digest(text: str) -> Digest:
    """A digest, or 400: only what can be verified is accepted."""
    digest = parse_digest(text)
    if digest is None:
        raise digest_invalid(repr(text[:80]), "sha256 or sha512, a colon and lower-case hexadecimal")
    return digest


def read_reference(request: Request) -> Digest | str:
    """The path's reference: a digest when it has a colon, which no tag has; else a tag."""
    text = request.path_params["reference"]
    if ":" in text:
        return read_digest(text)
    if not is_tag(text):
        raise manifest_unknown(repr(text[:80]))
    return str(text)


def read_tags(request: Request) -> list[str]:
    """The tags of `?tag=`, by which a push by digest names the manifest too."""
    tags = request.query_params.getlist("tag")
    if not all(map(is_tag, tags)):
        raise RegistryError(400, "TAG_INVALID", "a tag is 1 to 128 letters, digits, '_', '.' or '-'")
    return tags


def verified_digest(reference: Digest | str, content: bytes) -> Digest:
    """The digest under which a manifest is kept: the one pushed to, if the content has it."""
    if isinstance(reference, str):
        return digest_of(content)
    found = digest_of(content, algorithm=reference.algorithm)
    if found != reference:
        raise digest_invalid(f"{found} for the content that arrived", str(reference))
    return found


async def read_manifest_body(request: Request) -> bytes:
    """The body of a manifest push; 413 as soon as it is larger than any manifest may be."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAXIMUM_SIZE:
            raise RegistryError(413, "SIZE_INVALID", f"a manifest has at most {MAXIMUM_SIZE} bytes")
    return bytes(body)
