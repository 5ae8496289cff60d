"""The running platform, asked as any client would ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import requests

from demo.errors import DemoError

_TIMEOUT_SECONDS = 5


@dataclass(frozen=True)
class Answered:
    """What an environment answered: what it runs, and how each of its modules is."""

    tree: str
    digest: str
    modules: dict[str, str]

    @property
    def slugs(self) -> set[str]:
        """The modules that are compiled in."""
        return set(self.modules)


def ask(url: str) -> Answered:
    """Asks an environment at its front. `DemoError` where it does not answer as the platform does."""
    identity, modules = _json(f"{url}/health/"), _json(f"{url}/health/modules")
    try:
        return Answered(
            tree=identity["tree"],
            digest=identity["digest"],
            modules={module["slug"]: module["status"] for module in modules["modules"]},
        )
    except (KeyError, TypeError) as error:
        raise DemoError(f"{url} does not answer as the platform does: {identity} {modules}") from error


def digest_of(url: str) -> str:
    """The digest that an environment says it runs."""
    return str(_json(f"{url}/health/")["digest"])


def _json(url: str) -> Any:
    try:
        return requests.get(url, timeout=_TIMEOUT_SECONDS).json()
    except (requests.RequestException, ValueError) as error:
        raise DemoError(f"{url} does not answer ({type(error).__name__})") from error
