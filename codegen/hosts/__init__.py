"""Host presets: one file of data for each kind of host. No code belongs here, and no host's name anywhere else.

May import `codegen.wiring.preset` only.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen.hosts.chain import CHAIN
from codegen.hosts.rustok import RUSTOK
from codegen.hosts.rustok_earlier import RUSTOK_BUILD_SCRIPT, RUSTOK_CHAIN
from codegen.wiring.preset import HostPreset

PRESETS: Mapping[str, HostPreset] = {
    preset.name: preset for preset in (RUSTOK, RUSTOK_BUILD_SCRIPT, RUSTOK_CHAIN, CHAIN)
}
"""Every preset by name, in the order in which they are asked whether they know a repository; `chain` knows any."""
