"""Signatures that OpenSSH and git accept, and that nothing else gets past."""

from __future__ import annotations

import base64
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from controller.adapters.git import Mirror
from controller.adapters.signing import SigningKey
from controller.core.errors import Terminal
from controller.core.signature import verify
from tests.adapters.git.conftest import AUTHOR, WHEN, git, mirror, remote  # noqa: F401
from tests.adapters.git.test_history import MAIN

needs_openssh = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKey.generate(tmp_path / "key")


def test_a_signature_is_verified_by_the_key_that_made_it(key: SigningKey, tmp_path: Path) -> None:
    other = SigningKey.generate(tmp_path / "other")
    signature = key.sign(b"payload")
    assert verify(b"payload", signature, [other.public_key, key.public_key]) == key.public_key
    assert verify(b"payload", signature, [f"modwright@x namespaces=git {key.public_key} comment"]) is not None
    assert verify(b"payload", signature, [other.public_key]) is None
    assert verify(b"payload", signature, []) is None
    assert verify(b"another", signature, [key.public_key]) is None
    assert key.sign(b"payload") == signature


def test_a_damaged_signature_is_none(key: SigningKey) -> None:
    signature = key.sign(b"payload")
    lines = signature.splitlines()
    blob = bytearray(base64.b64decode("".join(lines[1:-1])))
    for position in range(len(blob)):
        damaged = bytes(blob[:position]) + bytes([blob[position] ^ 1]) + bytes(blob[position + 1 :])
        text = "\n".join((lines[0], base64.b64encode(damaged).decode(), lines[-1]))
        assert verify(b"payload", text, [key.public_key]) is None
    for text in ("", "garbage", lines[0], "\n".join((lines[0], "!!!", lines[-1])), signature.replace("SSH", "PGP")):
        assert verify(b"payload", text, [key.public_key]) is None
    for line in ("", "ssh-ed25519", "ssh-ed25519 !!!", "ssh-rsa AAAA", "ssh-ed25519 AAAA"):
        assert verify(b"payload", signature, [line]) is None


def test_a_key_is_read_back_and_only_its_owner_may(tmp_path: Path) -> None:
    made = SigningKey.generate(tmp_path / "key")
    assert SigningKey.load(tmp_path / "key").public_key == made.public_key
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    with pytest.raises(Terminal) as refused:
        SigningKey.generate(tmp_path / "key")
    assert refused.value.reason == "SigningKeyExists"


@pytest.mark.parametrize("content", [b"", b"canary", b"-----BEGIN OPENSSH PRIVATE KEY-----\ncanary\n-----END"])
def test_a_file_that_holds_no_key_is_refused_without_quoting_it(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(Terminal) as refused:
        SigningKey.load(tmp_path / "key")
    assert refused.value.reason == "SigningKeyUnusable"
    assert "canary" not in str(refused.value)
    with pytest.raises(Terminal):
        SigningKey.load(tmp_path / "missing")


@needs_openssh
def test_git_accepts_a_commit_that_it_signed(
    key: SigningKey,
    mirror: Mirror,  # noqa: F811
    tmp_path: Path,
    git: Callable[..., str],  # noqa: F811
) -> None:
    head = mirror.head(MAIN)
    assert head is not None
    made = mirror.write_commit(
        parents=[head],
        changes={"a": "ä".encode()},
        base_tree=None,
        message="Promote blöd\n\nReason: ä\n",
        author=AUTHOR,
        when=WHEN,
        sign=key.sign,
    )
    (tmp_path / "signers").write_text(f"modwright@example.invalid {key.public_key}\n")
    git("-c", f"gpg.ssh.allowedSignersFile={tmp_path / 'signers'}", "verify-commit", made, cwd=tmp_path / "mirror.git")
    record = mirror.commit(made)
    assert record.signature is not None
    assert record.signed_payload is not None
    assert verify(record.signed_payload, record.signature, [key.public_key]) == key.public_key


@needs_openssh
def test_what_openssh_signed_is_verified(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "id")], check=True)
    (tmp_path / "text").write_bytes(b"payload")
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(tmp_path / "id"), "-n", "git", str(tmp_path / "text")]
    subprocess.run(command, check=True, capture_output=True)
    public = (tmp_path / "id.pub").read_text()
    assert verify(b"payload", (tmp_path / "text.sig").read_text(), [public]) == public
    assert SigningKey.load(tmp_path / "id").public_key == " ".join(public.split()[:2])


@needs_openssh
def test_a_signature_for_another_purpose_does_not_count(tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / "id")], check=True)
    (tmp_path / "text").write_bytes(b"payload")
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(tmp_path / "id"), "-n", "file", str(tmp_path / "text")]
    subprocess.run(command, check=True, capture_output=True)
    public = (tmp_path / "id.pub").read_text()
    assert verify(b"payload", (tmp_path / "text.sig").read_text(), [public]) is None
