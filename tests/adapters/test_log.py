"""No secret leaves by the log, whoever logs it and however deep it lies."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from controller.log import configure
from controller.redaction import redact, remote_text

SECRETS = [
    "ghs_" + "A1b2C3d4E5f6G7h8I9j0",
    "ghp_" + "A1b2C3d4E5f6G7h8I9j0",
    "github_pat_" + "11ABCDEFG_canary",
    "Bearer " + "abcdef0123456789",
    "Authorization: token " + "v1.0123456789abcdef",
    "Authorization: Basic " + "eC1hY2Nlc3MtdG9rZW46Z2hz",
    "eyJhbGciOiJSUzI1NiJ9" + ".eyJpc3MiOiI3In0.c2lnbmF0dXJl",
    "-----BEGIN RSA PRIVATE KEY-----\ncanary\n-----END RSA PRIVATE KEY-----",
    "-----BEGIN OPENSSH PRIVATE KEY-----\ncanary cut",
    "https://user:canary" + "@example.invalid/x.git",
]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """What is logged; the logging of the tests is put back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = io.StringIO()
    configure(stream=written, level=logging.DEBUG)
    yield written
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_taken_out_of_text(secret: str) -> None:
    clean = redact(f"before {secret} after")
    assert clean.startswith("before ")
    assert secret.split()[-1] not in clean
    assert "canary" not in clean
    assert "[redacted]" in clean


@pytest.mark.parametrize(
    "text", ["a plain sentence", "token expired", "sha256:" + "a" * 64, "https://example.invalid/x"]
)
def test_plain_text_stays(text: str) -> None:
    assert redact(text) == text


def test_remote_text_is_one_short_line() -> None:
    assert remote_text("a\nb\x1b[31m\u202ec") == "a b [31m c"
    assert len(remote_text("x" * 1000)) == 256
    assert "ghs" not in remote_text("x" * 250 + "ghs_A1b2C3d4E5f6G7h8I9j0")


@pytest.mark.parametrize("secret", SECRETS)
def test_no_logger_lets_a_secret_through(stream: io.StringIO, secret: str) -> None:
    structlog.get_logger("modwright").warning("asked", header=secret, deep={"list": [secret], "bytes": secret.encode()})
    logging.getLogger("some.library").warning("answer %s", secret)
    logging.getLogger("some.library").warning({"message": secret})
    try:
        int(secret)
    except ValueError:
        logging.getLogger("some.library").exception("failed")
        structlog.get_logger("modwright").exception("failed")
    text = stream.getvalue()
    assert len(text.splitlines()) == 5
    assert "canary" not in text
    assert secret.split()[-1] not in text


def test_an_object_that_the_log_makes_text_of_is_redacted(stream: io.StringIO) -> None:
    structlog.get_logger("modwright").info(
        "asked", headers={1, "ghs_A1b2C3d4E5f6G7h8I9j0"}, where=Path("/ghs_canary123")
    )
    assert "ghs_" not in stream.getvalue()


def test_the_forges_library_never_speaks_of_its_requests(stream: io.StringIO) -> None:
    for name in ("github.Requester", "urllib3.connectionpool"):
        logger = logging.getLogger(name)
        logger.setLevel(logging.DEBUG)
        logger.debug("POST ==> 201 {'token': 'x'}")
        logger.setLevel(logging.NOTSET)
    assert stream.getvalue() == ""


def test_each_event_is_a_line_of_json(stream: io.StringIO) -> None:
    structlog.get_logger("modwright.reconcile").info("pass ended", intents=2)
    event = json.loads(stream.getvalue())
    assert (event["event"], event["intents"], event["level"]) == ("pass ended", 2, "info")
    assert "timestamp" in event


class Terminal(io.StringIO):
    """A stream that a person reads."""

    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_text() -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = Terminal()
    configure(stream=written)
    structlog.get_logger("modwright").info("pass ended", secret="ghs_A1b2C3d4E5f6G7h8I9j0")
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()
    assert "pass ended" in written.getvalue()
    assert not written.getvalue().startswith("{")
    assert "ghs_" not in written.getvalue()


def test_a_trace_on_a_terminal_shows_no_values_of_names() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    written = Terminal()
    configure(stream=written)
    try:
        secret = "yranac"[::-1]
        _fail(session_key=f"{secret} of a key", headers={"authorization": f"Bearer {secret}-{'of-a-token' * 9}"})
    except ValueError as error:
        structlog.get_logger("modwright").error("bug", exc_info=error)
    finally:
        root.handlers[:], root.level = handlers, level
        structlog.reset_defaults()
    assert "ValueError" in written.getvalue()
    assert "canary" not in written.getvalue()


def _fail(**_values: object) -> None:
    raise ValueError("no")
