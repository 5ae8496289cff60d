"""The controller's signing key: an Ed25519 key in OpenSSH's format, as a file that is mounted or made."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from controller.core import signature
from controller.core.errors import Terminal

_HINT = "Make one with: ssh-keygen -t ed25519 -N '' -f KEYFILE"


class SigningKey:
    """Signs commits so that `git verify-commit` accepts them. The private half leaves the object only to its file."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self._public = key.public_key().public_bytes_raw()

    @staticmethod
    def load(path: Path) -> SigningKey:
        """Reads a private key without passphrase. Raises `Terminal` (`SigningKeyUnusable`)."""
        try:
            key = serialization.load_ssh_private_key(path.read_bytes(), password=None)
        except OSError as error:
            raise Terminal("SigningKeyUnusable", f"{path} cannot be read: {error.strerror}", hint=_HINT) from error
        except (ValueError, TypeError) as error:
            # From None: what a parser says of a private key may quote it.
            message = f"{path} holds no OpenSSH private key without passphrase ({type(error).__name__})"
            raise Terminal("SigningKeyUnusable", message, hint=_HINT) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise Terminal("SigningKeyUnusable", f"{path} holds another kind of key; allowed: ed25519", hint=_HINT)
        return SigningKey(key)

    @staticmethod
    def generate(path: Path) -> SigningKey:
        """Makes a key and writes it to a new file that only its owner reads. Raises `Terminal` where it exists."""
        key = Ed25519PrivateKey.generate()
        text = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError as error:
            raise Terminal("SigningKeyExists", f"{path} is there already; a key is not overwritten") from error
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
        return SigningKey(key)

    @property
    def public_key(self) -> str:
        """`ssh-ed25519 AAAA…`, as it stands in the platform's configuration."""
        encoded = base64.b64encode(signature.encoded_key(self._public)).decode()
        return f"{signature.ALGORITHM.decode()} {encoded}"

    def sign(self, payload: bytes) -> str:
        """The armored signature of a commit's text. The same payload gives the same signature."""
        return signature.armored(self._public, self._key.sign(signature.signed_data(payload)))
