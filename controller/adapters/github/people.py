"""Who somebody is on the forge, and who the bot is."""

from __future__ import annotations

from functools import cached_property

from controller.adapters.github import answers, errors
from controller.adapters.github.client import Client
from controller.adapters.github.conditional import ConditionalReader
from controller.adapters.github.names import login_path, team_path
from controller.core.model import Person


class People:
    """Looks up logins."""

    def __init__(self, client: Client, reader: ConditionalReader) -> None:
        self._client = client
        self._reader = reader

    def get(self, login: str) -> Person:
        """Who has that login now. `Terminal` (`NotFound`) where nobody does."""
        return self._reader.one(f"/users/{login_path(login)}", answers.person)

    def members(self, team: str) -> frozenset[str]:
        """The logins of a team, those of the teams within it too. `Terminal` where it is not there or may not be seen."""
        return frozenset(self._reader.all(f"{team_path(team)}/members", answers.logins))

    @cached_property
    def bot(self) -> Person:
        """The App's own user: its login is the App's slug with `[bot]`. Asked once."""
        slug = self._client.tokens.app().get("slug")
        if not isinstance(slug, str):
            raise errors.strange("no slug", what="the App's record")
        return self.get(f"{slug}[bot]")
