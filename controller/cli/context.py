"""Where the API is and who asks: the JSON file that `MODWRIGHT_CONTEXT` names, else the one that `modwright login` keeps."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from controller.core.errors import Terminal

VARIABLE = "MODWRIGHT_CONTEXT"


@dataclass(frozen=True)
class Context:
    """
    An address of the API and the tokens for it. Tokens stay out of `repr`: a traceback must not show one.

    `tokens` maps a name to a token, for whoever acts as several people; `token` is for one.
    """

    path: str
    api: str
    token: str = field(default="", repr=False)
    tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    repository: str = ""

    def token_of(self, user: str | None) -> str:
        """The token to send. `Terminal` where the file has several and nobody said which, or not that one."""
        if user is None and self.token:
            return self.token
        if user is None and len(self.tokens) == 1:
            return next(iter(self.tokens.values()))
        if user is not None and user in self.tokens:
            return self.tokens[user]
        names = ", ".join(sorted(self.tokens)) or "none by name"
        asked = f"has no token for {user!r}" if user else "has several tokens"
        raise Terminal("NoSuchToken", f"{self.path} {asked}; it has: {names}", hint="choose one with --as USER")


def find_context() -> Context | None:
    """The context of this process, `None` where the variable is not set and nobody has signed in."""
    named = os.environ.get(VARIABLE, "")
    if named:
        return read_context(Path(named))
    kept = kept_file()
    return read_context(kept) if kept.is_file() else None


def kept_file() -> Path:
    """
    Where `modwright login` keeps its context: below `XDG_CONFIG_HOME`, as the XDG base directory specification has it.
    """
    folder = os.environ.get("XDG_CONFIG_HOME", "")
    return (Path(folder) if folder else Path.home() / ".config") / "modwright" / "context.json"


def keep_context(api: str, token: str) -> Path:
    """Writes the context for its owner's eyes alone, in one step; answers the file."""
    file = kept_file()
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)  # made with mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as unfinished:
        json.dump({"api": api, "token": token}, unfinished)
    Path(name).replace(file)
    return file


def demand_context() -> Context:
    """The context, or `Terminal` that says how to give one."""
    context = find_context()
    if context is None:
        hint = f'modwright login https://…, or set {VARIABLE} to a JSON file: {{"api": "https://…", "token": "…"}}'
        raise Terminal("NoContext", "no API is named", hint=hint)
    return context


def read_context(path: Path) -> Context:
    """A context from its file. `Terminal` says what is wrong with it, never what it holds."""
    try:
        plain: Any = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Terminal("ContextUnreadable", f"{path}: {error.strerror}", hint=f"what does {VARIABLE} name?") from error
    except ValueError as error:
        raise Terminal("ContextUnreadable", f"{path}: no JSON", hint='{"api": "https://…", "token": "…"}') from error
    if not isinstance(plain, dict) or not isinstance(plain.get("api"), str):
        raise Terminal("ContextUnreadable", f"{path}: api: an address is wanted", hint='{"api": "https://…"}')
    tokens = plain.get("tokens") or {}
    if not isinstance(tokens, dict) or not all(isinstance(token, str) for token in tokens.values()):
        raise Terminal("ContextUnreadable", f"{path}: tokens: names with texts are wanted")
    return Context(
        path=str(path),
        api=str(plain["api"]).rstrip("/"),
        token=str(plain.get("token") or ""),
        tokens=tokens,
        repository=str(plain.get("repository") or ""),
    )
