"""The platform's own admin interface, as docs/guides/connect-your-own-admin-ui.md sets one up."""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from pathlib import Path
from typing import Any

from demo.folder import Folder

_ISSUER, _AUDIENCE = "https://admin.example", "https://modwright.example"
_NAME = "rustok-admin"
_KEY = "statements.pem"


def connect(folder: Folder) -> None:
    """Tells the controller of the interface: its token's hash and the key of its statements. Counts from its next start."""
    import jwt
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key, token = Ed25519PrivateKey.generate(), secrets.token_urlsafe(24)
    folder.write_private(_KEY, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
    public = jwt.get_algorithm_by_name("EdDSA").to_jwk(key.public_key(), as_dict=True)
    folder.write_private("jwks.json", json.dumps({"keys": [{**public, "kid": "1", "use": "sig", "alg": "EdDSA"}]}))
    line = f"{hashlib.sha256(token.encode()).hexdigest()} {_NAME} admin scope=read,write,act-for\n"
    folder.write_private("api_tokens", folder.file("api_tokens").read_text() + line)
    settings = json.loads(folder.file("controller.json").read_text())
    settings["identity"] = {"issuer": _ISSUER, "audience": _AUDIENCE, "jwks_file": "jwks.json"}
    folder.write_private("controller.json", json.dumps(settings, indent=2))
    folder.write({**folder.read(), "own_interface": token})


def statement_of(known: dict[str, Any]) -> tuple[str, str]:
    """The interface's token, and its word on who its user is: somebody whom the forge does not know."""
    import jwt

    folder, now = Folder(Path(known["state"])), int(time.time())
    claims = {"iss": _ISSUER, "aud": _AUDIENCE, "sub": "4711", "name": "Olga Petrova", "iat": now, "exp": now + 300}
    key = folder.file(_KEY).read_bytes()
    return folder.read()["own_interface"], jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": "1"})
