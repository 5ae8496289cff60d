"""What the settings say of signing in is what the service is given; and what is left out is off."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from controller.core.errors import Terminal
from controller.settings import load
from controller.wiring import build_face
from tests.access.stating import Keys
from tests.api.test_settings import Document, document


def written(folder: Path, more: Document) -> Path:
    for name, text in {"tokens": "", "webhook": "w", "key": "k" * 32, "client": "c", "jwks": Keys().document()}.items():
        (folder / name).write_text(text)
    file = folder / "settings.yaml"
    file.write_text(json.dumps({**document(), **more}))
    return file


def test_everything_of_signing_in_is_built(tmp_path: Path) -> None:
    more = {
        "public_url": "https://modwright.example",
        "session_key_files": ["key"],
        "sign_in": {"client_id": "Iv1.x", "client_secret_file": "client", "web": "https://forge.example"},
        "identity": {"issuer": "https://i.example", "audience": "https://m.example", "jwks_file": "jwks"},
        "limits": {"requests_per_minute": 7},
    }
    settings = load(written(tmp_path, more))
    doors = build_face(settings).doors
    assert doors.session_keys == (b"k" * 32,)
    assert doors.ended_sessions is not None
    assert doors.ended_sessions.parent == settings.state
    assert settings.state.is_dir()
    assert doors.sign_in is not None
    assert doors.sign_in.origin == "https://forge.example"
    assert doors.identity is not None
    assert json.loads(doors.identity.keys.document())["keys"]
    assert (doors.limits.requests, doors.limits.writes) == (7, 60)


def test_what_is_left_out_is_off(tmp_path: Path) -> None:
    doors = build_face(load(written(tmp_path, {}))).doors
    assert (doors.session_keys, doors.sign_in, doors.identity, doors.public_url) == ((), None, None, "")


@pytest.mark.parametrize("address", ["http://keys.example/jwks", "file:///etc/passwd", "keys.example"])
def test_keys_are_not_taken_from_an_address_that_anybody_could_answer_for(tmp_path: Path, address: str) -> None:
    identity = {"issuer": "i", "audience": "a", "jwks_url": address}
    with pytest.raises(Terminal) as refused:
        build_face(load(written(tmp_path, {"identity": identity})))
    assert refused.value.reason == "KeysAddress"
