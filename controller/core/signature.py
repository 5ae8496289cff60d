"""
SSH signatures of commits: their encoding and their verification, without any file or program.

The format is OpenSSH's PROTOCOL.sshsig; git signs a commit's text without its `gpgsig` header, in the namespace `git`.
Only Ed25519 is taken: one algorithm is one thing to judge.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

NAMESPACE = "git"
ALGORITHM = b"ssh-ed25519"
HASH = b"sha512"

_MAGIC = b"SSHSIG"
_VERSION = 1
_BEGIN = "-----BEGIN SSH SIGNATURE-----"
_END = "-----END SSH SIGNATURE-----"
_HASHES = {b"sha512": hashlib.sha512, b"sha256": hashlib.sha256}
_LINE = 70


@dataclass(frozen=True)
class _Signature:
    key: bytes
    """The raw 32 bytes of the public key that the signature names."""
    namespace: bytes
    hash: bytes
    value: bytes


def verify(payload: bytes, signature: str, public_keys: Sequence[str]) -> str | None:
    """
    Which of these keys signed the payload, as it was given; `None` where none did or the signature cannot be read.

    A key is a line of OpenSSH's: `ssh-ed25519 AAAA… comment`, also behind a principal. The key that the signature names
    by itself proves nothing, so it only chooses among those that are given.
    """
    parsed = _parsed(signature)
    if parsed is None or parsed.namespace != NAMESPACE.encode() or parsed.hash not in _HASHES:
        return None
    chosen = next((line for line in public_keys if raw_key(line) == parsed.key), None)
    if chosen is None:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(parsed.key).verify(parsed.value, signed_data(payload, hash_name=parsed.hash))
    except (InvalidSignature, ValueError):
        return None
    return chosen


def signed_data(payload: bytes, *, hash_name: bytes = HASH) -> bytes:
    """The bytes that the key signs for a payload."""
    digest = _HASHES[hash_name](payload).digest()
    return _MAGIC + b"".join(string(part) for part in (NAMESPACE.encode(), b"", hash_name, digest))


def armored(public_key: bytes, value: bytes) -> str:
    """The text of a signature, made by the key with these 32 public bytes."""
    inside = (encoded_key(public_key), NAMESPACE.encode(), b"", HASH, string(ALGORITHM) + string(value))
    blob = _MAGIC + struct.pack(">I", _VERSION) + b"".join(string(part) for part in inside)
    text = base64.b64encode(blob).decode()
    lines = [text[start : start + _LINE] for start in range(0, len(text), _LINE)]
    return "\n".join((_BEGIN, *lines, _END)) + "\n"


def encoded_key(public_key: bytes) -> bytes:
    """A public key as OpenSSH encodes it."""
    return string(ALGORITHM) + string(public_key)


def string(content: bytes) -> bytes:
    """A string in the wire format: its length in four bytes, then itself."""
    return struct.pack(">I", len(content)) + content


def raw_key(line: str) -> bytes | None:
    """The 32 bytes of a public key's line, `None` where it is no Ed25519 key."""
    words = line.split()
    if ALGORITHM.decode() not in words:
        return None
    position = words.index(ALGORITHM.decode()) + 1
    if position == len(words):
        return None
    try:
        strings = _strings(base64.b64decode(words[position], validate=True), count=2)
    except (binascii.Error, ValueError):
        return None
    return strings[1] if strings[0] == ALGORITHM and len(strings[1]) == 32 else None


def _parsed(text: str) -> _Signature | None:
    """The parts of an armored signature, `None` where it is not one of Ed25519."""
    body = text.strip()
    if not body.startswith(_BEGIN) or not body.endswith(_END):
        return None
    try:
        blob = base64.b64decode("".join(body[len(_BEGIN) : -len(_END)].split()), validate=True)
        return _unpacked(blob)
    except (binascii.Error, ValueError):
        return None


def _unpacked(blob: bytes) -> _Signature:
    """Raises `ValueError` for anything but version 1 with an Ed25519 key and signature."""
    start = len(_MAGIC) + 4
    if blob[:start] != _MAGIC + struct.pack(">I", _VERSION):
        raise ValueError("not version 1 of an SSH signature")
    key, namespace, _reserved, hash_name, value = _strings(blob[start:], count=5)
    key_kind, raw = _strings(key, count=2)
    value_kind, signature = _strings(value, count=2)
    if key_kind != ALGORITHM or value_kind != ALGORITHM:
        raise ValueError("another algorithm")
    return _Signature(key=raw, namespace=namespace, hash=hash_name, value=signature)


def _strings(content: bytes, *, count: int) -> list[bytes]:
    """Exactly `count` strings of the wire format. Raises `ValueError`, also where something is left over."""
    found = []
    for _ in range(count):
        if len(content) < 4:
            raise ValueError("it ends too early")
        (length,) = struct.unpack(">I", content[:4])
        if len(content) < 4 + length:
            raise ValueError("it ends too early")
        found.append(content[4 : 4 + length])
        content = content[4 + length :]
    if content:
        raise ValueError("something is left over")
    return found
