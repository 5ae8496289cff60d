"""
The forge's webhooks: hints that something happened. Verified, answered, and nothing of them believed but "look now".

Source of the signature: GitHub, "Validating webhook deliveries".
"""

from __future__ import annotations

import hashlib
import hmac

from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from controller.access.routes import WEBHOOK
from controller.api.problems import refusal
from controller.reconcile.loop import Loop
from controller.serving.metrics import Metrics

router = APIRouter()
LARGEST = 26 * 1024 * 1024
"""GitHub sends at most 25 MB."""
_SIGNATURE = b"x-hub-signature-256"


@router.post(WEBHOOK, status_code=202)
async def delivery(request: Request) -> Response:
    """Wakes the loop. The body is hashed while it arrives and never kept, so that a large one costs no memory."""
    secrets: tuple[bytes, ...] = request.app.state.webhook_secrets
    metrics: Metrics = request.app.state.metrics
    digests = [hmac.new(secret, digestmod=hashlib.sha256) for secret in secrets]
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > LARGEST:
                metrics.deliveries.labels("too_large").inc()
                return refusal(413, "TooLarge", f"a delivery has at most {LARGEST} bytes")
            for digest in digests:
                digest.update(chunk)
    except ClientDisconnect:
        metrics.deliveries.labels("too_slow").inc()
        return refusal(408, "TooSlow", "the delivery did not arrive in time")
    if not _is_signed(request, [digest.hexdigest().encode() for digest in digests]):
        metrics.deliveries.labels("not_signed").inc()
        return refusal(401, "NotSigned", "the delivery is not signed with a secret that is known")
    loop: Loop = request.app.state.loop
    loop.wake()
    metrics.deliveries.labels("accepted").inc()
    return JSONResponse({"state": "accepted"}, status_code=202)


def _is_signed(request: Request, expected: list[bytes]) -> bool:
    """Bytes are compared, since text that is not ASCII would be an error; each secret, so that time tells nothing."""
    every = [value for name, value in request.scope["headers"] if name == _SIGNATURE]
    given = every[0] if len(every) == 1 else b""
    matches = [hmac.compare_digest(given, b"sha256=" + one) for one in expected]
    return any(matches)
