"""
What the gate judged of a change that is merged: found again, since its check run is the forge's to keep.

Source and policies are judged by the rules of the commit's first parent, as the gate did, over what arrived. Of words
against policies those count that stood before the merge.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from codegen import Sentence
from controller.core.configuration import ApprovalMode, Configuration
from controller.core.ledger.state import CommitEvidence, Override
from controller.core.model import ForgeProposal, GateStatus, MainCommit
from controller.core.overrides import Judged, apply_overrides
from controller.core.policy import Policy, evaluate
from controller.core.rules.gate import NO_COMPOSITION, SAME_BYTES, GateLine, policy_line
from controller.core.subjects import Arrived, merged_subject

_SECOND = timedelta(seconds=1)
"""Git tells no less."""


def source_when_merged(commit: MainCommit) -> GateLine:
    """Whether the generated source was what the manifest gives."""
    if not commit.touches_composition:
        return GateLine("source", GateStatus.PASSED, NO_COMPOSITION)
    if commit.consistent:
        return GateLine("source", GateStatus.PASSED, SAME_BYTES)
    return GateLine("source", GateStatus.FAILED, Sentence("Not what the manifest gives"))


def policies_when_merged(
    proposal: ForgeProposal,
    commit: MainCommit,
    arrived: Arrived,
    evidence: CommitEvidence | None,
    *,
    rules: tuple[Configuration, tuple[Policy, ...]],
    overrides: Iterable[Override],
) -> GateLine:
    """What the policies of the first parent, `rules`, say of it."""
    configuration, policies = rules
    tells_all = proposal.author.is_bot and not commit.delta.is_empty
    change = Judged(
        fingerprint=commit.fingerprint,
        requested_by=arrived.requested_by,
        head=None if tells_all else proposal.head,
        is_solo=configuration.approval is ApprovalMode.SOLO,
    )
    standing = (word for word in overrides if word.at < commit.committed_at + _SECOND)
    verdicts = evaluate(policies, merged_subject(proposal, arrived, evidence, configuration))
    return policy_line(apply_overrides(verdicts, change, standing))
