"""No secret of the setup, and none that the forge gave out meanwhile, stands in anything that is logged."""

from __future__ import annotations

import json
import re

import pytest

from tests.e2e.running import Running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

GIVEN_OUT = re.compile(r"gh[a-z]_[A-Za-z0-9]{8,}|eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]+")
"""An installation's token, and the App's own."""


def test_no_log_holds_a_secret(running: Running) -> None:
    number = running.asked(*running.toggle("gallery"))
    running.faults({"method": "POST", "path": "/api/(?!.*/reviews$).*", "status": 401, "times": 2})
    running.arrive(number)
    texts = {
        name: running.folder.file(name).read_text() for name in ("controller.log", "controller.out", "sandbox.log")
    }
    assert '"level": "debug"' in texts["controller.log"]
    for name, text in texts.items():
        for what, secret in _secrets(running).items():
            assert secret not in text, f"{what} stands in {name}"
        assert not GIVEN_OUT.findall(text), f"a token stands in {name}"


def _secrets(running: Running) -> dict[str, str]:
    keys = json.loads(running.folder.file("keys.json").read_text())
    people = {f"{login}'s token": token for login, token in keys.pop("people").items()}
    keys.pop("signer")  # the public half
    lines = {
        f"{name}, line {line}": text
        for name in ("app.pem", "signing_key")
        for line, text in enumerate(running.folder.file(name).read_text().splitlines())
        if len(text) > 30 and "-----" not in text
    }
    return {**people, **keys, **lines}
