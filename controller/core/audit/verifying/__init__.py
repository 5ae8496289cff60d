"""
Whether a platform's past is explained: every release derived anew from git, every gap named.

    facts       what was read of git: the default branch, the ledger as its signatures accept it, the builds' records
    gaps        what a gap is, of which kinds, and how each stands
    walking     the ledger's steps, as the moves of environments that they were
    branch      the rules about commits of the default branch: approvals, pushes, generated source
    releases    the rules about releases: their commit, their tree, their image
    moves       the rules about promotions: order, holds, digests
    ledger      the rules about the ledger's own line
    judge       all of them
    dossier     everything about one thing
    online      what the forge and the image registry say today beside it

Values in, values out. What cannot be judged is said so and never counts as well.
"""

from controller.core.audit.verifying.dossier import Dossier, Subject, dossier
from controller.core.audit.verifying.facts import CommitFacts, Facts, LineBreak
from controller.core.audit.verifying.gaps import KINDS, Gap, GapKind, Standing
from controller.core.audit.verifying.judge import judge
from controller.core.audit.verifying.online import compare_image, compare_proposal, not_asked
from controller.core.audit.verifying.walking import Move, Walk, walk_on

__all__ = [
    "KINDS",
    "CommitFacts",
    "Dossier",
    "Facts",
    "Gap",
    "GapKind",
    "LineBreak",
    "Move",
    "Standing",
    "Subject",
    "Walk",
    "compare_image",
    "compare_proposal",
    "dossier",
    "judge",
    "not_asked",
    "walk_on",
]
