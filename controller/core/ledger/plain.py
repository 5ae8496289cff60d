"""
Reads the kind of YAML that `documents.dump` writes, some hundred times as fast as a whole reader of YAML does.

A ledger of ten thousand commits has as many documents, and an audit reads each. What is not exactly of this kind is
answered with `None`: the whole reader then judges it. So nothing is accepted here that the whole reader would refuse or
read as something else, which a test holds against whatever the writer can write.
"""

from __future__ import annotations

import re
from functools import lru_cache

_PAIR = re.compile(r"( *)([a-z_]+):(?: (\S.*))?")
# Names such as releases have: a digit or a dash within tells them from the words that mean something else than a text.
_RUN = re.compile(r"(?:- [A-Za-z]++[0-9_-][A-Za-z0-9_.-]*+\n)++")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_HEX = re.compile(r"(?=[0-9a-f]*[a-df])(?:[0-9a-f]{40}|[0-9a-f]{64})")
_PLAIN = re.compile(r"[A-Za-z][ -~]*")
_QUOTED = re.compile(r"'((?:[ -&(-~]|'')*)'")
_WORDS: dict[str, object] = {"null": None, "true": True, "false": False, "[]": [], "{}": {}}
_SPECIAL = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


class _NotPlainError(Exception):
    """Something that only the whole reader may judge."""


def read_plain(text: str) -> dict[str, object] | None:
    """The document as plain values; `None` where it is not of the writer's own kind."""
    if "\r" in text or "\x85" in text or not text.endswith("\n"):
        return None
    reader = _Reader(text)
    try:
        found = reader.mapping(0)
    except _NotPlainError:
        return None
    return found if reader.at == len(text) else None


class _Reader:
    """A place in the text; `at` is always the start of a line, or the end."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def mapping(self, indent: int, *, inside: int = 0) -> dict[str, object]:
        """The keys at `indent`; the first may stand behind a dash, `inside` characters into its line."""
        found: dict[str, object] = {}
        while self.at < len(self.text):
            if not inside and not self._is_at(" " * indent):
                break
            line = self._line()
            match = _PAIR.fullmatch(line, inside)
            if match is None or (not inside and len(match[1]) != indent) or match[2] in found or match[2] in _SPECIAL:
                raise _NotPlainError
            self.at += len(line) + 1
            found[match[2]] = self._value(match[3], indent)
            inside = 0
        if not found:
            raise _NotPlainError
        return found

    def _value(self, text: str | None, indent: int) -> object:
        if text is not None:
            return self._alone(text, indent)
        if self.at >= len(self.text):
            raise _NotPlainError
        if self._is_at(f"{' ' * indent}- "):
            return self._sequence(indent)
        return self.mapping(indent + 2)

    def _sequence(self, indent: int) -> list[object]:
        names = _RUN.match(self.text, self.at) if indent == 0 else None
        found: list[object] = self._names(names) if names is not None else []
        while self._is_at(f"{' ' * indent}- "):
            found.append(self._item(self._line(), indent))
        return found

    def _names(self, run: re.Match[str]) -> list[object]:
        self.at = run.end()
        return list(run[0][2:-1].split("\n- "))

    def _item(self, line: str, indent: int) -> object:
        if _PAIR.fullmatch(line, indent + 2) is not None and line[indent + 2] != " ":
            return self.mapping(indent + 2, inside=indent + 2)
        self.at += len(line) + 1
        return self._alone(line[indent + 2 :], indent)

    def _alone(self, text: str, indent: int) -> object:
        """A value on one line: a deeper line below it would go on with it."""
        if self._is_at(" " * (indent + 1)):
            raise _NotPlainError
        return _scalar(text)

    def _line(self) -> str:
        return self.text[self.at : self.text.index("\n", self.at)]

    def _is_at(self, beginning: str) -> bool:
        return self.text.startswith(beginning, self.at)


def _scalar(text: str) -> object:
    if text in _WORDS:
        value = _WORDS[text]
        return type(value)() if isinstance(value, (list, dict)) else value
    return _text_or_number(text)


@lru_cache(maxsize=4096)
def _text_or_number(text: str) -> str | int:
    """Documents that follow each other say much the same."""
    if _NUMBER.fullmatch(text):
        return int(text)
    quoted = _QUOTED.fullmatch(text)
    if quoted is not None:
        return quoted[1].replace("''", "'")
    if _HEX.fullmatch(text):
        return text
    if not _PLAIN.fullmatch(text) or _is_doubtful(text):
        raise _NotPlainError
    return text


def _is_doubtful(text: str) -> bool:
    return text.lower() in _SPECIAL or ": " in text or " #" in text or text[-1] in ": "
