"""An identity provider of the tests: its keys, and what it states of a user."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa_key

from controller.access.statements import Identity
from controller.core.errors import Transient

ISSUER, AUDIENCE = "https://admin.example", "https://modwright.example"


@cache
def key(name: str) -> Any:
    """A private key of that kind, made once: `EdDSA`, `ES256`, `RS256`; what stands after a dash makes another one."""
    match name.partition("-")[0]:
        case "EdDSA":
            return Ed25519PrivateKey.generate()
        case "ES256":
            return generate_private_key(SECP256R1())
        case "RS256":
            return generate_rsa_key(public_exponent=65537, key_size=2048)
    raise KeyError(name)


def public(name: str) -> dict[str, Any]:
    """Its public half as an entry of a key set, under its name."""
    algorithm = name.partition("-")[0]
    made = jwt.get_algorithm_by_name(algorithm).to_jwk(key(name).public_key(), as_dict=True)
    return {**made, "kid": name, "alg": algorithm, "use": "sig"}


@dataclass
class Keys:
    """The port `StatementKeys` in memory; counts how often it was asked."""

    names: list[str] = field(default_factory=lambda: ["EdDSA", "ES256", "RS256"])
    asked: int = 0
    is_away: bool = False
    says: str = ""

    def document(self) -> str:
        self.asked += 1
        if self.is_away:
            raise Transient("the keys' address did not answer")
        return self.says or json.dumps({"keys": [public(name) for name in self.names]})


def identity(keys: Keys | None = None) -> Identity:
    return Identity(ISSUER, AUDIENCE, keys or Keys())


def statement(now: datetime, *, by: str = "EdDSA", kid: str | None = None, **claims: Any) -> str:
    """What the provider states at that moment; a claim that is `None` is left out."""
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "4711",
        "name": "Olga Petrova",
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=5)).timestamp()),
        **claims,
    }
    sound = {name: value for name, value in said.items() if value is not None}
    return jwt.encode(sound, key(by), algorithm=by.partition("-")[0], headers={"kid": kid or by})
