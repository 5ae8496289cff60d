"""Events to the App's address: signed, one after the other, never in the way of the call that caused them.

As on GitHub a delivery is tried once; a failed one stands in the list and can be asked for again.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import http.client
import json
import time
import urllib.parse
import uuid
from typing import TYPE_CHECKING

from sandbox.forge import clock
from sandbox.forge.events import Event
from sandbox.forge.store import Document

if TYPE_CHECKING:
    from sandbox.forge.forge import Forge

_HOOK_ID = 4700
_TIMEOUT_SECONDS = 10
_KEPT = 500


def sign(secret: str, body: bytes, algorithm: str = "sha256") -> str:
    """The value of `X-Hub-Signature-256` (or, with sha1, of the old header)."""
    return f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"


def _post(url: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
    parts = urllib.parse.urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=_TIMEOUT_SECONDS)
    try:
        path = urllib.parse.urlunsplit(("", "", parts.path or "/", parts.query, ""))
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(65536).decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


class Webhooks:
    """The App's one hook. Its address can be changed while it runs (`PATCH /app/hook/config`)."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge
        self._queue: asyncio.Queue[Document] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None
        forge.events.listen(self._on_event)

    def configuration(self) -> Document:
        """The address and the secret in force."""
        stored = self._forge.store.get("hook", _HOOK_ID)
        if stored is not None:
            return stored
        app = self._forge.settings.app
        url, secret = (app.webhook.url, app.webhook.secret) if app else ("", "")
        return {"id": _HOOK_ID, "repo": "", "url": url, "secret": secret}

    def configure(self, changes: Document) -> None:
        """Change address or secret, for good."""
        merged = {**self.configuration(), **changes}
        self._forge.store.add("hook", "", merged)

    def _on_event(self, event: Event) -> None:
        if self._forge.settings.app is None or not self.configuration()["url"]:
            return
        self.enqueue(self._delivery(event.name, event.action, event.repository, event.payload))

    def _delivery(self, name: str, action: str | None, repository: str, payload: Document) -> Document:
        delivery = {
            "guid": str(uuid.uuid4()),
            "event": name,
            "action": action,
            "repository": repository,
            "payload": payload,
            "redelivery": False,
            "delivered_at": clock.stamp(),
            "status": "pending",
            "status_code": 0,
            "duration": 0.0,
            "request_headers": {},
            "response": "",
        }
        for old in self._forge.store.all("delivery", "")[:-_KEPT]:
            self._forge.store.remove("delivery", old)
        return self._forge.store.add("delivery", "", delivery)

    def redeliver(self, delivery: Document) -> None:
        """Send a delivery again under its old guid."""
        again = {key: value for key, value in delivery.items() if key != "id"}
        again.update(redelivery=True, status="pending", delivered_at=clock.stamp())
        self.enqueue(self._forge.store.add("delivery", "", again))

    def enqueue(self, delivery: Document) -> None:
        """Send it when its turn comes; needs the running event loop."""
        self._queue.put_nowait(delivery)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.get_running_loop().create_task(self._work())

    async def stop(self) -> None:
        """Drop what has not been sent; a hint that is lost must be found by looking."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)

    async def _work(self) -> None:
        while not self._queue.empty():
            await self._send(self._queue.get_nowait())

    async def _send(self, delivery: Document) -> None:
        configuration = self.configuration()
        body = json.dumps(delivery["payload"], separators=(",", ":")).encode()
        headers = self._headers(delivery, configuration["secret"], body)
        started = time.monotonic()
        status, text = await asyncio.to_thread(_post, configuration["url"], headers, body)
        delivery["duration"] = round(time.monotonic() - started, 3)
        delivery["status_code"], delivery["response"] = status, text
        delivery["status"] = "OK" if 200 <= status < 300 else "Invalid HTTP Response: " + str(status)
        delivery["request_headers"] = {key: value for key, value in headers.items() if "Signature" not in key}
        self._forge.store.save("delivery", delivery)

    def _headers(self, delivery: Document, secret: str, body: bytes) -> dict[str, str]:
        app = self._forge.settings.app
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"GitHub-Hookshot/{hashlib.sha256(delivery['guid'].encode()).hexdigest()[:7]}",
            "X-GitHub-Delivery": delivery["guid"],
            "X-GitHub-Event": delivery["event"],
            "X-GitHub-Hook-ID": str(_HOOK_ID),
            "X-GitHub-Hook-Installation-Target-ID": str(app.id if app else 0),
            "X-GitHub-Hook-Installation-Target-Type": "integration",
        }
        if secret:
            headers["X-Hub-Signature"] = sign(secret, body, "sha1")
            headers["X-Hub-Signature-256"] = sign(secret, body)
        return headers
