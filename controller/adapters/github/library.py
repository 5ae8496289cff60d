"""
PyGithub without its objects: whoever wants its requester gets it from here.

Its package imports a class for each thing that GitHub knows, some 170 modules with a library for sealed boxes. None of
them is used here, and together they are 5 MiB of a controller that stays for months. So they are there by name and are
read when something is first asked of one, as PEP 690 would have it; that changes nothing for anybody who uses them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

__all__ = [
    "Auth",
    "Github",
    "GithubException",
    "GithubIntegration",
    "HTTPRequestsConnectionClass",
    "HTTPSRequestsConnectionClass",
    "Requester",
]


class _Unread(ModuleType):
    """A module of which nothing was asked yet. What the import system itself looks at is set and never comes by here."""

    def __getattr__(self, name: str) -> Any:
        loader = self.__spec__.loader if self.__spec__ is not None else None
        if name.startswith("__") or not isinstance(loader, _Later):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        self.__class__ = ModuleType  # type: ignore[assignment]  # an ordinary module from here on
        loader.real.exec_module(self)
        return getattr(self, name)


class _Later(Loader):
    """Makes a module and leaves its reading to the first who asks."""

    def __init__(self, real: Loader) -> None:
        self.real = real

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module, unread."""
        return _Unread(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing yet."""


class _Objects(MetaPathFinder):
    """Finds PyGithub's modules, and nobody else's."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module to be read later."""
        spec = PathFinder.find_spec(fullname, path, target) if fullname.startswith("github.") else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Later(spec.loader)
        return spec


@contextmanager
def _read_later() -> Iterator[None]:
    finder = _Objects()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


with _read_later():
    from github import Auth, Github, GithubIntegration
    from github.GithubException import GithubException
    from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester
