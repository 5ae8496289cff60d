"""
How the ledger's values stand in files, one thing a file, so that a line of `git log -p` is one decision.

Reading is cached by the file's bytes: a ledger of a thousand releases costs one parse a release for the whole life of
the process.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.representer import SafeRepresenter

from controller.core.errors import Terminal
from controller.core.kustomization import set_digest
from controller.core.ledger.plain import read_plain
from controller.core.ledger.state import (
    LEDGER_FORMAT,
    Admission,
    EnvironmentState,
    Freeze,
    Hold,
    KeyedRequest,
    LedgerState,
    Override,
    Release,
)
from controller.core.model import Digest, EnvironmentName

SIGNERS_PATH = "allowed_signers"
IMAGE_NAME = "platform"
"""The image's name in the overlays; the digest is what changes."""

T = TypeVar("T")


def state_path(name: str) -> str:
    """Where an environment's state stands."""
    return f"environments/{name}/state.yaml"


def overlay_path(name: str) -> str:
    """Where an environment's overlay stands, whose digest a cluster runs."""
    return f"environments/{name}/kustomization.yaml"


def request_path(request: str) -> str:
    """Where a request that came with a key stands."""
    return f"requests/{request}.yaml"


def read(files: Mapping[str, bytes]) -> LedgerState:
    """The state that the ledger's files say. `Terminal` names the file that cannot be read."""
    environments = {e.name: e for e in _all(files, "environments/", EnvironmentState, suffix="/state.yaml")}
    return LedgerState(
        environments=environments,
        releases={release.id: release for release in _all(files, "releases/", Release)},
        holds={hold.id: hold for hold in _all(files, "holds/", Hold)},
        freezes={freeze.id: freeze for freeze in _all(files, "freezes/", Freeze)},
        admissions={admission.commit: admission for admission in _all(files, "admissions/", Admission)},
        overrides={word.id: word for word in _all(files, "overrides/", Override)},
        requests={request.id: request for request in _all(files, "requests/", KeyedRequest)},
        signers=signers_of(files),
    )


