"""What every handler stands on: the records, the git repositories, the accounts, the clock's later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pygit2

from sandbox.configuration import ProtectionSettings, RepositorySettings, Settings
from sandbox.forge import clock, tree_edits
from sandbox.forge.accounts import Accounts
from sandbox.forge.authorizations import Authorizations
from sandbox.forge.events import Events
from sandbox.forge.faults import Faults
from sandbox.forge.git_repository import GitRepository, Move, signature
from sandbox.forge.limits import Limits
from sandbox.forge.pulls import Pulls
from sandbox.forge.refusals import not_found
from sandbox.forge.runs import Runs
from sandbox.forge.sessions import Sessions
from sandbox.forge.store import Document, Store
from sandbox.forge.webhooks import Webhooks


class Forge:
    """One forge with its state in one folder. All methods are short and synchronous; call them from its event loop."""

    def __init__(self, settings: Settings, *, state: Path, url: str) -> None:
        state.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self.state = state
        self.url = url
        self.store = Store(state / "forge.sqlite")
        self.accounts = Accounts(settings, self.store)
        self.sessions = Sessions(self.accounts, self.store)
        self.authorizations = Authorizations(settings.app, self.accounts)
        self.events = Events()
        self.limits = Limits()
        self.faults = Faults()
        self.webhooks = Webhooks(self)
        self.runs = Runs(self)
        self.pulls = Pulls(self)
        self._repositories: dict[str, GitRepository] = {}
        self._settings: dict[str, RepositorySettings] = {}
        self._verified = {(record["repo"], record["sha"]) for record in self.store.all("verified")}
        for repository in settings.repositories:
            self._open(repository)

    def close(self) -> None:
        """Let go of files; what was written stays."""
        self.store.close()

    @staticmethod
    def later(seconds: float, action: Callable[[], None]) -> None:
        """Do something after the present call was answered, as GitHub's background jobs do."""
        asyncio.get_running_loop().call_later(seconds, action)

    def repository(self, full_name: str) -> GitRepository:
        """The repository of that name, in any case. Raises `Refusal` 404."""
        found = self._repositories.get(full_name.lower())
        if found is None:
            raise not_found()
        return found

    def repositories(self) -> list[GitRepository]:
        """All of them, in the order of the configuration."""
        return list(self._repositories.values())

    def record(self, full_name: str) -> Document:
        """The repository's own record: id, times."""
        return next(iter(self.store.all("repository", full_name)))

    def default_branch(self, full_name: str) -> str:
        """The branch that HEAD names."""
        return self._settings[full_name.lower()].default_branch

    def secrets(self, full_name: str) -> dict[str, str]:
        """Secrets that the repository's workflows get."""
        return dict(self._settings[full_name.lower()].secrets)

    def variables(self, full_name: str) -> dict[str, str]:
        """Variables that the repository's workflows get."""
        return dict(self._settings[full_name.lower()].variables)

    def protection(self, full_name: str, branch: str) -> ProtectionSettings | None:
        """The rules of a branch, or None."""
        return self._settings[full_name.lower()].protection.get(branch)

    def verified(self, full_name: str, sha: str) -> bool:
        """Whether this commit was made by the forge itself, which signs what it makes."""
        return (full_name, sha) in self._verified

    def mark_verified(self, full_name: str, sha: str) -> None:
        """The forge made this commit."""
        if (full_name, sha) not in self._verified:
            self._verified.add((full_name, sha))
            self.store.add("verified", full_name, {"sha": sha})

    def _open(self, settings: RepositorySettings) -> None:
        directory = self.state / "git" / f"{settings.name}.git"
        key = settings.name.lower()
        self._settings[key] = settings
        if not (directory / "HEAD").exists():
            directory.parent.mkdir(parents=True, exist_ok=True)
            GitRepository.create(settings.name, directory, settings.default_branch)
        repository = self._repositories[key] = GitRepository(settings.name, directory)
        if not self.store.all("repository", settings.name):
            moment = clock.stamp()
            self.store.add("repository", settings.name, {"created_at": moment, "pushed_at": moment})
        if settings.seed and repository.branch(settings.default_branch) is None:
            self._seed(repository, settings)

    def _seed(self, repository: GitRepository, settings: RepositorySettings) -> None:
        author: Document = self.accounts.administrator(settings.name) or self.accounts.actions_bot()
        who: pygit2.Signature = signature(author)
        commit = repository.write_commit(
            tree=tree_edits.of_folder(repository, Path(settings.seed)),
            parents=[],
            message="Start the repository\n",
            author=who,
            committer=who,
        )
        repository.move([Move(ref=f"refs/heads/{settings.default_branch}", after=commit)])
