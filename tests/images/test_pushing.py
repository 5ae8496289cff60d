"""Pushing: against the sandbox's image registry, and against answers that no good image registry gives."""

from __future__ import annotations

import http.server
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from images.credentials import Credentials
from images.distribution import push
from images.errors import ImageError

NAME = "acme/platform"
AT_ONCE = timedelta(0)


def _pulled(registry: str, path: str, token: str) -> bytes:
    request = urllib.request.Request(
        f"http://{registry}/v2/{NAME}/{path}", headers={"Authorization": f"Bearer {token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.read()


def test_what_is_pushed_is_there_by_digest_and_by_the_tree_s_tag(make_image, registry, push_token, pull_token):
    image = make_image()
    digest = push(image, registry=registry, repository=NAME, credentials=Credentials(token=push_token))
    assert digest == image.digest
    for reference in (image.digest, image.input_tree):
        assert _pulled(registry, f"manifests/{reference}", pull_token) == image.manifest.content
    assert _pulled(registry, f"blobs/{image.layer.digest}", pull_token) == image.layer.content
    assert _pulled(registry, f"blobs/{image.configuration.digest}", pull_token) == image.configuration.content


def test_a_second_push_changes_nothing(make_image, registry, push_token):
    credentials = Credentials(token=push_token)
    digests = {push(make_image(), registry=registry, repository=NAME, credentials=credentials) for _ in range(2)}
    assert digests == {make_image().digest}


@pytest.mark.parametrize("credentials", [None, Credentials(token="a wrong one")])
def test_without_the_right_token_nothing_is_pushed(make_image, registry, credentials):
    with pytest.raises(ImageError, match="token"):
        push(make_image(), registry=registry, repository=NAME, credentials=credentials)


def test_a_token_that_may_only_pull_is_told_so(make_image, registry, pull_token):
    with pytest.raises(ImageError, match="403") as caught:
        push(make_image(), registry=registry, repository=NAME, credentials=Credentials(token=pull_token))
    assert pull_token not in f"{caught.value} {caught.value.hint}"


def test_credentials_do_not_show_their_token():
    assert "secret" not in repr(Credentials(token="secret"))


@pytest.mark.parametrize("repository", ["", "Acme", "a//b", "../v2", "a b", "a/"])
def test_what_is_no_repository_name_is_refused(make_image, repository):
    with pytest.raises(ImageError, match="is not a repository name"):
        push(make_image(), registry="127.0.0.1:1", repository=repository, credentials=None)


@pytest.mark.parametrize("registry", ["", "http://127.0.0.1", "user@host", "host:port"])
def test_what_is_no_address_is_refused(make_image, registry):
    with pytest.raises(ImageError, match="is not the address of an image registry"):
        push(make_image(), registry=registry, repository=NAME, credentials=None)


Script = dict[str, list[tuple[int, dict[str, str]]]]


@contextmanager
def answering(script: Script) -> Iterator[tuple[str, list[str]]]:
    """A server that gives each method's answers in turn (the last for ever) and notes what it was asked."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            seen.append(f"{self.command} {self.path.partition('?')[0]}")
            answers = script.get(self.command, [(404, {})])
            status, headers = answers.pop(0) if len(answers) > 1 else answers[0]
            self.send_response(status)
            for name, value in ({"Content-Length": "0"} | headers).items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_HEAD = do_POST = do_PUT = _answer  # noqa: N815

        def log_message(self, *_arguments: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_image_registry_that_is_busy_for_a_moment_is_asked_again(make_image):
    script: Script = {"GET": [(503, {}), (200, {})], "HEAD": [(200, {})], "PUT": [(201, {})]}
    with answering(script) as (registry, _):
        assert (
            push(make_image(), registry=registry, repository=NAME, credentials=None, pause=AT_ONCE)
            == make_image().digest
        )


def test_an_image_registry_that_stays_away_is_one_error(make_image):
    with (
        answering({"GET": [(500, {})]}) as (registry, seen),
        pytest.raises(ImageError, match=r"answered 500.*3 attempts"),
    ):
        push(make_image(), registry=registry, repository=NAME, credentials=None, pause=AT_ONCE)
    assert len(seen) == 3


def test_an_upload_is_not_sent_to_another_address(make_image):
    script: Script = {"GET": [(200, {})], "POST": [(202, {"Location": "http://elsewhere.example/upload"})]}
    with answering(script) as (registry, _), pytest.raises(ImageError, match=r"elsewhere\.example"):
        push(make_image(), registry=registry, repository=NAME, credentials=Credentials(token="t"))


def test_a_token_is_not_sent_to_an_unencrypted_token_service(make_image):
    challenge = {"WWW-Authenticate": 'Bearer realm="http://elsewhere.example/token",service="x"'}
    with answering({"GET": [(401, challenge)]}) as (registry, _), pytest.raises(ImageError, match="not encrypted"):
        push(make_image(), registry=registry, repository=NAME, credentials=Credentials(token="t"))


def test_a_digest_that_the_image_registry_sees_otherwise_is_an_error(make_image):
    other = {"Docker-Content-Digest": "sha256:" + "0" * 64}
    script: Script = {"GET": [(200, {})], "HEAD": [(200, {})], "PUT": [(201, other)]}
    with answering(script) as (registry, _), pytest.raises(ImageError, match="calls the manifest sha256:0000"):
        push(make_image(), registry=registry, repository=NAME, credentials=None)


def test_a_manifest_that_is_not_there_afterwards_is_an_error(make_image):
    script: Script = {"GET": [(200, {})], "HEAD": [(200, {}), (200, {}), (404, {})], "PUT": [(201, {})]}
    with answering(script) as (registry, _), pytest.raises(ImageError, match="looking for manifest"):
        push(make_image(), registry=registry, repository=NAME, credentials=None)
