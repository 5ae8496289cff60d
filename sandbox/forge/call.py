"""What a handler gets and gives, and how an endpoint is described."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.forge.accounts import Identity
from sandbox.forge.forge import Forge
from sandbox.forge.git_repository import GitRepository
from sandbox.forge.refusals import not_found


@dataclass(frozen=True)
class Reply:
    """An answer: JSON by default, or text as it is."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call as its handler sees it."""

    forge: Forge
    asker: Identity
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def repository(self) -> GitRepository:
        """The repository that the path names."""
        return self.forge.repository(f"{self.parameters['owner']}/{self.parameters['name']}")

    def number(self, parameter: str) -> int:
        """A number in the path. Raises `Refusal` 404 for anything else."""
        text = str(self.parameters[parameter])
        if not text.isdigit():
            raise not_found()
        return int(text)

    def page(self, items: list[Any]) -> tuple[list[Any], dict[str, str]]:
        """The asked page of a list, and the `Link` header that leads to the others."""
        size = max(1, min(100, int(self.query.get("per_page") or 30)))
        page = max(1, int(self.query.get("page") or 1))
        last = max(1, -(-len(items) // size))
        chosen = items[(page - 1) * size : page * size]
        return chosen, self._links(page, last)

    def _links(self, page: int, last: int) -> dict[str, str]:
        targets = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
        shown = [name for name in targets if (name in ("next", "last")) == (page < last) or page not in (1, last)]
        if last == 1:
            return {}
        if page == last:
            shown = ["prev", "first"]
        return {"Link": ", ".join(f'<{self._page_url(targets[name])}>; rel="{name}"' for name in shown)}

    def _page_url(self, page: int) -> str:
        query = "&".join(f"{key}={value}" for key, value in {**self.query, "page": str(page)}.items())
        return f"{self.forge.url}{self.path}?{query}"


Handler = Callable[[Call], Any]


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A path, what answers it, and the permission it needs, as `contents:write`; several are alternatives.

    `needs` may also be "app" (a JWT), "anyone" (with a token), "nobody" (no token at all) or `organization/members:read`,
    a right in the organisation instead of a repository. `creates` counts against the secondary limit. `free` is an answer
    that costs nothing and changes without any record changing. `readers`: what GitHub lets every person do who may read,
    such as commenting.
    """

    method: str
    path: str
    handler: Handler
    needs: str
    creates: bool = False
    free: bool = False
    readers: bool = False
