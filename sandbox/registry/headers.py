"""The answers that are nothing but headers."""

from starlette.requests import Request
from starlette.responses import Response

from sandbox.registry.digests import Digest
from sandbox.registry.manifests import Manifest
from sandbox.registry.uploads import Upload


def created_manifest(request: Request, manifest: Manifest, *, digest: Digest, tags: list[str]) -> Response:
    """201: the manifest can be pulled; says which subject and tags were understood."""
    headers = {
        "Location": f"/v2/{request.path_params['name']}/manifests/{digest}",
        "Docker-Content-Digest": str(digest),
    }
    if manifest.subject is not None:
        headers["OCI-Subject"] = str(manifest.subject)
    if tags:
        headers["OCI-Tag"] = ", ".join(tags)
    return Response(status_code=201, headers=headers)


def created_blob(name: str, digest: Digest) -> Response:
    """201: the blob can be pulled from now on."""
    headers = {"Location": f"/v2/{name}/blobs/{digest}", "Docker-Content-Digest": str(digest)}
    return Response(status_code=201, headers=headers)


def upload_state(upload: Upload, *, status: int) -> Response:
    """Where to go on with an upload, and what has arrived (`0-0` also for nothing, as docker's registry says)."""
    headers = {
        "Location": f"/v2/{upload.repository}/blobs/uploads/{upload.id}",
        "Docker-Upload-UUID": upload.id,
        "Range": f"0-{max(upload.size() - 1, 0)}",
    }
    return Response(status_code=status, headers=headers)
