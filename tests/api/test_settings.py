"""Settings: one file, secrets in files beside it, one clear error for whatever is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from controller.core.errors import Terminal
from controller.settings import VARIABLE, load, secret

Document = dict[str, Any]


def document() -> Document:
    """Settings with every key that is needed and no other."""
    return {
        "forge": {
            "repository": "acme/platform",
            "git": "http://127.0.0.1:1/acme/platform.git",
            "api": "http://127.0.0.1:1/api/v3",
            "app_id": 7,
            "private_key_file": "app.pem",
        },
        "images": {"registry": "127.0.0.1:2"},
        "processes": {"url": "http://127.0.0.1:3", "token_file": "host_token"},
        "state": "state",
        "signing_key_file": "signing_key",
        "tokens_file": "tokens",
        "webhook_secret_files": ["webhook"],
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[[object], Path]:
    """Writes settings into a file."""

    def written(content: object) -> Path:
        file = tmp_path / "settings.yaml"
        file.write_text(content if isinstance(content, str) else json.dumps(content))
        return file

    return written


def test_paths_stand_beside_the_file_and_what_is_left_out_is_safe(write: Callable[..., Path], tmp_path: Path) -> None:
    settings = load(write(document()))
    assert settings.forge.private_key_file == tmp_path / "app.pem"
    assert settings.webhook_secret_files == (tmp_path / "webhook",)
    assert (settings.listen.host, settings.listen.port) == ("127.0.0.1", 0)
    assert settings.forge.pacing == 1, "GitHub asks for a second between writes"


def test_files_of_signing_in_stand_beside_the_settings_too(write: Callable[..., Path], tmp_path: Path) -> None:
    more = {
        "public_url": "https://modwright.example/",
        "session_key_files": ["new", "old"],
        "sign_in": {"client_id": "Iv1.x", "client_secret_file": "client_secret"},
        "identity": {"issuer": "https://i.example", "audience": "https://m.example", "jwks_file": "jwks.json"},
    }
    settings = load(write({**document(), **more}))
    assert settings.public_url == "https://modwright.example"
    assert settings.session_key_files == (tmp_path / "new", tmp_path / "old")
    assert settings.sign_in is not None
    assert settings.sign_in.client_secret_file == tmp_path / "client_secret"
    assert settings.identity is not None
    assert settings.identity.jwks_file == tmp_path / "jwks.json"


def test_the_environment_names_the_file_where_nobody_else_does(write: Callable[..., Path]) -> None:
    file = write(document())
    assert load(None, {VARIABLE: str(file)}) == load(file)
    with pytest.raises(Terminal) as caught:
        load(None, {})
    assert VARIABLE in caught.value.hint


def changed(*, key: str, value: object) -> Document:
    """The settings with one value set, or taken out where it is `...`."""
    found = document()
    place, name = found, key
    if "." in key:
        section, name = key.split(".")
        place = found.setdefault(section, {})
    if value is ...:
        del place[name]
    else:
        place[name] = value
    return found


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (changed(key="stat", value="x"), ("stat", "unknown key", "state", "tokens_file")),
        (changed(key="forge.app", value=7), ("forge.app", "unknown key", "app_id", "private_key_file")),
        (changed(key="listen.prot", value=1), ("listen.prot", "unknown key", "host, port")),
        (changed(key="forge.app_id", value="seven"), ("forge.app_id", "'seven'", "integer")),
        (changed(key="forge.repository", value="platform"), ("forge.repository", "'platform'")),
        (changed(key="listen.port", value=70000), ("listen.port", "70000", "65535")),
        (changed(key="log.level", value="loud"), ("log.level", "'loud'", "'debug', 'info'")),
        (changed(key="webhook_secret_files", value=...), ("webhook_secret_files", "nothing", "needed")),
        (changed(key="webhook_secret_files", value=[]), ("webhook_secret_files", "[]", "at least 1")),
        (changed(key="webhook_secret_files", value=["a", "b", "c"]), ("webhook_secret_files", "at most 2")),
        (changed(key="session_key_files", value=["a", "b", "c"]), ("session_key_files", "at most 2")),
        (changed(key="public_url", value="http://modwright.example"), ("public_url", "https")),
        (changed(key="public_url", value="https://modwright.example/path"), ("public_url", "without a path")),
        (changed(key="public_url", value="https://a@modwright.example"), ("public_url", "https")),
        (changed(key="sign_in", value={"client": "x"}), ("sign_in.client", "client_id, client_secret_file, web")),
        (changed(key="sign_in", value={"client_id": "x"}), ("sign_in.client_secret_file", "needed")),
        (changed(key="identity", value={"issuer": "i", "audience": "a"}), ("identity", "either jwks_file or jwks_url")),
        (changed(key="limits.writes_per_minute", value=0), ("limits.writes_per_minute", "greater than 0")),
        ("[]", ("found []", "a mapping")),
        ("a: [", ("neither YAML nor JSON",)),
        ("x" * 70_000, ("too large",)),
    ],
)
def test_what_is_wrong_is_said_with_file_key_found_and_allowed(
    write: Callable[..., Path], content: object, words: tuple[str, ...]
) -> None:
    with pytest.raises(Terminal) as caught:
        load(write(content))
    assert "settings.yaml" in caught.value.message
    for word in words:
        assert word in caught.value.message


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Terminal, match=r"none\.yaml cannot be read"):
        load(tmp_path / "none.yaml")


@pytest.mark.parametrize("content", [b"", b" \n", b"\xff\xfe secret"])
def test_a_secret_that_cannot_be_used_is_named_and_not_shown(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "webhook"
    file.write_bytes(content)
    with pytest.raises(Terminal) as caught:
        secret(file)
    assert "webhook" in caught.value.message
    assert "secret" not in caught.value.message.replace(str(tmp_path), "")
