"""
The settings of one controller, from one file: where the forge, the images and the environments are, and which files hold
the secrets. What a platform decides about itself stands in its own repository (`core.configuration`).

Secrets are named by file, so that none stands in an argument list, an environment or the settings themselves. A path is
relative to the settings file.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode

from controller.core.errors import Terminal

VARIABLE = "MODWRIGHT_SETTINGS"
"""The environment variable that names the file where no argument does."""
_LARGEST = 64 * 1024
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_HINT = "see docs/reference/settings.md"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


_Section = TypeVar("_Section", bound=_Strict)


class ForgeSettings(_Strict):
    """
    The platform repository. `api` and `git` are the addresses of the REST API and of the repository; `pacing` the seconds
    between two writes (GitHub asks for one); `image_workflow` the workflow file that builds images.
    """

    repository: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9._-]+$")]
    git: str
    app_id: Annotated[int, Field(gt=0)]
    private_key_file: Path
    api: str = "https://api.github.com"
    default_branch: str = "main"
    image_workflow: str = "modwright-image.yml"
    pacing: Annotated[float, Field(ge=0, le=60)] = 1.0


class ImageSettings(_Strict):
    """The image registry, `host` or `host:port`; plain HTTP is spoken on loopback alone."""

    registry: str
    token_file: Path | None = None


class ProcessSettings(_Strict):
    """The process host, where environments run."""

    url: str
    token_file: Path


class ListenSettings(_Strict):
    """Where the API listens; port 0 takes a free one. It is loopback unless a proxy with TLS stands before it."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 0


class SignInSettings(_Strict):
    """Signing in with the forge: the App's OAuth client. `web` is where the forge's pages are."""

    client_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,100}$")]
    client_secret_file: Path
    web: str = "https://github.com"


class IdentitySettings(_Strict):
    """Whose statements of a user are believed: the issuer, the audience, and its keys by file or by address."""

    issuer: Annotated[str, Field(min_length=1, max_length=400)]
    audience: Annotated[str, Field(min_length=1, max_length=400)]
    jwks_file: Path | None = None
    jwks_url: str | None = None
    login_claim: Annotated[str, Field(min_length=1, max_length=100)] = "forge_login"
    name_claim: Annotated[str, Field(min_length=1, max_length=100)] = "name"

    @model_validator(mode="after")
    def _names_its_keys_once(self) -> IdentitySettings:
        if (self.jwks_file is None) == (self.jwks_url is None):
            raise ValueError("either jwks_file or jwks_url")
        return self


class LimitSettings(_Strict):
    """How much one token or one session may ask in a minute, and how often one address may try to sign in."""

    requests_per_minute: Annotated[int, Field(gt=0, le=1_000_000)] = 600
    writes_per_minute: Annotated[int, Field(gt=0, le=1_000_000)] = 60
    sign_ins_per_minute: Annotated[int, Field(gt=0, le=1_000_000)] = 30


class LogSettings(_Strict):
    """How much is logged, on stderr."""

    level: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def number(self) -> int:
        """The level as `logging` counts."""
        return logging.getLevelNamesMapping()[self.level.upper()]


def _origin(url: str) -> str:
    """`https://host` without a path: cookies and forms are held to it. Plain HTTP on loopback alone."""
    parts = urlsplit(url)
    is_private = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not is_private or not parts.hostname or parts.path not in ("", "/") or parts.query or "@" in parts.netloc:
        raise ValueError("an https address without a path, or http on loopback")
    return url.rstrip("/")


class Settings(_Strict):
    """
    Everything that the composition root needs. `state` holds caches, which cost a fetch, and which sessions were signed out.

    Two webhook secrets may be live at once, so that one can be rotated without losing a delivery.
    """

    forge: ForgeSettings
    images: ImageSettings
    processes: ProcessSettings
    state: Path
    signing_key_file: Path
    tokens_file: Path
    webhook_secret_files: Annotated[tuple[Path, ...], Field(min_length=1, max_length=2)]
    listen: ListenSettings = ListenSettings()
    log: LogSettings = LogSettings()
    public_url: Annotated[str, AfterValidator(_origin)] | None = None
    session_key_files: Annotated[tuple[Path, ...], Field(max_length=2)] = ()
    sign_in: SignInSettings | None = None
    identity: IdentitySettings | None = None
    limits: LimitSettings = LimitSettings()
    sweep: Annotated[float, Field(gt=0, le=3600)] = 30.0
    """Seconds that the loop waits at most before it looks by itself."""

    @property
    def sweep_interval(self) -> timedelta:
        """The sweep as a duration."""
        return timedelta(seconds=self.sweep)


