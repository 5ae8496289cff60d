"""
Every text that people read on the forge and in git's history, as functions from values.

    proposal    title and body of a pull request: they speak of modules, files are folded away
    commits     the bot's own commit, the merge commit, the ledger's commits
    waiting     what a change waits for, in one sentence
    taking_back the subject of what takes another back
    quoting     how a text from outside stands in them: on one line, naming nobody, never as markup

Nothing of a request, a commit or a compiler is put into a text but through `quoting`.
"""

from controller.core.messages.commits import change_commit_message, ledger_message, merge_message
from controller.core.messages.proposal import ProposalText, proposal_body, proposal_title

__all__ = [
    "ProposalText",
    "change_commit_message",
    "ledger_message",
    "merge_message",
    "proposal_body",
    "proposal_title",
]
