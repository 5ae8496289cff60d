"""
A build as a platform's own admin UI asks for it: of a wanted map of modules, or of a commit; then its release.

Source of the words: RusToK, "Module manifest", the part on builds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from codegen import Change, ModuleName, Refused
from controller.core.errors import Denied
from controller.core.ledger.state import Release
from controller.core.model import (
    Build,
    BuildId,
    BuildStatus,
    EnvironmentName,
    ForgeProposal,
    Person,
    ProposalState,
    ReleaseId,
    Sha,
    TreeId,
)
from controller.core.requests import Request
from controller.core.stop import demand_moving
from controller.core.wanted import WantedModule, changes_to
from controller.operations import builds
from controller.operations.catalog import read_supply
from controller.operations.planning import RequestRefused
from controller.operations.platform import Platform
from controller.operations.promote import Promoted, promote
from controller.operations.propose import propose
from controller.operations.roll_back import RolledBack, roll_back
from controller.operations.view import View, refresh_heads


@dataclass(frozen=True)
class Wanted:
    """
    What is to be built: `modules` is the whole wanted map, `ref` a branch or a commit of the platform's repository.

    With both, `ref` says on what the map was drawn up.
    """

    modules: Mapping[ModuleName, WantedModule] | None = None
    ref: str | None = None


@dataclass(frozen=True)
class RequestedBuild:
    """The build; the proposal that it is the candidate of, and the release that has its image, where there are such."""

    build: BuildId
    status: BuildStatus
    proposal: ForgeProposal | None = None
    release: ReleaseId | None = None


def request_build(
    platform: Platform, view: View, wanted: Wanted, *, by: Person, reason: str, requested_by: str | None = None
) -> RequestedBuild:
    """
    Has it built, or finds what is built already; the run is dispatched when this answers, so that it has a name.

    A map that differs from the manifest becomes one change with its proposal. `Denied` where somebody else is named as
    the one who asks, where nothing on offer is as wanted, and as `propose` does.
    """
    _demand_own_name(by, requested_by)
    if wanted.modules is None:
        return _built(platform, view, commit_named(platform, view, wanted.ref or ""))
    _demand_not_moved(platform, view, wanted.ref)
    changes = _changes(platform, view, wanted.modules)
    if not changes:
        return _built(platform, view, view.main.head.sha)
    request = Request(kind="change", requested_by=by, reason=reason, changes=changes)
    opened = propose(platform, request, base=view.main.head.sha)
    if opened.proposal is None or opened.state == "already":
        return _built(platform, view, view.main.head.sha)
    refresh_heads(platform)
    return _built(platform, view, opened.proposal.head, proposal=opened.proposal)


def commit_named(platform: Platform, view: View, ref: str) -> Sha:
    """
    The commit that a branch's name, or a commit of the default branch by its beginning, stands for. `Denied` else.

    A commit that only lies about in the repository is none: nobody reviewed it and nobody may.
    """
    branch = ref.removeprefix("refs/heads/")
    head = next((sha for name, sha in platform.heads.items() if name == branch), None)
    if head is not None:
        return head
    found = {commit.sha for commit in view.main.commits if len(ref) >= 7 and commit.sha.startswith(ref)}
    found |= {sha for sha in platform.heads.values() if sha == ref}
    if len(found) != 1:
        message = f"{ref[:80]!a} names {len(found)} commits of the platform's repository"
        raise Denied("NoSuchRef", message, hint="name a branch, or a commit of the default branch by 7 to 40 digits")
    return found.pop()


def release_of(platform: Platform, view: View, build: BuildId) -> Release:
    """The newest release that has the build's image. `Denied` (`NotReleased`) says what it waits for."""
    made = releases_of(view, build)
    if not made:
        raise Denied("NotReleased", f"{build} is not released: {_missing(platform, build)}")
    return made[0]


def releases_of(view: View, build: BuildId) -> tuple[Release, ...]:
    """Every release that has the build's image, the newest first."""
    found = (release for release in view.state.releases.values() if release.build == build)
    return tuple(sorted(found, key=lambda release: (release.created_at, release.id), reverse=True))


