"""What a platform decides about itself: `.modwright/config.yaml` as values, each with unit, default and reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from controller.core.calendar import FreezeCalendar
from controller.core.model import EnvironmentName, Role, highest


class ApprovalMode(StrEnum):
    """`solo`: one maintainer alone; the forge asks for no review and the audit says `self-approved`."""

    REVIEW = "review"
    SOLO = "solo"


class ApprovalScope(StrEnum):
    """Which commits of a span need an approval that Modwright judges; the forge's own rules hold for the others."""

    COMPOSITION = "composition"
    EVERY_COMMIT = "every-commit"


class Merger(StrEnum):
    """Who merges an approved proposal."""

    BOT = "bot"
    PEOPLE = "people"


class RevertMerge(StrEnum):
    """Whether the revert of a confirmed hold merges without an approval."""

    AUTO = "auto"
    APPROVAL = "approval"


class ReleaseOn(StrEnum):
    """Which commits become releases: only those that change modules, or every one with an image."""

    MODULES = "modules"
    EVERY = "every"


class PromotionOrder(StrEnum):
    """Of several waiting releases: one after the other, or the newest alone."""

    EVERY = "every"
    LATEST = "latest"


class CheckKind(StrEnum):
    """How a check judges an answer."""

    HTTP = "http"
    RELEASE = "release"
    READINESS = "readiness"
    MODULES = "modules"


@dataclass(frozen=True)
class CheckDefinition:
    """
    One check. `status` is the expected HTTP status of kind `http`; `app` must match the manifest's where given.

    `criticality` of a readiness failure is the platform's; failures of kind *dependency* are errored, not failed.
    """

    name: str
    kind: CheckKind
    path: str
    status: int = 200
    contains: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckTiming:
    """
    How often and how long an environment is checked.

    `interval` between two probes; `timeout` of one request; `deadline` after which what was last seen decides;
    `failures` in a row that count as failed (hysteresis against a flapping check; 1 means the first one counts).
    """

    interval: timedelta = timedelta(seconds=5)
    timeout: timedelta = timedelta(seconds=5)
    deadline: timedelta = timedelta(minutes=5)
    failures: int = 3


@dataclass(frozen=True)
class EnvironmentDefinition:
    """
    One environment. `after` names the one that a release must have passed in; `soak` is how long checks repeat before
    it has passed; `before_rollout` are argument lists run with the new image; `failure_limit` is the age after which a
    failure does nothing by itself.
    """

    name: EnvironmentName
    after: EnvironmentName | None = None
    soak: timedelta = timedelta()
    before_rollout: tuple[tuple[str, ...], ...] = ()
    checks: tuple[CheckDefinition, ...] = ()
    check: CheckTiming = CheckTiming()
    failure_limit: timedelta = timedelta(minutes=20)
    suspended: bool = False


@dataclass(frozen=True)
class Configuration:
    """A platform's whole configuration. `input_paths` empty means the whole tree goes into the image."""

    environments: tuple[EnvironmentDefinition, ...]
    manifest: str = "modules.toml"
    host: str = "chain"
    catalog: str = ".modwright/catalog.yaml"
    approval: ApprovalMode = ApprovalMode.REVIEW
    approval_scope: ApprovalScope = ApprovalScope.COMPOSITION
    merge: Merger = Merger.BOT
    revert_merge: RevertMerge = RevertMerge.APPROVAL
    release_on: ReleaseOn = ReleaseOn.MODULES
    promotion: PromotionOrder = PromotionOrder.LATEST
    image_repository: str = ""
    image_workflow: str = "modwright-image.yml"
    input_paths: tuple[str, ...] = ()
    ledger_branch: str = "environments"
    signers: tuple[str, ...] = ()
    roles: Mapping[str, Role] = field(default_factory=dict)
    """By login, and by `@organisation/team`."""
    freezes: tuple[FreezeCalendar, ...] = ()
    members: Mapping[str, Role] = field(default_factory=dict)
    """The roles that people have by their teams, by login in lower case. It stands in no file: the forge says it."""

    @property
    def teams(self) -> Mapping[str, Role]:
        """The teams that have a role, as `organisation/team`."""
        return {name[1:]: role for name, role in self.roles.items() if name.startswith("@")}

    def environment(self, name: EnvironmentName) -> EnvironmentDefinition:
        """The definition of that environment; `KeyError` where there is none."""
        for definition in self.environments:
            if definition.name == name:
                return definition
        raise KeyError(name)

    def role_of(self, login: str) -> Role | None:
        """The highest role of a forge login, by itself or by a team; `None` for somebody the platform does not know."""
        return highest(self.roles.get(login), self.members.get(login.lower()))
