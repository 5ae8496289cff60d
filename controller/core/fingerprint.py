"""The identity of a change: its resolved delta and the sources that it pins."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from codegen import Delta, ModuleName
from controller.core.model import Fingerprint


def fingerprint(delta: Delta, pins: Mapping[ModuleName, str]) -> Fingerprint:
    """
    The hash of what a change does: the modules that differ, and for each that comes in what its source is pinned to (a
    path by its tree id, a git source by its commit).

    It does not depend on the base, so that a change applied anew keeps it, and an approval bound to it stays valid
    exactly as long as the same modules with the same sources arrive.
    """
    coming = {entry.slug for entry in delta.added} | {after.slug for _, after in delta.changed}
    pinned = {slug: pin for slug, pin in sorted(pins.items()) if slug in coming}
    text = json.dumps([delta.canonical_json(), pinned], sort_keys=True)
    return Fingerprint(hashlib.sha256(text.encode()).hexdigest())
