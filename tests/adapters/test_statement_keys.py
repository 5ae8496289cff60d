"""Where statements' keys are read from: a file, or an address that is believed only as far as it says them itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from controller.adapters.statement_keys import KeyAddress, KeyFile
from controller.core.errors import Transient
from tests.support.answering import Reply, answering

SET = {"keys": []}


def test_an_address_tells_its_keys() -> None:
    with answering(lambda _: Reply(body=SET)) as server:
        assert KeyAddress(f"{server.url}/jwks").document() == '{"keys": []}'


@pytest.mark.parametrize(
    "reply",
    [
        Reply(status=404, body=SET),
        Reply(status=302, headers={"Location": "http://169.254.169.254/latest"}),
        Reply(status=500),
        Reply(body=b"x" * 300_000),
    ],
)
def test_an_address_that_says_something_else_is_not_believed_nor_followed(reply: Reply) -> None:
    with answering(lambda _: reply) as server:
        with pytest.raises(Transient):
            KeyAddress(f"{server.url}/jwks").document()
        assert len(server.requests) == 1


def test_an_address_that_is_away_and_a_file_that_is_not_there_can_be_tried_again(tmp_path: Path) -> None:
    with pytest.raises(Transient):
        KeyAddress("http://127.0.0.1:9/jwks").document()
    with pytest.raises(Transient):
        KeyFile(tmp_path / "none").document()


def test_a_file_is_read_anew(tmp_path: Path) -> None:
    keys = KeyFile(tmp_path / "jwks")
    (tmp_path / "jwks").write_text("one")
    assert keys.document() == "one"
    (tmp_path / "jwks").write_text("two")
    assert keys.document() == "two"
