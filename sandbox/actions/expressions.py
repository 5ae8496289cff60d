"""The expressions of a workflow that must be known before it runs: `run-name` and `concurrency`.

Only paths into contexts (`${{ inputs.commit }}`, `${{ github.ref_name }}`); what stands within jobs act evaluates.
"""

import re
from collections.abc import Mapping
from typing import Any

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}", re.DOTALL)
_PATH = re.compile(r"[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*")


def evaluate(template: str, contexts: Mapping[str, Any]) -> str:
    """The template with its paths filled in; as on GitHub, what is not there is empty."""
    return _EXPRESSION.sub(lambda match: _look_up(match[1], contexts), template)


def _look_up(expression: str, contexts: Mapping[str, Any]) -> str:
    if not _PATH.fullmatch(expression):
        return ""
    value: Any = contexts
    for part in expression.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return "" if value is None else str(value)
