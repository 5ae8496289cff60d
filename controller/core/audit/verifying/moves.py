"""Environments: did each get a release that is known, in its order, past no hold, with that release's digest?"""

from __future__ import annotations

from collections.abc import Iterator

from controller.core.audit.verifying.facts import Facts
from controller.core.audit.verifying.gaps import Gap, GapKind, Standing, gap
from controller.core.audit.verifying.walking import Move
from controller.core.ledger.state import Direction, Hold, Release
from controller.core.model import EnvironmentName, Sha
from controller.core.spans import undoing


def moves(facts: Facts) -> Iterator[Gap]:
    """The gaps of every move, oldest first."""
    for move in facts.walk.moves:
        release = facts.walk.state.releases.get(move.release)
        if not move.is_known or release is None:
            says = f"{move.environment} went to {move.release}, which the ledger does not have as a release"
            yield _gap(GapKind.PROMOTION_WITHOUT_RELEASE, move, says)
            continue
        yield from _digest(move, release)
        if _goes_on(move, release, facts):
            yield from _order(move, release, facts)
            yield from _holds(move, release, facts)
            yield from _freezes(move)
    yield from _other_images(facts)


def _goes_on(move: Move, release: Release, facts: Facts) -> bool:
    """Whether it brings on what was not there: what calls itself a return is judged by where it leads."""
    left = facts.walk.state.releases.get(move.left) if move.left is not None else None
    is_return = left is not None and facts.main.contains(left.commit, release.commit)
    return move.direction is Direction.FORWARD or not is_return


def _other_images(facts: Facts) -> Iterator[Gap]:
    """Overlays that were given another digest beside every promotion."""
    for found in facts.walk.images:
        release = facts.walk.state.releases.get(found.release) if found.release is not None else None
        if release is None or found.digest != release.digest:
            says = (
                f"the overlay of {found.environment} got the digest {found.digest} with no promotion "
                f"(ledger {found.step[:12]})"
            )
            about = found.release or found.environment
            yield gap(GapKind.UNEXPLAINED_DIGEST, about, says, environment=found.environment)


def _digest(move: Move, release: Release) -> Iterator[Gap]:
    if move.overlay is not None and move.overlay != release.digest:
        says = (
            f"{move.environment} went to {release.id}, and its overlay got the digest {move.overlay} of another image"
        )
        yield _gap(GapKind.UNEXPLAINED_DIGEST, move, says)


def _order(move: Move, release: Release, facts: Facts) -> Iterator[Gap]:
    """Automation brings nothing on that has not passed before; a person may, by their word. The first is a person's."""
    before = _before(move, release, facts)
    if move.left is None or before is None or before in move.passed_in:
        return
    says = f"{move.environment} went to {release.id}, which had not passed in {before}"
    if move.by.is_bot:
        yield _gap(GapKind.SKIPPED_ORDER, move, says)
        return
    answer = f"{move.by.login} decided it: {move.reason}"
    yield gap(
        GapKind.SKIPPED_ORDER,
        release.id,
        says,
        answer=answer,
        standing=Standing.ANSWERED,
        environment=move.environment,
    )


def _before(move: Move, release: Release, facts: Facts) -> EnvironmentName | None:
    """The environment before it, by the newest configuration of that moment, at the oldest the release's own."""
    own = facts.main.get(release.commit)
    if own is None:
        return None
    later = (commit for commit in facts.main.after(release.commit) if commit.committed_at <= move.at)
    newest = max(later, key=lambda commit: facts.main.index[commit.sha], default=own)
    return facts.commits[newest.sha].order.get(move.environment)


def _holds(move: Move, release: Release, facts: Facts) -> Iterator[Gap]:
    for hold in move.holds:
        held = _contained(hold, release, facts)
        if held is not None:
            says = (
                f"{move.environment} went to {release.id} while {hold.id} stood on {held[:12]}, whose revert it has not"
            )
            yield _gap(GapKind.REVERT_MISSING, move, says)


def _freezes(move: Move) -> Iterator[Gap]:
    """No word overrules a freeze; a first release is none that moves on."""
    for freeze in move.freezes if move.left is not None else ():
        says = f"{move.environment} went to {move.release} while {freeze.id} stood: {freeze.reason}"
        yield _gap(GapKind.PROMOTED_WHILE_FROZEN, move, says)


def _contained(hold: Hold, release: Release, facts: Facts) -> Sha | None:
    for commit in hold.commits:
        if not facts.main.contains(release.commit, commit):
            continue
        revert = undoing(facts.main, commit)
        if revert is None or not facts.main.contains(release.commit, revert.sha):
            return commit
    return None


def _gap(kind: GapKind, move: Move, says: str) -> Gap:
    return gap(kind, move.release, f"{says} (ledger {move.step[:12]})", environment=move.environment)
