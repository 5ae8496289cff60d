"""A person admits a commit that came to the default branch without a valid approval."""

from __future__ import annotations

from codegen import Sentence
from controller.core.configuration import ApprovalMode
from controller.core.errors import Denied
from controller.core.model import MainCommit, Person
from controller.operations import decisions
from controller.operations.ledger import LedgerView
from controller.operations.platform import Platform
from controller.operations.view import View


def admit(platform: Platform, view: View, wanted: str, *, by: Person, reason: str) -> LedgerView:
    """Keeps the word. `Denied` without a reason, for a commit that is not there, and for one's own unless solo."""
    commit = find_commit(view, wanted)
    if not reason.strip():
        raise Denied("ReasonMissing", Sentence("an admission needs a reason"), hint="--reason …")
    if _is_own(platform, commit, by) and view.configuration.approval is not ApprovalMode.SOLO:
        raise Denied(
            "OwnCommit",
            Sentence("{who} pushed {commit}; somebody else has to admit it", who=by.login, commit=commit.sha[:12]),
        )
    return decisions.admit(platform, view.ledger, commit.sha, by=by, reason=reason)


def find_commit(view: View, wanted: str) -> MainCommit:
    """The commit of the default branch that a person names, whole or by at least seven of its digits."""
    found = [commit for commit in view.main.commits if len(wanted) >= 7 and commit.sha.startswith(wanted)]
    if len(found) != 1:
        raise Denied(
            "NotOnBranch",
            Sentence(
                "{wanted} names {found} commits of {branch}", wanted=wanted, found=len(found), branch=view.main.branch
            ),
            hint=Sentence("give all 40 digits"),
        )
    return found[0]


def _is_own(platform: Platform, commit: MainCommit, by: Person) -> bool:
    """
    Whether somebody brought the commit: as the forge's activity log has it, since a commit's author can be made up.

    A push of several commits is logged with its last alone; for the others the author's name is all there is.
    """
    pushers = [push.actor for push in platform.forge.pushes(platform.default_branch) if push.after == commit.sha]
    if pushers:
        return pushers[-1].id == by.id
    return commit.author == by.login
