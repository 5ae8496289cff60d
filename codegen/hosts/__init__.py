"""Host presets: one file of data for each kind of host. No code belongs here, and no host's name anywhere else.

May import `codegen.preset` only.
"""

from __future__ import annotations

from collections.abc import Mapping

from codegen.hosts.chain import CHAIN
from codegen.preset import HostPreset

PRESETS: Mapping[str, HostPreset] = {CHAIN.name: CHAIN}
