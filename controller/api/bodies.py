"""What may be asked, strictly: an unknown key, a wrong type or a text that is too long is refused with its place."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from codegen import Change, Install, ModuleName, SetDefaultEnabled, SetFeatures, Uninstall, Upgrade
from controller.core.wanted import WantedModule
from controller.operations.request_build import Wanted

Reason = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Reference = Annotated[str, Field(min_length=1, max_length=80)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class WithReason(_Strict):
    """Why; kept in the ledger or on the forge."""

    reason: Reason = ""


class ChangeBody(_Strict):
    """One change of one module."""

    kind: Literal["install", "uninstall", "upgrade", "set-features", "set-default-enabled"]
    module: Name
    version: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    features: Annotated[list[Name], Field(max_length=50)] | None = None
    enabled: bool | None = None

    @model_validator(mode="after")
    def _holds_what_its_kind_needs(self) -> ChangeBody:
        needed = {"upgrade": "version", "set-features": "features", "set-default-enabled": "enabled"}.get(self.kind)
        if needed is not None and getattr(self, needed) is None:
            raise ValueError(f"{self.kind} needs {needed}")
        return self

    def change(self) -> Change:
        """The change that it stands for."""
        module = ModuleName(self.module)
        match self.kind:
            case "install":
                return Install(module, self.version)
            case "uninstall":
                return Uninstall(module)
            case "upgrade":
                return Upgrade(module, self.version or "")
            case "set-features":
                return SetFeatures(module, tuple(self.features or ()))
            case "set-default-enabled":
                return SetDefaultEnabled(module, bool(self.enabled))


class ChangesBody(WithReason):
    """Several changes that are one request."""

    changes: Annotated[list[ChangeBody], Field(min_length=1, max_length=20)]

    def values(self) -> tuple[Change, ...]:
        """The changes."""
        return tuple(change.change() for change in self.changes)


class PromoteBody(WithReason):
    """A release, or a commit that is adopted as the first one."""

    release: Reference | None = None
    adopt: Reference | None = None

    @model_validator(mode="after")
    def _names_one(self) -> PromoteBody:
        if (self.release is None) == (self.adopt is None):
            raise ValueError("name either release or adopt")
        return self


class PromotionBody(PromoteBody):
    """A promotion with its environment."""

    environment: Name


class RollbackBody(WithReason):
    """An environment, and where it returns to: its predecessor where nothing is named."""

    environment: Name
    to: Reference | None = None


class RevertBody(WithReason):
    """A merged change by its proposal's number, its commit, or a module that it brought."""

    change: Reference | Annotated[int, Field(gt=0)]


class HoldBody(WithReason):
    """A commit of the default branch, or a release whose commit it is."""

    commit: Reference | None = None
    release: Reference | None = None

    @model_validator(mode="after")
    def _names_one(self) -> HoldBody:
        if (self.release is None) == (self.commit is None):
            raise ValueError("name either commit or release")
        return self


class CommitBody(WithReason):
    """A commit of the default branch, whole or by its beginning."""

    commit: Reference


class OverrideBody(WithReason):
    """A policy, and the change that it denies: an open proposal, or a plan by its fingerprint."""

    policy: Name
    proposal: Annotated[int, Field(gt=0, le=2**31)] | None = None
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None

    @model_validator(mode="after")
    def _names_one(self) -> OverrideBody:
        if (self.proposal is None) == (self.fingerprint is None):
            raise ValueError("name either proposal or fingerprint")
        return self


class FreezeBody(WithReason):
    """One environment, or all where none is named; `until` with its offset from UTC; `stop` holds back everything."""

    environment: Name | None = None
    until: Annotated[AwareDatetime, Field(strict=False)] | None = None
    stop: bool = False


class WantedModuleBody(_Strict):
    """Where a module is wanted from; what is left out is left open."""

    source: Literal["path", "git", "crates-io", "registry"] | None = None
    crate: Name | None = None
    version: Name | None = None
    git: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    rev: Reference | None = None
    path: Annotated[str, Field(min_length=1, max_length=300)] | None = None


class BuildBody(WithReason):
    """
    What is to be built: `modules` is the whole wanted map, `manifest_ref` a branch or a commit of the platform.

    With both, `manifest_ref` says on what the map was drawn up. `requested_by` names nobody but the caller.
    """

    manifest_ref: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    requested_by: Name | None = None
    modules: Annotated[dict[Name, WantedModuleBody], Field(max_length=1000)] | None = None

    @model_validator(mode="after")
    def _names_one(self) -> BuildBody:
        if self.manifest_ref is None and self.modules is None:
            raise ValueError("name modules or manifest_ref")
        return self

    def wanted(self) -> Wanted:
        """As the operation takes it."""
        if self.modules is None:
            return Wanted(ref=self.manifest_ref)
        modules = {ModuleName(name): WantedModule(**body.model_dump()) for name, body in self.modules.items()}
        return Wanted(modules, self.manifest_ref)


class DeployBody(WithReason):
    """Where the build's release is to run."""

    environment: Name


class BuildRollbackBody(WithReason):
    """
    Where to: the predecessor where no release is named. The environment may be left out where one alone runs the build.
    """

    target_release: Reference | None = None
    environment: Name | None = None
