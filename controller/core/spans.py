"""Which commits stand between two releases, which of them are undone, and which releases a hold makes wait."""

from __future__ import annotations

from codegen import Delta
from controller.core.ledger.state import Hold, LedgerState, Release
from controller.core.model import MainCommit, ReleaseId, Sha
from controller.core.snapshot import MainLine


def undoing(main: MainLine, commit: Sha) -> MainCommit | None:
    """
    The commit of the default branch that takes out what `commit` brought, the newest where there are several.

    Its message says so, and its delta removes what was brought: a message alone proves nothing, and what another
    module still needs may have stayed.
    """
    undone = main.get(commit)
    if undone is None:
        return None
    for later in reversed(main.after(commit)):
        if later.reverts == commit and later.changes_modules and takes_out(later.delta, undone.delta):
            return later
    return None


def takes_out(later: Delta, undone: Delta) -> bool:
    """
    Whether `later` only takes back what `undone` brought, and at least some of it.

    What came along may stay while something else needs it, so a part of the inverse counts; anything beyond it does not.
    What comes back must be the very entry that was there: the same name from another source is another module.
    """
    inverse = undone.inverse()
    return (
        not later.is_empty
        and {entry.slug for entry in later.removed} <= {entry.slug for entry in inverse.removed}
        and set(later.added) <= set(inverse.added)
        and {after for _, after in later.changed} <= {after for _, after in inverse.changed}
    )


def is_in_force(main: MainLine, commit: Sha) -> bool:
    """Whether a change on the default branch still counts: it is there, and nothing undid it."""
    return main.get(commit) is not None and undoing(main, commit) is None


def contains_unreverted(main: MainLine, release: Release, commit: Sha) -> bool:
    """Whether a release contains a commit without containing its revert."""
    if not main.contains(release.commit, commit):
        return False
    revert = undoing(main, commit)
    return revert is None or not main.contains(release.commit, revert.sha)


def holding(main: MainLine, state: LedgerState, release: Release) -> Hold | None:
    """The first standing hold that makes this release wait, where there is one."""
    return next(
        (
            hold
            for hold in state.standing_holds
            if any(contains_unreverted(main, release, commit) for commit in hold.commits)
        ),
        None,
    )


def predecessor(
    main: MainLine, state: LedgerState, *, passed: tuple[ReleaseId, ...], current: Release
) -> Release | None:
    """The newest older release that passed verification in this environment and is not held."""
    for candidate in reversed(passed):
        release = state.releases.get(candidate)
        if release is None or release.id == current.id or not main.contains(current.commit, release.commit):
            continue
        if holding(main, state, release) is None:
            return release
    return None


def is_cure(main: MainLine, *, running: Release, candidate: Release) -> bool:
    """Whether a release takes out a change that the running one contains: the only kind that may go to an unwell one."""
    return any(
        commit.reverts is not None and contains_unreverted(main, running, commit.reverts)
        for commit in main.between(running.commit, candidate.commit)
    )