def load(file: Path | None, environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of that file, or of the one that the environment names. `Terminal` says file, key, found, allowed."""
    named = file if file is not None else _named(environment)
    return _settings(_document(named), named)


def secret(file: Path) -> str:
    """The one line of a secret's file, without the line's end. `Terminal` where it cannot be read or is empty."""
    try:
        text = file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        # From None: what a decoder says of a secret quotes its bytes.
        raise Terminal("SecretUnreadable", f"{file} cannot be read ({type(error).__name__})", hint=_HINT) from None
    if not text:
        raise Terminal("SecretUnreadable", f"{file} is empty", hint=_HINT)
    return text


def _named(environment: Mapping[str, str]) -> Path:
    name = environment.get(VARIABLE)
    if not name:
        raise Terminal("SettingsMissing", "no settings file is named", hint=f"give --settings FILE or set {VARIABLE}")
    return Path(name)


def _document(file: Path) -> dict[str, Any]:
    try:
        text = file.read_text()
        found = YAML(typ="safe", pure=True).load(text) if len(text) <= _LARGEST else "a file that is too large"
    except OSError as error:
        raise Terminal("SettingsUnreadable", f"{file} cannot be read: {error.strerror}", hint=_HINT) from error
    except (YAMLError, UnicodeDecodeError, RecursionError) as error:
        place = getattr(error, "problem_mark", None)
        where = f"{file}:{place.line + 1}" if place is not None else f"{file}"
        raise Terminal("SettingsUnreadable", f"{where}: neither YAML nor JSON", hint=_HINT) from error
    if not isinstance(found, dict):
        raise _invalid(file, "", found=found, allowed="a mapping")
    return found


def _settings(document: dict[str, Any], file: Path) -> Settings:
    try:
        settings = Settings.model_validate(document)
    except ValidationError as error:
        raise _refused(error, file) from error
    return _anchored(settings, file.absolute().parent)


def _refused(error: ValidationError, file: Path) -> Terminal:
    first = min(error.errors(include_url=False), key=lambda found: found["type"] != "extra_forbidden")
    key = ".".join(str(part) for part in first["loc"])
    line = _line(file, first["loc"])
    if first["type"] == "extra_forbidden":
        allowed = ", ".join(_fields(Settings, first["loc"][:-1]))
        return _invalid(file, key, line=line, found="an unknown key", allowed=allowed)
    found = "nothing" if first["type"] == "missing" else repr(first["input"])[:80]
    allowed = _words(first["msg"]) if first["type"] != "missing" else "a value: this key is needed"
    return _invalid(file, key, line=line, found=found, allowed=allowed)


def _line(file: Path, place: tuple[int | str, ...]) -> int:
    """The line of that key, or of the innermost one above it that is there; 0 where none is."""
    node, line = YAML(typ="safe", pure=True).compose(file.read_text()), 0
    for part in place:
        keys = node.value if isinstance(node, MappingNode) else ()
        key, node = next(((key, value) for key, value in keys if key.value == str(part)), (None, None))
        line = key.start_mark.line + 1 if key is not None else line
    return line


def _fields(model: type[BaseModel], place: tuple[int | str, ...]) -> list[str]:
    for part in place:
        field = model.model_fields.get(str(part))
        kinds = (field.annotation, *get_args(field.annotation)) if field is not None else ()
        model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return list(model.model_fields)


def _words(message: str) -> str:
    return message.removeprefix("Input should be ").removeprefix("Value should have ")


def _invalid(file: Path, key: str, *, found: object, allowed: str, line: int = 0) -> Terminal:
    where = ": ".join([f"{file}:{line}" if line else f"{file}", *([key] if key else [])])
    return Terminal("SettingsInvalid", f"{where}: found {found}; allowed: {allowed}", hint=_HINT)


def _anchored(settings: Settings, folder: Path) -> Settings:
    """Every path relative to the settings file."""
    forge, images, processes = settings.forge, settings.images, settings.processes
    return settings.model_copy(
        update={
            "forge": forge.model_copy(update={"private_key_file": folder / forge.private_key_file}),
            "images": images.model_copy(
                update={"token_file": folder / images.token_file if images.token_file else None}
            ),
            "processes": processes.model_copy(update={"token_file": folder / processes.token_file}),
            "state": folder / settings.state,
            "signing_key_file": folder / settings.signing_key_file,
            "tokens_file": folder / settings.tokens_file,
            "webhook_secret_files": tuple(folder / file for file in settings.webhook_secret_files),
            "session_key_files": tuple(folder / file for file in settings.session_key_files),
            "sign_in": _with_file(settings.sign_in, "client_secret_file", folder),
            "identity": _with_file(settings.identity, "jwks_file", folder),
        }
    )


def _with_file(section: _Section | None, key: str, folder: Path) -> _Section | None:
    file = getattr(section, key, None)
    return section.model_copy(update={key: folder / file}) if section is not None and file is not None else section
