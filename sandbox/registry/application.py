"""The distribution API as an ASGI application."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from sandbox.configuration import RegistrySettings
from sandbox.registry import access as access_rules
from sandbox.registry.access import Access, Right
from sandbox.registry.calls import CallCounter
from sandbox.registry.contents import file_content
from sandbox.registry.digests import Digest, parse_digest
from sandbox.registry.errors import RegistryError, blob_unknown, error_response, manifest_unknown
from sandbox.registry.headers import created_blob, created_manifest, upload_state
from sandbox.registry.manifests import INDEX_TYPE, Manifest, parse_manifest, referrer_descriptor
from sandbox.registry.reading import read_digest, read_manifest_body, read_reference, read_tags, verified_digest
from sandbox.registry.store import Repository, Store, is_repository_name
from sandbox.registry.uploads import Upload, Uploads, append

Handler = Callable[[Request], Awaitable[Response]]


def build_application(*, state: Path, settings: RegistrySettings) -> ASGIApp:
    """The image registry over the folder `state`, which it makes; `GET /_sandbox/calls` tells what it moved."""
    counted = CallCounter(_Registry(state, access=access_rules.from_tokens(settings.tokens)).routes())
    calls = Route("/_sandbox/calls", counted.report)
    outer = Starlette(routes=[calls])
    outer.router.default = counted
    return outer


class _Registry:
    """The handlers; one method a request of the specification."""

    def __init__(self, root: Path, *, access: Access) -> None:
        self._store = Store(root)
        self._uploads = Uploads(root, self._store)
        self._access = access

    def routes(self) -> Starlette:
        """The routes. `{name:path}` is greedy and backtracks, so a repository may itself be called `…/blobs`."""
        pull, push = self._pull, self._push
        routes = [
            Route("/v2/", pull(self.ping), methods=["GET"]),
            Route("/token", self.issue_token, methods=["GET", "POST"]),
            Route("/v2/{name:path}/blobs/uploads/", push(self.begin_upload), methods=["POST"]),
            Route("/v2/{name:path}/blobs/uploads/{upload}", push(self.show_upload), methods=["GET"]),
            Route("/v2/{name:path}/blobs/uploads/{upload}", push(self.append_chunk), methods=["PATCH"]),
            Route("/v2/{name:path}/blobs/uploads/{upload}", push(self.finish_upload), methods=["PUT"]),
            Route("/v2/{name:path}/blobs/uploads/{upload}", push(self.cancel_upload), methods=["DELETE"]),
            Route("/v2/{name:path}/blobs/{digest}", pull(self.get_blob), methods=["GET", "HEAD"]),
            Route("/v2/{name:path}/blobs/{digest}", push(self.delete_blob), methods=["DELETE"]),
            Route("/v2/{name:path}/manifests/{reference}", pull(self.get_manifest), methods=["GET", "HEAD"]),
            Route("/v2/{name:path}/manifests/{reference}", push(self.put_manifest), methods=["PUT"]),
            Route("/v2/{name:path}/manifests/{reference}", push(self.delete_manifest), methods=["DELETE"]),
            Route("/v2/{name:path}/tags/list", pull(self.list_tags), methods=["GET"]),
            Route("/v2/{name:path}/referrers/{digest}", pull(self.list_referrers), methods=["GET"]),
        ]
        return Starlette(routes=routes, exception_handlers={RegistryError: error_response})

    async def ping(self, _request: Request) -> Response:
        """That this is a registry of version 2, and that the caller may come in."""
        return JSONResponse({}, headers={"Docker-Distribution-API-Version": "registry/2.0"})

    async def issue_token(self, request: Request) -> Response:
        """Docker's token flow."""
        return access_rules.issue(request, self._access)

    async def begin_upload(self, request: Request) -> Response:
        """Begins an upload, mounts a blob that is here already, or takes a whole blob in one request."""
        name = request.path_params["name"]
        if (mounted := request.query_params.get("mount")) is not None:
            digest = parse_digest(mounted)
            if digest is not None and self._mount(name, digest, source=request.query_params.get("from")):
                return created_blob(name, digest)
        stated = request.query_params.get("digest")
        digest = read_digest(stated) if stated is not None else None
        upload = self._uploads.begin(name)
        if digest is None:
            return upload_state(upload, status=202)
        return await self._complete(request, upload, digest)

    async def show_upload(self, request: Request) -> Response:
        """How far an upload has come."""
        return upload_state(self._upload(request), status=204)

    async def append_chunk(self, request: Request) -> Response:
        """Appends a chunk, or everything as one stream."""
        upload = self._upload(request)
        await append(upload, request.stream(), content_range=request.headers.get("content-range"))
        return upload_state(upload, status=202)

    async def finish_upload(self, request: Request) -> Response:
        """Takes the last chunk, which may be empty, and makes the upload a blob."""
        upload = self._upload(request)
        return await self._complete(request, upload, read_digest(request.query_params.get("digest", "")))

    async def cancel_upload(self, request: Request) -> Response:
        """Gives an upload up."""
        self._uploads.cancel(self._upload(request))
        return Response(status_code=204)

    async def get_blob(self, request: Request) -> Response:
        """A blob or a range of it."""
        digest = read_digest(request.path_params["digest"])
        path = self._repository(request).blob(digest)
        if path is None:
            raise blob_unknown(digest)
        headers = {"Docker-Content-Digest": str(digest), "Content-Type": "application/octet-stream"}
        return file_content(path, headers=headers, asked=request.headers.get("range"))

    async def delete_blob(self, request: Request) -> Response:
        """Takes a blob from this repository."""
        digest = read_digest(request.path_params["digest"])
        if not self._repository(request).unlink_blob(digest):
            raise blob_unknown(digest)
        return Response(status_code=202)

    async def get_manifest(self, request: Request) -> Response:
        """A manifest by tag or digest, as it was pushed."""
        reference = read_reference(request)
        found = self._repository(request).manifest(reference)
        if found is None:
            raise manifest_unknown(reference)
        digest, media_type, content = found
        return Response(content, media_type=media_type, headers={"Docker-Content-Digest": str(digest)})

    async def put_manifest(self, request: Request) -> Response:
        """Keeps a manifest under its digest, and under the tags of the path or of `?tag=`."""
        reference = read_reference(request)
        content = await read_manifest_body(request)
        digest = verified_digest(reference, content)
        tags = [reference] if isinstance(reference, str) else read_tags(request)
        manifest = parse_manifest(content, content_type=request.headers.get("content-type", "").strip())
        repository = self._repository(request)
        repository.put_manifest(digest, manifest.media_type, content)
        for tag in tags:
            repository.put_tag(tag, digest)
        _note_subject(repository, manifest, digest=digest, size=len(content))
        return created_manifest(request, manifest, digest=digest, tags=tags)

    async def delete_manifest(self, request: Request) -> Response:
        """Takes a tag, or a manifest with its tags, away."""
        reference = read_reference(request)
        repository = self._repository(request)
        if isinstance(reference, str):
            if not repository.delete_tag(reference):
                raise manifest_unknown(reference)
            return Response(status_code=202)
        found = repository.manifest(reference)
        if found is None:
            raise manifest_unknown(reference)
        subject = parse_manifest(found[2], content_type=found[1]).subject
        if subject is not None:
            repository.delete_referrer(subject, referrer=reference)
        repository.delete_manifest(reference)
        return Response(status_code=202)

    async def list_tags(self, request: Request) -> Response:
        """The tags in lexical order; `n` and `last` page through them."""
        tags = self._repository(request).tags()
        name, query = request.path_params["name"], request.query_params
        tags = [tag for tag in tags if tag > query.get("last", "")]
        headers = {}
        limit = query.get("n", "")
        if limit.isdigit() and int(limit) < len(tags):
            tags = tags[: int(limit)]
            following = urlencode({"n": limit, "last": tags[-1] if tags else ""})
            headers["Link"] = f'</v2/{name}/tags/list?{following}>; rel="next"'
        return JSONResponse({"name": name, "tags": tags}, headers=headers)

    async def list_referrers(self, request: Request) -> Response:
        """The manifests whose subject is this digest, all or those of one artifact type."""
        digest = read_digest(request.path_params["digest"])
        found = [json.loads(each) for each in self._repository(request).referrers(digest)]
        headers = {}
        if (wanted := request.query_params.get("artifactType")) is not None:
            found = [each for each in found if each.get("artifactType") == wanted]
            headers["OCI-Filters-Applied"] = "artifactType"
        index = {"schemaVersion": 2, "mediaType": INDEX_TYPE, "manifests": found}
        return Response(json.dumps(index), media_type=INDEX_TYPE, headers=headers)

    def _pull(self, handler: Handler) -> Handler:
        return self._guarded(handler, "pull")

    def _push(self, handler: Handler) -> Handler:
        return self._guarded(handler, "push")

    def _guarded(self, handler: Handler, right: Right) -> Handler:
        async def guarded(request: Request) -> Response:
            name = request.path_params.get("name")
            if name is not None and not is_repository_name(name):
                raise RegistryError(400, "NAME_INVALID", "the repository's name is not of the specification's grammar")
            access_rules.require(request, self._access, right)
            return await handler(request)

        return guarded

    async def _complete(self, request: Request, upload: Upload, digest: Digest) -> Response:
        await append(upload, request.stream(), content_range=request.headers.get("content-range"))
        # Hashing a large layer here would hold up whoever else is served by this event loop.
        await asyncio.to_thread(self._uploads.finish, upload, digest=digest)
        return created_blob(upload.repository, digest)

    def _mount(self, name: str, digest: Digest, *, source: str | None) -> bool:
        if source is not None and is_repository_name(source):
            known = self._store.repository(source).blob(digest) is not None
        else:
            known = source is None and self._store.has(digest)
        if known:
            self._store.repository(name).link_blob(digest)
        return known

    def _repository(self, request: Request) -> Repository:
        return self._store.repository(request.path_params["name"])

    def _upload(self, request: Request) -> Upload:
        return self._uploads.find(request.path_params["upload"], request.path_params["name"])


def _note_subject(repository: Repository, manifest: Manifest, *, digest: Digest, size: int) -> None:
    if manifest.subject is not None:
        descriptor = referrer_descriptor(manifest, digest=digest, size=size)
        repository.put_referrer(manifest.subject, referrer=digest, descriptor=json.dumps(descriptor).encode())
