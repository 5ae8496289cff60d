"""A person promotes: a release further along, or a first commit that is adopted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from codegen import Sentence
from controller.core.errors import Denied
from controller.core.evidence import adopted
from controller.core.freezes import freezes_at
from controller.core.ledger.state import EnvironmentState, Release
from controller.core.model import Build, BuildStatus, EnvironmentName, MainCommit, Person, ReleaseId, Sha
from controller.core.names import release_id
from controller.core.rules.promotion import unapproved
from controller.core.sentences import adopted_by, approval_told, hold_told
from controller.core.spans import holding
from controller.core.stop import demand_moving
from controller.operations import builds, decisions
from controller.operations.ledger import LedgerView
from controller.operations.platform import Platform
from controller.operations.rollout import demand_image
from controller.operations.view import View, demand_environment


@dataclass(frozen=True)
class Promoted:
    """What became of it: `building` means that the image is on its way and the same request is to be made again."""

    state: Literal["promoted", "building"]
    environment: EnvironmentName
    release: ReleaseId | None
    build: Build | None
    ledger: LedgerView


def promote(
    platform: Platform, view: View, environment: EnvironmentName, release: ReleaseId, *, by: Person, reason: str
) -> Promoted:
    """Moves an environment on to a release by a person's word. A hold, a freeze or the stop is not overruled."""
    demand_environment(view, environment)
    demand_moving(view.state, platform.clock())
    wanted = view.state.releases.get(release)
    if wanted is None:
        raise Denied(
            "NoSuchRelease",
            Sentence("there is no release {release}", release=release),
            hint=Sentence("see modwright releases"),
        )
    hold = holding(view.main, view.state, wanted)
    if hold is not None:
        raise Denied(
            "Held",
            Sentence("{release} is on hold: {reason}", release=release, reason=hold_told(hold)),
            hint=f"modwright hold --lift {hold.id} --reason …",
        )
    _demand_thawed(platform, view, environment)
    span = _span(view, environment, wanted)
    _demand_approval(view, environment, wanted)
    demand_image(platform, view.configuration, wanted)
    ledger = decisions.promote(platform, view.ledger, environment, release, span=span, by=by, reason=reason)
    return Promoted("promoted", environment, release, None, ledger)


def adopt(
    platform: Platform, view: View, environment: EnvironmentName, commit: MainCommit, *, by: Person, reason: str
) -> Promoted:
    """
    Takes a commit as an environment's first release: nothing was approved, nothing ran before, so a person says so.

    `Denied` where the environment has a release: what comes then is a promotion.
    """
    demand_environment(view, environment)
    demand_moving(view.state, platform.clock())
    state = view.state.environments.get(environment, EnvironmentState(name=environment))
    if state.release is not None:
        message = Sentence("{environment} has {release} already", environment=environment, release=state.release)
        raise Denied(
            "HasRelease",
            message,
            hint=f"modwright promote {environment} RELEASE --reason …",
        )
    release = view.state.release_of(commit.sha)
    if release is None:
        found = _find(platform, view, commit)
        if isinstance(found, Build):
            return Promoted("building", environment, None, found, view.ledger)
        release = _adopted(platform, commit, found, by=by, reason=reason)
    # What a keyed request reserves goes with the last of the two: a crash in between has not done what was asked.
    ledger = decisions.create_release(platform, replace(view.ledger, request=None), release)
    ledger = replace(ledger, request=view.ledger.request)
    ledger = decisions.promote(platform, ledger, environment, release.id, span=(), by=by, reason=reason)
    return Promoted("promoted", environment, release.id, None, ledger)


def _demand_thawed(platform: Platform, view: View, environment: EnvironmentName) -> None:
    frozen = freezes_at(view.configuration, view.state, platform.clock()).of(environment)
    if frozen is not None:
        raise Denied(
            "Frozen",
            Sentence("{environment} is frozen {told}", environment=environment, told=frozen.told),
            hint=frozen.way_out,
        )


def _demand_approval(view: View, environment: EnvironmentName, release: Release) -> None:
    """A person's promotion brings the same span as automation's: what nobody approved is admitted first, by its own role."""
    state = view.state.environments.get(environment, EnvironmentState(name=environment))
    running = view.state.releases.get(state.release) if state.release is not None else None
    missing = unapproved(release, running, view.state, view.main)
    if missing is not None:
        message = Sentence(
            "{commit} has no approval ({detail})", commit=missing.commit[:12], detail=approval_told(missing)
        )
        raise Denied("AwaitsAdmission", message, hint=f"modwright admit {missing.commit[:12]} --reason …")


def _span(view: View, environment: EnvironmentName, release: Release) -> tuple[Sha, ...]:
    state = view.state.environments.get(environment, EnvironmentState(name=environment))
    current = view.state.releases.get(state.release) if state.release is not None else None
    if current is None:
        return ()
    if not view.main.contains(release.commit, current.commit):
        message = Sentence(
            "{release} is older than {current}; going back is a rollback", release=release.id, current=current.id
        )
        raise Denied(
            "NotNewer",
            message,
            hint=f"modwright rollback {environment} --to {release.id}",
        )
    return tuple(commit.sha for commit in view.main.between(current.commit, release.commit))


def _find(platform: Platform, view: View, commit: MainCommit) -> tuple[Build | None, Release | None] | Build:
    """The image's origin: a release or a finished run; or the run that is on its way, dispatched where there is none."""
    earlier = view.state.image_of(commit.input_tree)
    if earlier is not None:
        return None, earlier
    runs = [build for build in platform.forge.builds() if build.input_tree == commit.input_tree]
    done = next((build for build in runs if build.status is BuildStatus.SUCCEEDED and build.digest), None)
    if done is not None:
        return done, None
    failed = next((build for build in runs if build.status is BuildStatus.FAILED), None)
    if failed is not None:
        raise Denied(
            "BuildFailed",
            Sentence("the build of {commit} failed", commit=commit.sha[:12]),
            hint=Sentence("see {url}", url=failed.url),
        )
    return builds.dispatch(platform, commit=commit.sha, input_tree=commit.input_tree)


def _adopted(
    platform: Platform,
    commit: MainCommit,
    origin: tuple[Build | None, Release | None],
    *,
    by: Person,
    reason: str,
) -> Release:
    build, earlier = origin
    digest = build.digest if build is not None else (earlier.digest if earlier is not None else None)
    if digest is None:
        raise Denied("NoImage", Sentence("{commit} has no image", commit=commit.sha[:12]))
    return Release(
        id=release_id(commit.sha, commit.committed_at),
        commit=commit.sha,
        input_tree=commit.input_tree,
        digest=digest,
        manifest_hash=commit.manifest_hash,
        modules=commit.modules,
        created_at=platform.clock(),
        build=build.id if build is not None else (earlier.build if earlier is not None else None),
        commits=(adopted(commit, adopted_by(by.login, reason)),),
        reused_from=earlier.id if earlier is not None else None,
    )
