"""Whether an image can be pulled: yes, no, or not known."""

from __future__ import annotations

import pytest

from controller.adapters.images import OciImageRegistry
from controller.core.errors import Terminal, Transient
from controller.core.model import Digest
from tests.support.answering import Reply, Request, answering

DIGEST, CHILD, BLOB = (Digest("sha256:" + letter * 64) for letter in "abc")
REPOSITORY = "acme/platform"
IMAGE = {"config": {"digest": BLOB}, "layers": [{"digest": BLOB}]}


def exists(contents: dict[str, Reply]) -> bool:
    def say(request: Request) -> Reply:
        return contents.get(request.path.rsplit("/", 1)[-1], Reply(404, {"errors": []}))

    with answering(say) as server:
        return OciImageRegistry(server.address, token="t0ken").exists(REPOSITORY, DIGEST)


def test_an_image_is_there_with_all_that_it_names() -> None:
    assert exists({DIGEST: Reply(200, IMAGE), BLOB: Reply(200)})
    assert exists({DIGEST: Reply(200, IMAGE), BLOB: Reply(307, b"", {"Location": "/elsewhere"})})


def test_an_image_without_a_layer_is_not_there() -> None:
    assert not exists({DIGEST: Reply(200, IMAGE)})
    assert not exists({})


def test_an_index_without_a_child_is_not_there() -> None:
    index = Reply(200, {"manifests": [{"digest": CHILD}]})
    assert not exists({DIGEST: index})
    assert exists({DIGEST: index, CHILD: Reply(200, IMAGE), BLOB: Reply(200)})


@pytest.mark.parametrize(
    "reply", [Reply(500), Reply(401), Reply(429), Reply(302), Reply(200, b"<html>"), Reply(200, {"layers": [1]})]
)
def test_an_image_registry_that_does_not_say_is_transient(reply: Reply) -> None:
    with pytest.raises(Transient):
        exists({DIGEST: reply})


def test_an_image_registry_that_is_away_is_transient() -> None:
    with pytest.raises(Transient):
        OciImageRegistry("127.0.0.1:9").exists(REPOSITORY, DIGEST)


def test_the_token_goes_to_the_image_registry() -> None:
    with answering(lambda _request: Reply(404, {})) as server:
        OciImageRegistry(server.address, token="t0ken").exists(REPOSITORY, DIGEST)
        assert server.requests[0].headers["Authorization"] == "Bearer t0ken"
        assert server.requests[0].path == f"/v2/{REPOSITORY}/manifests/{DIGEST}"


def test_a_reference_names_the_digest() -> None:
    assert OciImageRegistry("127.0.0.1:5000").reference(REPOSITORY, DIGEST) == f"127.0.0.1:5000/{REPOSITORY}@{DIGEST}"


@pytest.mark.parametrize(("repository", "digest"), [("../x", DIGEST), ("a b", DIGEST), ("Acme/x", DIGEST), ("a", "v1")])
def test_a_hostile_name_is_refused(repository: str, digest: str) -> None:
    with pytest.raises(Terminal):
        OciImageRegistry("127.0.0.1:9").exists(repository, Digest(digest))


@pytest.mark.parametrize("address", ["", "http://x", "user@host", "host/path"])
def test_an_address_is_a_host(address: str) -> None:
    with pytest.raises(Terminal):
        OciImageRegistry(address)