def deploy_build(
    platform: Platform, view: View, build: BuildId, environment: EnvironmentName, *, by: Person, reason: str
) -> Promoted:
    """Promotes the build's release."""
    release = release_of(platform, view, build)
    return promote(platform, view, environment, release.id, by=by, reason=reason)


def roll_build_back(
    platform: Platform,
    view: View,
    build: BuildId,
    *,
    to: ReleaseId | None,
    environment: EnvironmentName | None,
    by: Person,
    reason: str,
) -> RolledBack:
    """Returns the environment that runs the build, as `roll_back` does; with several of them one has to be named."""
    name = environment or _runs_it(view, build)
    return roll_back(platform, view, name, to=to, by=by, reason=reason)


def _runs_it(view: View, build: BuildId) -> EnvironmentName:
    made = {release.id for release in releases_of(view, build)}
    states = view.state.environments
    names = [definition.name for definition in view.configuration.environments if definition.name in states]
    running = [name for name in names if states[name].release in made]
    if not running:
        raise Denied("NotRunning", f"no environment runs {build}", hint="name the environment")
    if len(running) > 1:
        raise Denied("EnvironmentAmbiguous", f"{build} runs in {', '.join(running)}", hint="name one of them")
    return running[0]


def _demand_own_name(by: Person, requested_by: str | None) -> None:
    if requested_by is not None and requested_by.casefold() != by.login.casefold():
        message = f"{by.login} asks, and {requested_by[:60]!a} is named as the one who does"
        hint = "leave requested_by out, or send a signed statement of who the user is"
        raise Denied("RequesterNotAllowed", message, hint=hint)


def _demand_not_moved(platform: Platform, view: View, ref: str | None) -> None:
    if ref is not None and commit_named(platform, view, ref) != view.main.head.sha:
        message = f"the map was drawn up on {ref[:80]}, and the default branch is at {view.main.head.sha[:12]}"
        raise Denied("ManifestMoved", message, hint="look at the modules again")


def _changes(platform: Platform, view: View, wanted: Mapping[ModuleName, WantedModule]) -> tuple[Change, ...]:
    try:
        return changes_to(wanted, read_supply(platform, view))
    except Refused as refused:
        raise RequestRefused(refused) from refused


def _built(platform: Platform, view: View, commit: Sha, *, proposal: ForgeProposal | None = None) -> RequestedBuild:
    """The image of a commit's inputs: a release's, a run's that ended well or is on its way, or a new run's."""
    tree = platform.mirror.input_tree(commit, view.configuration.input_paths)
    release = view.state.image_of(tree)
    if release is not None and release.build is not None:
        return RequestedBuild(release.build, BuildStatus.SUCCEEDED, proposal, release.id)
    runs = [run for run in platform.forge.builds() if run.input_tree == tree]
    run = next((run for run in runs if _has_image(run)), None) or _dispatched(platform, view, commit, tree)
    return RequestedBuild(run.id, run.status, proposal)


def _dispatched(platform: Platform, view: View, commit: Sha, tree: TreeId) -> Build:
    """A new run, or the one that is on its way; none while everything is stopped."""
    demand_moving(view.state, platform.clock())
    return builds.dispatch(platform, commit=commit, input_tree=tree)


def _has_image(run: Build) -> bool:
    return run.status is BuildStatus.SUCCEEDED and run.digest is not None


def _missing(platform: Platform, build: BuildId) -> str:
    """What a build without a release waits for, in words."""
    run = next((run for run in platform.forge.builds() if run.id == build), None)
    if run is None:
        return "there is no such run"
    if run.status is not BuildStatus.SUCCEEDED:
        return f"the build is {run.status.value}"
    proposals = (found for found in platform.forge.proposals() if found.head == run.commit)
    proposal = next(proposals, None)
    if proposal is None or proposal.state is ProposalState.MERGED:
        return "its release is made with the next pass that finds it"
    return f"#{proposal.number} is {'not merged yet' if proposal.state is ProposalState.OPEN else 'closed'}"
