"""Keys and tokens of one demo: made at random, written to files of their owner alone."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from demo.folder import Folder


@dataclass(frozen=True)
class Keys:
    """
    What the parts know each other by. `people` maps a login to the token of that person, which the forge and the
    controller both accept here. With `client_secret` the controller signs people in through the forge, and with
    `session` it signs their browsers' sessions. `signer` is the public half of the key that signs the ledger.
    """

    people: dict[str, str]
    process_host: str
    image_push: str
    image_pull: str
    webhook: str
    client_secret: str
    session: str
    signer: str


def keys_of(folder: Folder, logins: tuple[str, ...]) -> Keys:
    """Those that the folder holds: its ledger is signed with them. Made where it holds none."""
    file = folder.file("keys.json")
    if file.is_file():
        # A folder that was begun before people could sign in lacks the secrets for it.
        keys = Keys(**{"client_secret": _token(), "session": _session_key(), **json.loads(file.read_text())})
    else:
        keys = _make(folder, logins)
    folder.write_private(file.name, json.dumps(asdict(keys), indent=2))
    return keys


def _make(folder: Folder, logins: tuple[str, ...]) -> Keys:
    folder.write_private("app.pem", _app_key())
    private, public = _signing_key()
    folder.write_private("signing_key", private)
    return Keys(
        people={login: f"{login}-{_token()}" for login in logins},
        process_host=_token(),
        image_push=_token(),
        image_pull=_token(),
        webhook=_token(),
        client_secret=_token(),
        session=_session_key(),
        signer=public,
    )


def _token() -> str:
    return secrets.token_urlsafe(24)


def _session_key() -> str:
    return secrets.token_urlsafe(48)


def _app_key() -> str:
    key = generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def _signing_key() -> tuple[str, str]:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
    return private, public
