"""People, bots, Apps and the tokens by which they ask."""

from __future__ import annotations

import hashlib
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from jwt.types import Options

from sandbox.configuration import AppSettings, Settings
from sandbox.forge import clock
from sandbox.forge.refusals import Refusal
from sandbox.forge.store import Document, Store

TOKEN_LIFETIME = timedelta(hours=1)
ACTIONS_APP_ID = 15368
_ACTIONS_BOT_ID = 41898282
# Ten minutes, and the minute in the past that GitHub advises for `iat`.
_LONGEST_JWT_SECONDS = 660
_LEVELS = {"none": 0, "read": 1, "write": 2, "admin": 3}


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who asks: a person, an installation of an App (also a workflow's own token), or the App itself by JWT.

    `permissions` is None for a person, who has a role in each repository instead; `repositories` is None for "all".
    `lent` bounds what an App may do for a person who signed in to it: never more than the App itself may.
    """

    kind: str
    user: Document
    key: str
    app_id: int | None = None
    permissions: Mapping[str, str] | None = None
    repositories: frozenset[str] | None = None
    lent: Mapping[str, str] | None = None


def _public_key(path: Path) -> RSAPublicKey:
    pem = path.read_bytes()
    if b"PRIVATE KEY" not in pem:
        key = load_pem_public_key(pem)
    else:
        private = load_pem_private_key(pem, password=None)
        if not isinstance(private, RSAPrivateKey):
            raise TypeError(f"{path}: an App's key is an RSA key")
        key = private.public_key()
    if not isinstance(key, RSAPublicKey):
        raise TypeError(f"{path}: an App's key is an RSA key")
    return key


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def lends(identity: Identity, permission: str, level: str) -> bool:
    """Whether a person's token allows this at all: an App lends no more than it has, a person's own token everything."""
    if identity.lent is None or permission == "metadata":
        return True
    return _LEVELS[identity.lent.get(permission, "none")] >= _LEVELS[level]


def _account(login: str, identifier: int, kind: str, **more: Any) -> Document:
    return {"login": login, "id": identifier, "type": kind, "name": "", "email": "", **more}


class Accounts:
    """Everyone the forge knows. Accounts come from the configuration; installation tokens live in the store."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._store = store
        self._settings = settings
        self._by_login: dict[str, Document] = {}
        self._by_id: dict[int, Document] = {}
        self._by_email: dict[str, Document] = {}
        self._people: dict[str, Document] = {}
        self._roles: dict[tuple[int, str], str] = {}
        self.app = settings.app
        self._key = _public_key(Path(settings.app.private_key_file)) if settings.app else None
        self._add_people()
        self._add_bots_and_owners()
        self._tokens = {document["digest"]: document for document in store.all("token")}

    def _add(self, account: Document) -> None:
        account["email"] = account["email"] or f"{account['id']}+{account['login']}@users.noreply.github.com"
        self._by_login[account["login"].lower()] = account
        self._by_id[account["id"]] = account
        self._by_email[account["email"].lower()] = account

    def _add_people(self) -> None:
        for user in self._settings.users:
            account = _account(user.login, user.id, "User", name=user.name or user.login.title(), email=user.email)
            self._add(account)
            self._people[_digest(user.token)] = account
            for repository, role in user.permission.items():
                self._roles[user.id, repository.lower()] = role

    def _add_bots_and_owners(self) -> None:
        self._add(_account("github-actions[bot]", _ACTIONS_BOT_ID, "Bot", app_id=ACTIONS_APP_ID))
        self._add(_account("web-flow", 19864447, "User", name="GitHub", email="noreply@github.com"))
        if self.app is not None:
            self._add(_account(f"{self.app.slug}[bot]", self.app.bot_id, "Bot", app_id=self.app.id))
        for repository in self._settings.repositories:
            owner = repository.name.split("/")[0]
            if owner.lower() not in self._by_login:
                self._add(_account(owner, 2_000_000 + zlib.crc32(owner.encode()) % 1_000_000, "Organization"))

    def by_login(self, login: str) -> Document | None:
        """The account of that login, in any case."""
        return self._by_login.get(login.lower())

    def by_id(self, identifier: int) -> Document:
        """The account of an id that a record holds; someone since removed is GitHub's `ghost`."""
        return self._by_id.get(identifier) or _account("ghost", 10137, "User", email="ghost@users.noreply.github.com")

    def by_email(self, email: str) -> Document | None:
        """The account that commits under this address, or None."""
        return self._by_email.get(email.lower())

    def actions_bot(self) -> Document:
        """The account of a workflow's own token."""
        return self._by_id[_ACTIONS_BOT_ID]

    def role(self, user: Document, repository: str) -> str:
        """A person's role in a repository: none, read, write or admin. An installed App's bot counts as write."""
        if user["type"] == "Bot":
            return "write"
        return self._roles.get((user["id"], repository.lower()), "none")

    def administrator(self, repository: str) -> Document | None:
        """The first person in the configuration who administers the repository."""
        for user in self._settings.users:
            if self._roles.get((user.id, repository.lower())) == "admin":
                return self._by_id[user.id]
        return None

    def may(self, identity: Identity, repository: str, permission: str, level: str) -> bool:
        """Whether the asker has `level` (read, write) of `permission`; a person by their role in the repository."""
        if identity.permissions is None:
            if not lends(identity, permission, level):
                return False
            needed = "admin" if permission == "administration" and level == "write" else level
            return _LEVELS[self.role(identity.user, repository)] >= _LEVELS[needed]
        granted = "read" if permission == "metadata" else identity.permissions.get(permission, "none")
        return self.sees(identity, repository) and _LEVELS[granted] >= _LEVELS[level]

    def sees(self, identity: Identity, repository: str) -> bool:
        """Whether the asker may know that the repository exists."""
        if identity.permissions is None:
            return self.role(identity.user, repository) != "none"
        return identity.repositories is None or repository.lower() in identity.repositories

    def identify(self, credentials: str) -> Identity:
        """Who a token or JWT stands for. Raises `Refusal` 401 as GitHub does for one unknown, expired or ill-signed."""
        digest = _digest(credentials)
        if digest in self._people:
            return Identity(kind="user", user=self._people[digest], key=digest[:16])
        if digest in self._tokens:
            return self._of_token(self._tokens[digest])
        if credentials.count(".") == 2 and self.app is not None:
            return self._of_jwt(credentials, self.app)
        raise Refusal(401, "Bad credentials", kind="UNAUTHENTICATED")

    def _of_token(self, token: Document) -> Identity:
        if token["expires_at"] is not None and clock.parse(token["expires_at"]) <= clock.now():
            raise Refusal(401, "Bad credentials", kind="UNAUTHENTICATED")
        if token.get("lent"):
            return self._of_lent_token(token)
        names = token["repositories"]
        return Identity(
            kind="installation",
            user=self._by_id[token["user"]],
            key=token["digest"][:16],
            app_id=token["app_id"],
            permissions=token["permissions"],
            repositories=None if names is None else frozenset(name.lower() for name in names),
        )

    def _of_lent_token(self, token: Document) -> Identity:
        person = self._by_id.get(token["user"])
        if person is None or self.app is None or self.app.id != token["app_id"]:
            raise Refusal(401, "Bad credentials", kind="UNAUTHENTICATED")
        lent = {"metadata": "read", **self.app.permissions}
        return Identity(kind="user", user=person, key=token["digest"][:16], app_id=token["app_id"], lent=lent)

    def _of_jwt(self, encoded: str, app: AppSettings) -> Identity:
        assert self._key is not None  # noqa: S101 - read where the App is configured, and it is
        required: Options = {"require": ["iat", "exp", "iss"]}
        try:
            claims = jwt.decode(encoded, self._key, algorithms=["RS256"], leeway=5, options=required)
        except jwt.ExpiredSignatureError as error:
            raise Refusal(401, "'Expiration time' claim ('exp') must be a numeric value in the future") from error
        except jwt.InvalidTokenError as error:
            raise Refusal(401, "A JSON web token could not be decoded") from error
        if str(claims["iss"]) != str(app.id):
            raise Refusal(401, "Integration not found")
        if claims["exp"] - claims["iat"] > _LONGEST_JWT_SECONDS:
            raise Refusal(401, "'Expiration time' claim ('exp') is too far in the future")
        return Identity(kind="app", user=self._by_id[app.bot_id], key="app", app_id=app.id, permissions={})

    def issue(
        self,
        *,
        user: Document,
        permissions: Mapping[str, str],
        repositories: list[str] | None,
        lifetime: timedelta = TOKEN_LIFETIME,
    ) -> tuple[str, Document]:
        """A new installation token (the text is not kept) and its record."""
        text = f"ghs_{secrets.token_urlsafe(27)}"
        record = {
            "digest": _digest(text),
            "user": user["id"],
            "app_id": user["app_id"],
            "permissions": dict(permissions),
            "repositories": repositories,
            "expires_at": clock.stamp(clock.now() + lifetime),
        }
        self._tokens[record["digest"]] = self._store.add("token", "", record)
        return text, record

    def lend(self, *, user: Document, app_id: int) -> str:
        """A token by which the App acts for a person. It does not expire: the App has opted out, as GitHub lets it."""
        text = f"ghu_{secrets.token_urlsafe(27)}"
        record = {"digest": _digest(text), "user": user["id"], "app_id": app_id, "expires_at": None, "lent": True}
        self._tokens[record["digest"]] = self._store.add("token", "", record)
        return text

    def person(self, login: str) -> Document | None:
        """The account of somebody whom the configuration lists as a user; bots and organisations are none."""
        account = self.by_login(login)
        return account if account is not None and account in self._people.values() else None

    @staticmethod
    def in_person(user: Document) -> Identity:
        """Who asks when a person uses the pages."""
        return Identity(kind="user", user=user, key=f"page of {user['id']}")

    def revoke(self, text: str) -> None:
        """The token is worth nothing from here on; an unknown one is ignored."""
        record = self._tokens.get(_digest(text))
        if record is not None:
            self.revoke_record(record)

    def revoke_record(self, record: Document) -> None:
        """The same for a token of which only the record is at hand."""
        self._tokens.pop(record["digest"], None)
        self._store.remove("token", record)
