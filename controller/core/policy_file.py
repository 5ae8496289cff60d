"""The text of one policy: YAML with a strict schema, so that a misspelt key is an error and never a rule that is gone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent

from controller.core.errors import Terminal

POLICY_FORMAT = 1
LARGEST_FILE = 64 * 1024
LONGEST_EXPRESSION = 4 * 1024
MOST_CASES = 200

_KEYS = ("format", "name", "description", "message", "effect", "require", "cases")
_CASE_KEYS = ("name", "input", "expect")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
# More openings in a row than any policy has: the reader of YAML recurses on each.
_DEEP = re.compile(r"(?:[\[{]\s*){16}|(?:-[ \t]+){16}")


@dataclass(frozen=True)
class Case:
    """An example that belongs to a policy: what it must say of this input."""

    name: str
    expect: Literal["allow", "deny", "warn"]
    input: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class PolicyText:
    """A policy as it stands in its file, checked but not compiled. `require_line` counts from 1."""

    name: str
    description: str
    message: str
    effect: Literal["deny", "warn"]
    require: str
    require_line: int
    cases: tuple[Case, ...]


def read_policy_text(text: str, *, path: str) -> PolicyText:
    """The policy in a file. Raises `Terminal` with file, line and key."""
    document = _Mapping(_load(text, path=path), path=path, allowed=_KEYS)
    if document.get("format") != POLICY_FORMAT:
        document.refuse("format", f"found {_shown(document.get('format'))}, this version reads {POLICY_FORMAT}")
    name = document.text("name")
    if not _NAME.fullmatch(name):
        document.refuse("name", f"found {_shown(name)}, allowed are lower-case letters, digits and `-`, up to 63")
    return PolicyText(
        name=name,
        description=document.text("description"),
        message=document.text("message"),
        effect=document.choice("effect", ("deny", "warn"), default="deny"),
        require=document.text("require", longest=LONGEST_EXPRESSION),
        require_line=document.line("require"),
        cases=_cases(document),
    )


def _cases(document: _Mapping) -> tuple[Case, ...]:
    rows = document.get("cases")
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_CASES:
        document.refuse(
            "cases", f"a list of 1 to {MOST_CASES} examples is wanted: a rule without one is not known to work"
        )
    cases = []
    for row in rows:
        case = _Mapping(row, path=document.path, allowed=_CASE_KEYS, line=document.line("cases"))
        given = case.get("input")
        if not isinstance(given, dict):
            case.refuse("input", f"a mapping is wanted, found {_shown(given)}")
        expect = case.choice("expect", ("allow", "deny", "warn"))
        cases.append(Case(name=case.text("name"), expect=expect, input=_plain(given)))
    return tuple(cases)


class _Mapping:
    """A mapping of the file with its keys checked; knows on which line each of them stands."""

    def __init__(self, value: Any, *, path: str, allowed: Iterable[str], line: int = 1) -> None:
        self.path, self._line, self._value = path, line, value
        if not isinstance(value, dict):
            self._value = {}
            self.refuse("", f"a mapping is wanted, found {_shown(value)}")
        for key in value:
            if key not in allowed:
                self.refuse(key, f"no such key; allowed are {', '.join(allowed)}")

    def get(self, key: str) -> Any:
        return self._value.get(key)

    def line(self, key: object) -> int:
        """Where the key stands; where it is missing, where the mapping begins."""
        place = getattr(self._value, "lc", None)
        if place is None:
            return self._line
        return int(place.key(key)[0] if key in self._value else place.line) + 1

    def text(self, key: str, *, longest: int = 1000) -> str:
        value = self.get(key)
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            self.refuse(key, f"a text of 1 to {longest} letters is wanted, found {_shown(value)}")
        return str(value).strip()

    def choice(self, key: str, allowed: tuple[str, ...], *, default: str | None = None) -> Any:
        value = self._value.get(key, default)
        if value not in allowed:
            self.refuse(key, f"found {_shown(value)}, allowed are {', '.join(allowed)}")
        return value

    def refuse(self, key: object, problem: str) -> NoReturn:
        place = f"{self.path}:{self.line(key)}"
        where = f"{place}: {_shown(key)[1:-1]}: " if isinstance(key, str) and key else f"{place}: "
        raise Terminal("PolicyUnreadable", where + problem, hint="policies/README.md shows the form of a policy")


def _load(text: str, *, path: str) -> Any:
    if len(text) > LARGEST_FILE or _DEEP.search(text):
        message = f"{path}: larger or more deeply nested than a policy is (at most {LARGEST_FILE} letters)"
        raise Terminal("PolicyUnreadable", message, hint="split it into several policies")
    try:
        # An alias could make a small file stand for a huge input.
        if any(isinstance(event, AliasEvent) for event in YAML(typ="rt", pure=True).parse(text)):
            raise Terminal("PolicyUnreadable", f"{path}: aliases of YAML are not read", hint="write the value out")
        return YAML(typ="rt", pure=True).load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{path}:{mark.line + 1}" if mark is not None else path
        raise Terminal("PolicyUnreadable", f"{place}: not YAML: {error.problem}", hint="mend the text") from error
    except (YAMLError, RecursionError, ValueError) as error:
        raise Terminal("PolicyUnreadable", f"{path}: not YAML: {_shown(str(error))}", hint="mend the text") from error


def _plain(value: Any) -> Any:
    """Without the notes that the reader hangs on values: CEL takes plain ones."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return value


def _shown(value: object) -> str:
    is_plain = isinstance(value, str | int | float) or value is None
    text = ascii(value) if is_plain else type(value).__name__
    return text if len(text) <= 80 else f"{text[:80]}…"
