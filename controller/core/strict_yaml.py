"""
Reads a small YAML document strictly: every key is asked for, what was not asked for is unknown, nothing is guessed.

All findings are collected, each with its line, so that a person mends a file once and not key by key.
"""

from __future__ import annotations

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import YAMLError
from ruamel.yaml.tokens import AliasToken, AnchorToken, TagToken, Token

from controller.core.findings import Findings
from controller.core.yaml_section import Section

LONGEST = 64 * 1024
"""Bytes of one document."""
DEEPEST = 12
"""How many mappings and lists stand within each other at most: more than any document of ours has."""

_DEEPER = ("BlockMappingStartToken", "BlockSequenceStartToken", "FlowMappingStartToken", "FlowSequenceStartToken")
_BACK = ("BlockEndToken", "FlowMappingEndToken", "FlowSequenceEndToken")


def open_document(text: str, findings: Findings) -> Section | None:
    """The document's top mapping; `None`, with the finding, where there is nothing to go on with."""
    size = len(text.encode())
    if size > LONGEST:
        findings.add(1, "", f"{size} bytes", f"at most {LONGEST} bytes")
        return None
    try:
        if not _is_plain(text, findings):
            return None
        document = _yaml().load(text)
    except (YAMLError, ValueError, NotImplementedError) as error:
        mark = getattr(error, "problem_mark", None)
        problem = str(getattr(error, "problem", None) or error).splitlines()[0][:200]
        findings.add(mark.line + 1 if mark is not None else 1, "", problem, "one YAML document without duplicate keys")
        return None
    if not isinstance(document, CommentedMap):
        findings.add(1, "", document, "a mapping")
        return None
    return Section(document, findings, key="", line=1)


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.Constructor = _Constructor
    return yaml


class _Constructor(RoundTripConstructor):
    """Leaves dates as texts: a day that there is not is then a finding with its key, and a zone is not read as UTC."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", RoundTripConstructor.construct_yaml_str)


def _is_plain(text: str, findings: Findings) -> bool:
    """Refuses anchors, aliases, tags and deep nesting before anything is built: all of them can grow without bound."""
    depth = 0
    for token in YAML(typ="rt", pure=True).scan(text):
        if isinstance(token, AliasToken | AnchorToken | TagToken):
            findings.add(_line(token), "", "an anchor, alias or tag", "plain values, each written out")
            return False
        name = type(token).__name__
        depth += (name in _DEEPER) - (name in _BACK)
        if depth > DEEPEST:
            findings.add(_line(token), "", "deeper nesting", f"at most {DEEPEST} levels")
            return False
    return True


def _line(token: Token) -> int:
    return int(token.start_mark.line) + 1