def signers_of(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """
    The public keys that a commit's `allowed_signers` names.

    The commit may be a stranger's: what is no file or no line of such a file names nobody, and never an error.
    """
    return read_signers(files[SIGNERS_PATH]) if SIGNERS_PATH in files else ()


def read_signers(text: bytes) -> tuple[str, ...]:
    """The public keys of an `allowed_signers` file, as `ssh-keygen -Y verify` reads it: who, then the key."""
    lines = (line.strip().split(" ", 1) for line in text.decode(errors="replace").splitlines())
    return tuple(words[1] for words in lines if len(words) == 2 and not words[0].startswith("#"))


def changes(before: LedgerState, after: LedgerState, files: Mapping[str, bytes]) -> dict[str, bytes | None]:
    """
    The files that differ, with their new bytes; `None` where one goes, which only a request's does. `files` are the
    ledger's as they stand: an overlay is edited, not made.
    """
    standing = dict(_documents(before))
    written: dict[str, bytes | None] = {
        path: dump(value) for path, value in _documents(after) if standing.get(path) != value
    }
    written |= {request_path(id_): None for id_ in before.requests.keys() - after.requests.keys()}
    if before.signers != after.signers:
        written[SIGNERS_PATH] = "".join(f"modwright {key}\n" for key in after.signers).encode()
    return written | _overlays(before, after, files)


def _overlays(before: LedgerState, after: LedgerState, files: Mapping[str, bytes]) -> dict[str, bytes]:
    written = {}
    for name in after.environments:
        digest, path = _digest(after, name), overlay_path(name)
        if digest is None or digest == _digest(before, name) or path not in files:
            continue
        written[path] = set_digest(files[path].decode(), image=IMAGE_NAME, digest=digest).encode()
    return written


def _digest(state: LedgerState, name: EnvironmentName) -> Digest | None:
    environment = state.environments.get(name)
    release = state.releases.get(environment.release) if environment is not None and environment.release else None
    return release.digest if release is not None else None


def _documents(state: LedgerState) -> Iterator[tuple[str, object]]:
    for environment in state.environments.values():
        yield state_path(environment.name), environment
    for release in state.releases.values():
        yield f"releases/{release.id}.yaml", release
    for hold in state.holds.values():
        yield f"holds/{hold.id}.yaml", hold
    for freeze in state.freezes.values():
        yield f"freezes/{freeze.id}.yaml", freeze
    for admission in state.admissions.values():
        yield f"admissions/{admission.commit}.yaml", admission
    for word in state.overrides.values():
        yield f"overrides/{word.id}.yaml", word
    for request in state.requests.values():
        yield request_path(request.id), request


def dump(value: object) -> bytes:
    """One document: `format` first, then the fields in the order of their definition."""
    plain: dict[str, Any] = {"format": LEDGER_FORMAT, **_adapter(type(value)).dump_python(value, mode="json")}  # type: ignore[arg-type]  # a class is hashable
    stream = io.StringIO()
    _yaml().dump(plain, stream)
    return stream.getvalue().encode()


def load(content: bytes, of: type[T], *, path: str) -> T:
    """The value in one document. `Terminal` where it is none, or of a format that this version does not know."""
    plain = _parse(content, path)
    if plain.get("format") != LEDGER_FORMAT:
        message = f"{path}: format is {plain.get('format')!r}, this version reads {LEDGER_FORMAT}"
        raise Terminal("LedgerFormat", message, hint="run the Modwright that wrote it, or a newer one")
    _demand_known_fields(plain, of, path=path)
    try:
        value: T = _adapter(of).validate_python({k: v for k, v in plain.items() if k != "format"})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Terminal("LedgerUnreadable", f"{path}: {where}: {first['msg']}") from error
    return value


def _demand_known_fields(plain: Mapping[str, Any], of: type[Any], *, path: str) -> None:
    """A field that this version does not know would be lost when the document is written again."""
    unknown = sorted(plain.keys() - _fields(of))  # type: ignore[arg-type]  # a class is hashable
    if unknown:
        message = f"{path}: {unknown[0]} is no field that this version knows"
        raise Terminal("LedgerFormat", message, hint="run the Modwright that wrote it, or a newer one")


def _parse(content: bytes, path: str) -> dict[str, Any]:
    own = read_plain(content.decode(errors="replace"))
    if own is not None:
        return own
    try:
        plain = YAML(typ="safe", pure=True).load(content)
    except YAMLError as error:
        raise Terminal("LedgerUnreadable", f"{path}: not YAML: {str(error)[:200]}") from error
    if not isinstance(plain, dict):
        raise Terminal("LedgerUnreadable", f"{path}: expected a mapping, found {type(plain).__name__}")
    return plain


def _all(files: Mapping[str, bytes], prefix: str, of: type[T], *, suffix: str = ".yaml") -> Iterator[T]:
    for path in sorted(files):
        if path.startswith(prefix) and path.endswith(suffix):
            yield _load_cached(files[path], of, path)  # type: ignore[arg-type]


@lru_cache(maxsize=16384)
def _load_cached(content: bytes, of: type[T], path: str) -> T:
    return load(content, of, path=path)


@lru_cache(maxsize=32)
def _fields(of: type[Any]) -> frozenset[str]:
    return frozenset({"format", *(known.name for known in fields(of))})


@lru_cache(maxsize=32)
def _adapter(of: type[T]) -> TypeAdapter[T]:
    return TypeAdapter(of)


def _yaml() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    # The order of the definition reads better than the alphabet's; the library declares only what it starts with.
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    yaml.width = 200
    yaml.Representer = _Representer
    return yaml


class _Representer(SafeRepresenter):
    """The emitter writes a NEL (U+0085) in a plain or single-quoted text so that it is read back as a space."""

    def represent_str(self, data: str) -> ScalarNode:
        """A text, double-quoted where it holds that character."""
        return self.represent_scalar("tag:yaml.org,2002:str", data, style='"' if "\x85" in data else None)


_Representer.add_representer(str, _Representer.represent_str)
