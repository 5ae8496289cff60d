"""What a request would do on a base: modules with their reasons, files with diffs, policy verdicts. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codegen import (
    Delta,
    Edits,
    ManifestError,
    ModuleName,
    Refused,
    plan_changes,
    plan_delta,
    regenerate,
    unified_diff,
)
from controller.core.configuration import Configuration
from controller.core.errors import Denied, Terminal
from controller.core.fingerprint import fingerprint
from controller.core.model import Fingerprint, Sha
from controller.core.policy import Verdict, evaluate
from controller.core.requests import Request
from controller.core.rules.gate import plan_subject
from controller.operations.platform import Platform
from controller.operations.reading import configuration_at, pins, policies_at


class RequestRefused(Denied):
    """A request that cannot be, with the have/want table that says why. `rows` are (what, wanted, found)."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.reason, refused.message, hint=refused.hint)
        self.rows = tuple((row.subject, row.want, row.have) for row in refused.rows)


@dataclass(frozen=True)
class Plan:
    """What a request would do on `base`. `files` maps a path to its new bytes, `None` where it goes."""

    request: Request
    base: Sha
    delta: Delta
    because: Mapping[ModuleName, str]
    files: Mapping[str, bytes | None]
    diffs: tuple[tuple[str, str], ...]
    verdicts: tuple[Verdict, ...]
    fingerprint: Fingerprint

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the policies only warn of."""
        return tuple(verdict.message for verdict in self.verdicts if verdict.effect == "warn")

    @property
    def denied(self) -> tuple[Verdict, ...]:
        """The policies that forbid it."""
        return tuple(verdict for verdict in self.verdicts if verdict.effect == "deny")


def make_plan(platform: Platform, request: Request, *, base: Sha, undone: Delta | None = None) -> Plan:
    """
    The plan of a request on a base; `undone` is the delta that a revert takes back.

    Raises `RequestRefused` where it cannot be, `Terminal` where the repository's own files are not as they must be.
    """
    configuration = configuration_at(platform, base)
    files = platform.mirror.files(base)
    try:
        written, delta, because = _edits(request, files, configuration, undone)
    except Refused as refused:
        raise RequestRefused(refused) from refused
    except ManifestError as error:
        raise Terminal("RepositoryInvalid", str(error), hint="mend the file on the default branch first") from error
    subject = plan_subject(delta, tuple(written), configuration, request.requested_by)
    return Plan(
        request=request,
        base=base,
        delta=delta,
        because=because,
        files=written,
        diffs=tuple(
            (path, unified_diff(path, _text(files.get(path)), _text(content)))
            for path, content in sorted(written.items())
        ),
        verdicts=evaluate(policies_at(platform, base), subject),
        fingerprint=fingerprint(delta, pins(platform, delta, base)),
    )


def _edits(
    request: Request, files: Mapping[str, bytes], configuration: Configuration, undone: Delta | None
) -> tuple[Mapping[str, bytes | None], Delta, Mapping[ModuleName, str]]:
    if request.kind == "repair":
        return dict(regenerate(files, host=configuration.host)), Delta(), {}
    edits: Edits
    if request.kind == "revert":
        edits = plan_delta(files, (undone or Delta()).inverse(), host=configuration.host)
    else:
        edits = plan_changes(files, request.changes, host=configuration.host)
    return edits.files, edits.delta, edits.resolution.because


def _text(content: bytes | None) -> str:
    return (content or b"").decode(errors="replace")
