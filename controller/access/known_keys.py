"""
The keys that statements are signed with: read again as they age, so that one that was taken back ends, and never forgotten
for an answer that is no key set.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt

from controller.core.errors import Transient
from controller.ports import Clock, StatementKeys

ALGORITHMS = ("RS256", "ES256", "EdDSA")
"""Each has a public half. `none` has no key, and a shared secret would let the reader write."""
FRESH = timedelta(minutes=10)
"""After which known keys are read again: so long a key that was taken back still counts."""
BELIEVED = timedelta(days=1)
"""How long known keys count without another reading: who can keep the address from answering keeps no key alive."""
_BETWEEN_READINGS = timedelta(minutes=1)
_PATIENCE = timedelta(seconds=2)
"""How long a request waits for another one's reading; who names a known key waits for none."""


class KnownKeys:
    """Keys by their names. Nobody can have them read more than once a minute by making names up."""

    def __init__(self, source: StatementKeys, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._asked_at: datetime | None = None
        self._read_at: datetime | None = None
        self._failure = ""
        self._reading = threading.Lock()

    def named(self, name: str) -> jwt.PyJWK | None:
        """
        The key of that name, `None` where the newest reading has none.

        `Transient` where they could not be read: an unknown key is not one that there is not.
        """
        if self._is_due(name):
            self._read_once(name)
        now, read_at = self._clock(), self._read_at
        key = self._keys.get(name) if read_at is not None and now - read_at < BELIEVED else None
        if key is None and self._failure:
            raise Transient(self._failure)
        return key

    def _is_due(self, name: str) -> bool:
        now = self._clock()
        if self._asked_at is not None and now - self._asked_at < _BETWEEN_READINGS:
            return False
        return name not in self._keys or self._read_at is None or now - self._read_at >= FRESH

    def _read_once(self, name: str) -> None:
        """One request reads. The others go on with a key that they know, or wait a little for the reading."""
        patience = 0.0 if name in self._keys else _PATIENCE.total_seconds()
        if not self._reading.acquire(timeout=patience):
            if name not in self._keys:
                raise Transient("the keys of statements are being read")
            return
        try:
            if self._is_due(name):
                self._read()
        finally:
            self._reading.release()

    def _read(self) -> None:
        try:
            self._keys, self._failure = key_set(self._source.document()), ""
            self._read_at = self._clock()
        except Transient as error:
            self._failure = error.message
        finally:
            self._asked_at = self._clock()


def key_set(document: str) -> dict[str, jwt.PyJWK]:
    """
    The usable keys of a key set by their ids. What is no public key for one of the algorithms is passed over.

    `Transient` for what is no key set: a page that says sorry takes no key back.
    """
    try:
        listed = json.loads(document)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError):
        listed = None
    if not isinstance(listed, list):
        raise Transient("the keys' address told no key set")
    usable = (key for key in map(_usable, listed) if key is not None and key.key_id)
    return {str(key.key_id): key for key in usable}


def _usable(entry: Any) -> jwt.PyJWK | None:
    if not isinstance(entry, dict) or entry.get("use", "sig") != "sig" or entry.get("kty") not in ("RSA", "EC", "OKP"):
        return None
    try:
        key = jwt.PyJWK(entry)
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return None
    return key if key.algorithm_name in ALGORITHMS else None
