"""The words for values of the core: each as people read it, marked for translation."""

from __future__ import annotations

from collections.abc import Mapping

from controller.console.language import N_

WORDS: Mapping[str, str] = {
    # roles
    "viewer": N_("viewer"),
    "operator": N_("operator"),
    "admin": N_("admin"),
    "super-admin": N_("super-admin"),
    # how something stands
    "waiting": N_("waiting"),
    "running": N_("running"),
    "passed": N_("passed"),
    "failed": N_("failed"),
    "pending": N_("pending"),
    "errored": N_("cannot tell"),
    "queued": N_("queued"),
    "succeeded": N_("succeeded"),
    "cancelled": N_("cancelled"),
    "suspected": N_("suspected"),
    "confirmed": N_("confirmed"),
    "cleared": N_("cleared"),
    "lifted": N_("lifted"),
    "open": N_("open"),
    "stage-waiting": N_("to come"),
    "stage-running": N_("under way"),
    "stage-passed": N_("done"),
    "stage-failed": N_("failed"),
    "feature-declared": N_("is declared"),
    "feature-removed": N_("is removed"),
    "feature-on by default": N_("is on by default"),
    "feature-off by default": N_("is off by default"),
    # modules
    "installed": N_("installed"),
    "available": N_("available"),
    "upgradable": N_("can be upgraded"),
    "on-its-way": N_("on its way"),
    "unwell": N_("unwell"),
    "will-install": N_("installs it"),
    "will-uninstall": N_("uninstalls it"),
    "will-upgrade": N_("upgrades it"),
    "will-change": N_("changes it"),
    "did-install": N_("installed"),
    "did-uninstall": N_("uninstalled"),
    "did-upgrade": N_("upgraded"),
    "did-change": N_("changed"),
    # stages of a change
    "building": N_("building"),
    "waiting-for-approval": N_("waits for approval"),
    "merging": N_("merging"),
    "merged": N_("merged"),
    "released": N_("released"),
    "promoting": N_("being promoted"),
    "verified": N_("in every environment"),
    "held": N_("held"),
    "reverted": N_("undone"),
    "closed": N_("closed"),
    # how a commit came to be allowed
    "reviewed": N_("reviewed"),
    "self-approved": N_("self-approved"),
    "inverse": N_("by the platform's rule"),
    "adopted": N_("adopted"),
    "not-needed": N_("not needed"),
    "missing": N_("missing"),
    # what happened
    "pushed": N_("pushed"),
    "built": N_("built"),
    "build-failed": N_("build failed"),
    "build-cancelled": N_("build cancelled"),
    "promoted": N_("promoted"),
    "rolled-back": N_("rolled back"),
    "hold-confirmed": N_("hold confirmed"),
    "hold-cleared": N_("hold cleared"),
    "hold-lifted": N_("hold lifted"),
    "frozen": N_("frozen"),
    "freeze-lifted": N_("freeze lifted"),
    "admitted": N_("admitted"),
    "policy-overridden": N_("policy overridden"),
    "signers-changed": N_("signers changed"),
    "not-accepted": N_("not accepted"),
}


def word(value: str) -> str:
    """The English word; a value without one is shown as it is."""
    return WORDS.get(value, value)
