"""What git alone says of a platform: configuration, policies, the default branch, the ledger. Every use case starts here."""

from __future__ import annotations

from dataclasses import dataclass

from codegen import Sentence
from controller.core.approval import Authority
from controller.core.configuration import Configuration, EnvironmentDefinition
from controller.core.errors import Denied, Transient
from controller.core.ledger.state import LedgerState
from controller.core.model import BranchName, EnvironmentName, Sha
from controller.core.policy import Policy
from controller.core.snapshot import MainLine
from controller.operations.ledger import LedgerView, read_ledger
from controller.operations.platform import Platform
from controller.operations.reading import configuration_at, main_line, policies_at
from controller.operations.teams import refresh as refresh_teams
from controller.operations.teams import with_members


@dataclass(frozen=True)
class View:
    """One consistent reading; a write on it is refused where the ledger moved since."""

    configuration: Configuration
    policies: tuple[Policy, ...]
    main: MainLine
    ledger: LedgerView

    @property
    def state(self) -> LedgerState:
        """The accepted state of the ledger."""
        return self.ledger.state


def read_view(platform: Platform) -> View:
    """Reads what the mirror holds; `refresh_heads` brings it up to date."""
    head = platform.head(platform.default_branch)
    if head is None:
        raise Transient(f"{platform.default_branch} is not on the forge yet")
    configuration = with_members(platform, configuration_at(platform, head))
    platform.ledger_branch = BranchName(configuration.ledger_branch)
    ledger = read_ledger(platform, keys=configuration.signers or (platform.signer.public_key,))
    return View(
        configuration=configuration,
        policies=policies_at(platform, head),
        main=main_line(platform, configuration, until=_named(ledger.state)),
        ledger=ledger,
    )


def refresh_heads(platform: Platform) -> None:
    """
    Asks the forge where its branches stand and fetches where one moved.

    A branch that we wrote ourselves is here already, so that a ledger commit costs no fetch.
    """
    heads = dict(platform.forge.heads())
    refresh_teams(platform)
    missing = [sha for sha in heads.values() if not platform.mirror.has(sha)]
    if missing:
        platform.mirror.fetch()
    platform.heads.clear()
    platform.heads.update(heads)


def demand_environment(view: View, name: EnvironmentName) -> EnvironmentDefinition:
    """The definition of an environment that a person names. `Denied` where the configuration has none of that name."""
    for definition in view.configuration.environments:
        if definition.name == name:
            return definition
    known = ", ".join(definition.name for definition in view.configuration.environments)
    raise Denied(
        "NoSuchEnvironment",
        Sentence("there is no environment {name}", name=repr(name[:60])),
        hint=Sentence("there are: {known}", known=known),
    )


def authority(platform: Platform, view: View) -> Authority:
    """What approvals are judged by."""
    return Authority(configuration=view.configuration, ledger=view.state, main=view.main, bot=platform.forge.bot)


def _named(state: LedgerState) -> frozenset[Sha]:
    """The commits that the ledger speaks of: the line has to reach back to the oldest."""
    releases = {release.commit for release in state.releases.values()}
    held = {commit for hold in state.holds.values() for commit in hold.commits}
    return frozenset(releases | held)
