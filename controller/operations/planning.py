"""What a request would do on a base: modules with their reasons, files with diffs, policy verdicts. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codegen import Delta, ManifestError, ModuleName, Refused, Repository, plan_of, regenerate, unified_diff
from codegen import Plan as Effects
from controller.core.configuration import ApprovalMode, Configuration
from controller.core.errors import Denied, Terminal
from controller.core.fingerprint import fingerprint
from controller.core.ledger.state import Override
from controller.core.model import Fingerprint, Sha
from controller.core.overrides import Judged, apply_overrides
from controller.core.policy import Verdict, evaluate
from controller.core.requests import Request
from controller.core.subjects import plan_subject
from controller.operations.platform import Platform
from controller.operations.reading import configuration_at, pins, policies_at


class RequestRefused(Denied):
    """
    A request that cannot be, with the have/want table that says why. `rows` are (what, wanted, found); `suggestion` is the
    nearest whole request that could be made instead, where one was found.
    """

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason, refused.message, hint=refused.hint)
        self.rows = tuple((row.subject, row.want, row.have) for row in refused.rows)
        self.suggestion = refused.suggestion


@dataclass(frozen=True)
class Plan:
    """
    What a request would do on `base`. `files` maps a path to its new bytes, `None` where it goes; `effects` is what the
    code generator tells beside the files: features, migrations, what is compiled again. A repair has none.
    """

    request: Request
    base: Sha
    delta: Delta
    because: Mapping[ModuleName, str]
    files: Mapping[str, bytes | None]
    diffs: tuple[tuple[str, str], ...]
    verdicts: tuple[Verdict, ...]
    fingerprint: Fingerprint
    effects: Effects | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the policies only warn of, and what the code generator leaves to people."""
        told = tuple(verdict.message for verdict in self.verdicts if verdict.effect == "warn")
        return told + (self.effects.warnings if self.effects is not None else ())

    @property
    def denied(self) -> tuple[Verdict, ...]:
        """The policies that forbid it."""
        return tuple(verdict for verdict in self.verdicts if verdict.effect == "deny")


def make_plan(
    platform: Platform,
    request: Request,
    *,
    base: Sha,
    undone: Delta | None = None,
    overrides: Mapping[str, Override] | None = None,
) -> Plan:
    """
    The plan of a request on a base; `undone` is the delta that a revert takes back, `overrides` are the ledger's.

    Raises `RequestRefused` where it cannot be, `Terminal` where the repository's own files are not as they must be.
    """
    configuration = configuration_at(platform, base)
    files = platform.mirror.files(base)
    try:
        effects = _effects(request, files, configuration, undone)
        written = _written(effects) if effects is not None else dict(regenerate(files, host=configuration.host))
    except Refused as refused:
        raise RequestRefused(refused) from refused
    except ManifestError as error:
        raise Terminal("RepositoryInvalid", str(error), hint="mend the file on the default branch first") from error
    delta = effects.delta if effects is not None else Delta()
    subject = plan_subject(delta, tuple(written), configuration, request.requested_by)
    identity = fingerprint(delta, pins(platform, delta, base))
    is_solo = configuration.approval is ApprovalMode.SOLO
    change = Judged(identity, request.requested_by, head=None, is_solo=is_solo)
    verdicts = evaluate(policies_at(platform, base), subject)
    return Plan(
        request=request,
        base=base,
        delta=delta,
        because=effects.because if effects is not None else {},
        files=written,
        diffs=tuple(
            (path, unified_diff(path, _text(files.get(path)), _text(content)))
            for path, content in sorted(written.items())
        ),
        verdicts=apply_overrides(verdicts, change, (overrides or {}).values()),
        fingerprint=identity,
        effects=effects,
    )


def _effects(
    request: Request, files: Mapping[str, bytes], configuration: Configuration, undone: Delta | None
) -> Effects | None:
    """What the code generator plans; nothing for a repair, which asks for no module."""
    if request.kind == "repair":
        return None
    with Repository(files, configuration.host) as repository:
        if request.kind == "revert":
            resolution = repository.resolve_delta((undone or Delta()).inverse())
            return plan_of(repository, repository.edits(resolution, asked=()))
        resolution = repository.resolve(request.changes)
        return plan_of(repository, repository.edits(resolution, asked=[change.module for change in request.changes]))


def _written(effects: Effects) -> dict[str, bytes | None]:
    return {file.path: None if file.text is None else file.text.encode() for file in effects.files}


def _text(content: bytes | None) -> str:
    return (content or b"").decode(errors="replace")
