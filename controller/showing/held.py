"""Which releases wait for a hold, found once for all of them: a platform may have thousands."""

from __future__ import annotations

from dataclasses import dataclass

from controller.core.ledger.state import Hold, LedgerState, Release
from controller.core.model import Sha
from controller.core.snapshot import MainLine
from controller.core.spans import undoing


@dataclass(frozen=True)
class _Stretch:
    """The places on the default branch from a commit at fault up to its revert, which holds nothing any more."""

    begins: int
    ends: int
    hold: Hold


class HeldReleases:
    """Answers as `core.spans.holding` does, at the cost of one look at each standing hold."""

    def __init__(self, main: MainLine, ledger: LedgerState) -> None:
        self._main = main
        found = (self._stretch(hold, commit) for hold in ledger.standing_holds for commit in hold.commits)
        self._stretches = tuple(stretch for stretch in found if stretch is not None)

    def hold_of(self, release: Release) -> Hold | None:
        """The first standing hold that makes this release wait, where there is one."""
        place = self._main.index.get(release.commit)
        if place is None:
            return None
        return next((each.hold for each in self._stretches if each.begins <= place < each.ends), None)

    def _stretch(self, hold: Hold, commit: Sha) -> _Stretch | None:
        begins = self._main.index.get(commit)
        if begins is None:
            return None
        revert = undoing(self._main, commit)
        ends = self._main.index[revert.sha] if revert is not None else len(self._main.commits)
        return _Stretch(begins, ends, hold)
