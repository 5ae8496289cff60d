"""The image registry, asked by digest with a token that may only pull."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from demo.errors import DemoError

_OK = 200
_KINDS = "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json"


def labels(images: Mapping[str, Any], digest: str) -> dict[str, str]:
    """The labels of an image's configuration. `DemoError` where the image is not there."""
    manifest = _json(images, f"manifests/{digest}")
    configuration = _json(images, f"blobs/{manifest['config']['digest']}")
    found: dict[str, str] = configuration["config"].get("Labels") or {}
    return found


def _json(images: Mapping[str, Any], path: str) -> Any:
    url = f"http://{images['address']}/v2/{images['repository']}/{path}"
    headers = {"Authorization": f"Bearer {images['token']}", "Accept": _KINDS}
    try:
        answer = requests.get(url, headers=headers, timeout=10)
    except requests.RequestException as error:
        raise DemoError(f"the image registry does not answer ({type(error).__name__})") from error
    if answer.status_code != _OK:
        raise DemoError(f"{path} is not in the image registry: {answer.status_code}")
    return answer.json()
