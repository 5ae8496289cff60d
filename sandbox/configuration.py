"""The file that says what exists in the sandbox: users, the App, repositories, environments.

JSON or YAML (JSON is YAML). A key that is not known is an error that names it, because a misspelt
protection rule would otherwise silently protect nothing.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError


class ConfigurationError(Exception):
    """The configuration file cannot be used; the message says where and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Loopback ports; 0 means any free one, which is then kept over restarts."""

    forge: int = 0
    images: int = 0
    processes: int = 0


@dataclass(frozen=True, kw_only=True)
class UserSettings:
    """A person: the token is what they send; `permission` maps repositories to admin, write or read."""

    login: str
    id: int
    token: str
    permission: dict[str, str] = field(default_factory=dict)
    name: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True)
class WebhookSettings:
    """Where the App's events go. Without a url none are sent; they are still listed as deliveries."""

    url: str = ""
    secret: str = ""


@dataclass(frozen=True, kw_only=True)
class AppSettings:
    """The GitHub App. Its bot's login is ``slug[bot]``; of the key only the public half is used.

    `client_id` and `client_secret` are what it signs people in with, and `callback_urls` the only addresses that they are
    sent back to; without them nobody can sign in.
    """

    id: int
    slug: str
    name: str
    private_key_file: str
    permissions: dict[str, str] = field(default_factory=dict)
    webhook: WebhookSettings = field(default_factory=WebhookSettings)
    bot_id: int = 700007
    installation_id: int = 70
    client_id: str = ""
    client_secret: str = ""
    callback_urls: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class TeamSettings:
    """A team of an organisation, named `organisation/slug`, and the logins in it."""

    name: str
    members: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class RequiredCheck:
    """A context that must have succeeded, from this App when `app_id` is given."""

    context: str
    app_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class ProtectionSettings:
    """Rules of one branch. `push_only` lists the logins that may push; empty means everyone with write access."""

    required_checks: list[RequiredCheck] = field(default_factory=list)
    required_approvals: int = 0
    require_pull_request: bool = False
    enforce_admins: bool = True
    push_only: list[str] = field(default_factory=list)
    block_force: bool = True
    block_deletion: bool = True
    strict: bool = False


@dataclass(frozen=True, kw_only=True)
class RepositorySettings:
    """A repository and the folder whose files become its first commit."""

    name: str
    seed: str = ""
    default_branch: str = "main"
    protection: dict[str, ProtectionSettings] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class EnvironmentSettings:
    """An environment of the process host and what its application gets as environment variables."""

    name: str
    app_env: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ProcessSettings:
    """The process host: its bearer token, its environments, its token for the image registry."""

    token: str = ""
    environments: list[EnvironmentSettings] = field(default_factory=list)
    registry_token: str = ""


@dataclass(frozen=True, kw_only=True)
class RunnerSettings:
    """How workflow steps run: PATH of the steps, labels and the act platform each stands for, runs at once."""

    path: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    parallel: int = 1


@dataclass(frozen=True, kw_only=True)
class RegistrySettings:
    """Tokens of the image registry by what they allow: `push` and `pull`."""

    tokens: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything the file says."""

    ports: Ports = field(default_factory=Ports)
    users: list[UserSettings] = field(default_factory=list)
    app: AppSettings | None = None
    teams: list[TeamSettings] = field(default_factory=list)
    repositories: list[RepositorySettings] = field(default_factory=list)
    processes: ProcessSettings = field(default_factory=ProcessSettings)
    runner: RunnerSettings = field(default_factory=RunnerSettings)
    registry: RegistrySettings = field(default_factory=RegistrySettings)


def load(path: Path) -> Settings:
    """The settings in `path`; relative paths in it count from its folder. Raises `ConfigurationError`."""
    try:
        document = YAML(typ="safe", pure=True).load(path.read_text())
    except (OSError, YAMLError) as error:
        raise ConfigurationError(f"{path}: cannot be read: {error}") from error
    return _anchored(_settings(document, where=str(path)), path.parent)


def from_document(document: dict[str, Any]) -> Settings:
    """The settings in an already parsed document, for tests and for callers that build it themselves."""
    return _settings(document, where="configuration")


def _settings(document: Any, *, where: str) -> Settings:
    settings: Settings = _value(Settings, document, where=where)
    people = {user.login for user in settings.users}
    for index, team in enumerate(settings.teams):
        if team.name.count("/") != 1:
            raise ConfigurationError(f"{where}.teams[{index}].name: found {team.name!r}, expected organisation/slug")
        for login in team.members:
            if login not in people:
                raise ConfigurationError(f"{where}.teams[{index}].members: {login!r} is not among the users")
    return settings


def _anchored(settings: Settings, folder: Path) -> Settings:
    repositories = [
        dataclasses.replace(repository, seed=str(folder / repository.seed)) if repository.seed else repository
        for repository in settings.repositories
    ]
    app = settings.app
    if app is not None:
        app = dataclasses.replace(app, private_key_file=str(folder / app.private_key_file))
    return dataclasses.replace(settings, repositories=repositories, app=app)


def _value(kind: Any, found: Any, *, where: str) -> Any:
    origin = typing.get_origin(kind)
    if dataclasses.is_dataclass(kind):
        return _record(typing.cast(type, kind), found, where=where)
    if origin in (list, dict):
        return _collection(kind, found, where=where)
    if origin in (typing.Union, types.UnionType):
        inner = [option for option in typing.get_args(kind) if option is not type(None)]
        return None if found is None else _value(inner[0], found, where=where)
    if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
        raise ConfigurationError(f"{where}: found {found!r}, expected {kind.__name__}")
    return found


def _collection(kind: Any, found: Any, *, where: str) -> Any:
    container, arguments = typing.get_origin(kind), typing.get_args(kind)
    if not isinstance(found, container):
        raise ConfigurationError(f"{where}: found {type(found).__name__}, expected a {container.__name__}")
    if container is list:
        return [_value(arguments[0], item, where=f"{where}[{index}]") for index, item in enumerate(found)]
    return {str(key): _value(arguments[1], item, where=f"{where}.{key}") for key, item in found.items()}


def _record(kind: type, found: Any, *, where: str) -> Any:
    if not isinstance(found, dict):
        raise ConfigurationError(f"{where}: found {type(found).__name__}, expected a table")
    known = typing.get_type_hints(kind)
    for key in found:
        if key not in known:
            raise ConfigurationError(f"{where}: unknown key {key!r}; allowed are {', '.join(known)}")
    values = {key: _value(known[key], item, where=f"{where}.{key}") for key, item in found.items()}
    try:
        return kind(**values)
    except TypeError as error:
        missing = str(error).partition("argument")[2].lstrip("s: ")
        raise ConfigurationError(f"{where}: missing {missing}") from error
