"""What a change waits for, in one sentence: for a program's message or a log; pages have words of their own."""

from __future__ import annotations

from collections.abc import Mapping

from controller.core.waiting import Approvals, Waiting, What

_TOLD: Mapping[What, str] = {
    "reading": "its head is not read yet",
    "source": "the generated source is not what the manifest gives",
    "policies": "a policy forbids it",
    "refresh": "the default branch moved: it is applied anew",
    "conflict": "it conflicts with the default branch",
    "foreign-push": "somebody else pushed to it, which voids every approval",
    "runner": "waits for a runner to build the image",
    "build": "the image is being built",
    "image": "the build has ended; its word on the image is not here yet",
    "build-failed": "the build failed",
    "merge-by-people": "waits for somebody to merge it",
    "merge": "about to be merged",
    "release": "merged; becomes a release next",
    "stopped": "everything is stopped",
    "suspended": "{environment} is suspended in the configuration",
    "frozen": "waits for the freeze {freeze} of {environment} to end",
    "admission": "somebody with role super-admin has to admit {commit} before {environment}",
    "behind-hold": "kept from {environment}: its release contains {commit}, which is on hold",
    "promotion": "goes to {environment} next",
    "rollout": "{environment} is being moved to it",
    "verification": "{environment} verifies it",
    "cannot-tell": "the checks of {environment} cannot tell how it is",
    "failed": "it failed its checks in {environment}",
    "held": "held",
    "reverted": "undone by {commit}",
    "everywhere": "runs in every environment",
    "closed": "closed without a merge",
}


def told(found: Waiting) -> str:
    """It in one sentence, with the core's own word on it where there is one."""
    if found.approvals is not None:
        return _told_approvals(found.approvals)
    words = {
        "environment": found.environment,
        "freeze": found.freeze.id if found.freeze is not None else "",
        "commit": (found.commit or "")[:12],
    }
    sentence = _TOLD[found.what].format(**words)
    return f"{sentence}: {found.text}" if found.text else sentence


def _told_approvals(wanted: Approvals) -> str:
    number = "1 approval" if wanted.missing == 1 else f"{wanted.missing} approvals"
    other = f" other than {wanted.other_than.login}" if wanted.other_than is not None else ""
    may = f": {', '.join(wanted.may)}" if wanted.may else ""
    return f"waits for {number} by somebody with role admin{other}{may}"
