"""What docker-compatible clients rely on, over real HTTP. The whole specification is the conformance suite's."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from .conftest import PULL, PUSH

LAYER = bytes(range(256)) * 64
IMAGE_TYPE = "application/vnd.oci.image.manifest.v1+json"
INDEX_TYPE = "application/vnd.oci.image.index.v1+json"


def digest(content: bytes, algorithm: str = "sha256") -> str:
    return f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"


def manifest(**more: object) -> bytes:
    descriptor = {"mediaType": "application/octet-stream", "digest": digest(LAYER), "size": len(LAYER)}
    return json.dumps(
        {"schemaVersion": 2, "mediaType": IMAGE_TYPE, "config": descriptor, "layers": [], **more}
    ).encode()


@pytest.fixture
def client(registry: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=registry, headers={"Authorization": f"Bearer {PUSH}"}) as client:
        yield client


def push_blob(client: httpx.Client, content: bytes, *, name: str = "acme/platform", algorithm: str = "sha256") -> str:
    begun = client.post(f"/v2/{name}/blobs/uploads/")
    assert begun.status_code == 202
    named = digest(content, algorithm)
    assert client.put(begun.headers["location"], params={"digest": named}, content=content).status_code == 201
    return named


def push_manifest(client: httpx.Client, reference: str, content: bytes) -> httpx.Response:
    path = f"/v2/acme/platform/manifests/{reference}"
    return client.put(path, content=content, headers={"Content-Type": IMAGE_TYPE})


@pytest.mark.parametrize("algorithm", ["sha256", "sha512"])
def test_a_pushed_blob_is_pulled_by_its_digest(client: httpx.Client, algorithm: str) -> None:
    named = push_blob(client, LAYER, algorithm=algorithm)
    pulled = client.get(f"/v2/acme/platform/blobs/{named}")
    assert (pulled.status_code, pulled.content, pulled.headers["docker-content-digest"]) == (200, LAYER, named)


def test_content_with_another_digest_becomes_no_blob(client: httpx.Client, tmp_path: Path) -> None:
    location = client.post("/v2/acme/platform/blobs/uploads/").headers["location"]
    refused = client.put(location, params={"digest": digest(b"other")}, content=LAYER)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "DIGEST_INVALID")
    for named in (digest(b"other"), digest(LAYER)):
        assert client.get(f"/v2/acme/platform/blobs/{named}").status_code == 404
    assert not [path for path in (tmp_path / "registry" / "blobs").rglob("*") if path.is_file()]


def test_chunks_are_taken_in_order_only(client: httpx.Client) -> None:
    location = client.post("/v2/acme/platform/blobs/uploads/").headers["location"]
    first = client.patch(location, content=LAYER[:100], headers={"Content-Range": "0-99"})
    assert (first.status_code, first.headers["range"]) == (202, "0-99")
    assert client.patch(location, content=LAYER[200:300], headers={"Content-Range": "200-299"}).status_code == 416
    assert client.get(location).headers["range"] == "0-99"
    last = client.put(location, params={"digest": digest(LAYER)}, content=LAYER[100:])
    assert last.status_code == 201


def test_a_blob_is_served_only_by_repositories_that_hold_it(client: httpx.Client) -> None:
    named = push_blob(client, LAYER)
    assert client.get(f"/v2/other/repository/blobs/{named}").status_code == 404
    mounted = client.post("/v2/other/repository/blobs/uploads/", params={"mount": named, "from": "acme/platform"})
    assert mounted.status_code == 201
    assert client.get(f"/v2/other/repository/blobs/{named}").content == LAYER


def test_a_manifest_is_found_by_tag_and_by_digest(client: httpx.Client) -> None:
    pushed = push_manifest(client, "latest", manifest())
    assert pushed.status_code == 201
    for reference in ("latest", pushed.headers["docker-content-digest"]):
        pulled = client.get(f"/v2/acme/platform/manifests/{reference}")
        assert (pulled.content, pulled.headers["content-type"]) == (manifest(), IMAGE_TYPE)
    assert client.get("/v2/acme/platform/tags/list").json() == {"name": "acme/platform", "tags": ["latest"]}


def test_a_deleted_manifest_takes_its_tags_along(client: httpx.Client) -> None:
    named = push_manifest(client, "latest", manifest()).headers["docker-content-digest"]
    assert client.delete(f"/v2/acme/platform/manifests/{named}").status_code == 202
    assert client.get("/v2/acme/platform/manifests/latest").status_code == 404
    assert client.get("/v2/acme/platform/tags/list").json()["tags"] == []


def test_tags_are_listed_page_by_page(client: httpx.Client) -> None:
    for tag in ("c", "a", "b"):
        push_manifest(client, tag, manifest())
    page = client.get("/v2/acme/platform/tags/list", params={"n": 2})
    assert page.json()["tags"] == ["a", "b"]
    assert client.get(page.links["next"]["url"]).json()["tags"] == ["c"]


def test_referrers_are_listed_and_filtered(client: httpx.Client) -> None:
    subject = push_manifest(client, "image", manifest()).headers["docker-content-digest"]
    signature = manifest(artifactType="a/signature", subject={"mediaType": IMAGE_TYPE, "digest": subject, "size": 1})
    pushed = push_manifest(client, digest(signature), signature)
    assert pushed.headers["oci-subject"] == subject
    listed = client.get(f"/v2/acme/platform/referrers/{subject}")
    assert listed.headers["content-type"] == INDEX_TYPE
    assert [each["digest"] for each in listed.json()["manifests"]] == [digest(signature)]
    other = client.get(f"/v2/acme/platform/referrers/{subject}", params={"artifactType": "a/report"})
    assert (other.json()["manifests"], other.headers["oci-filters-applied"]) == ([], "artifactType")


def test_a_range_of_a_blob_is_pulled(client: httpx.Client) -> None:
    path = f"/v2/acme/platform/blobs/{push_blob(client, LAYER)}"
    part = client.get(path, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, LAYER[10:20])
    assert client.get(path, headers={"Range": f"bytes={len(LAYER)}-"}).status_code == 416


def test_the_pull_token_pulls_and_pushes_nothing(client: httpx.Client, registry: str) -> None:
    named = push_blob(client, LAYER)
    with httpx.Client(base_url=registry, auth=("anyone", PULL)) as puller:
        assert puller.get(f"/v2/acme/platform/blobs/{named}").status_code == 200
        assert puller.post("/v2/acme/platform/blobs/uploads/").status_code == 403
        assert puller.delete(f"/v2/acme/platform/blobs/{named}").status_code == 403


@pytest.mark.parametrize("presented", [None, "Bearer wrong", "Basic %%%", "Basic d3Jvbmc6d3Jvbmc="])
def test_without_a_token_there_is_only_the_challenge(registry: str, presented: str | None) -> None:
    headers = {"Authorization": presented} if presented else {}
    refused = httpx.get(f"{registry}/v2/acme/platform/tags/list", headers=headers)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == (
        f'Bearer realm="{registry}/token",service="{registry[7:]}",scope="repository:acme/platform:pull"'
    )


def test_the_token_flow_of_docker_leads_in(registry: str) -> None:
    assert httpx.get(f"{registry}/token", auth=("ci", "wrong")).status_code == 401
    issued = httpx.get(f"{registry}/token", auth=("ci", PULL)).json()["token"]
    assert httpx.get(f"{registry}/v2/", headers={"Authorization": f"Bearer {issued}"}).status_code == 200


@pytest.mark.parametrize("name", ["..%2Fblobs", "acme/_blobs", "ACME/x", "acme/..%2f..%2fetc", "a" * 300])
def test_a_hostile_repository_name_touches_no_file(client: httpx.Client, tmp_path: Path, name: str) -> None:
    before = sorted(tmp_path.rglob("*"))
    assert client.post(f"/v2/{name}/blobs/uploads/").status_code in {400, 404}
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("content", [b"", b"[]", b"not json", b'{"mediaType": "a/b"}', b'{"subject": {"digest": "x"}}'])
def test_what_is_no_manifest_is_refused(client: httpx.Client, content: bytes) -> None:
    refused = push_manifest(client, "latest", content)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "MANIFEST_INVALID")
    assert client.get("/v2/acme/platform/tags/list").json()["tags"] == []


def test_the_bytes_moved_are_counted(client: httpx.Client) -> None:
    named = push_blob(client, LAYER)
    before = client.get("/_sandbox/calls").json()
    client.get(f"/v2/acme/platform/blobs/{named}")
    client.head(f"/v2/acme/platform/blobs/{named}")
    after = client.get("/_sandbox/calls").json()
    assert after["requests"] - before["requests"] == 2
    assert after["bytes_out"] - before["bytes_out"] == len(LAYER)
