"""Sentences for people, kept with what they are made of, so that a face can say them in another language.

A sentence is a `str`, and as one it is English: what writes, compares or prints it needs to know nothing of languages.
Beside that it remembers its template and what fills the gaps. Nothing here translates.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Formatter


class Sentence(str):
    """What is said, in English; `template` has a gap `{name}` for each of `values`, which may be sentences themselves.

    A value that is a tuple is a list. `many` is the template for every number but 1, empty where nothing is counted.
    Without values nothing is filled in: that is how a text of somebody else (a policy's message, what a check saw)
    stands in a sentence, with its own braces, and with a translation where its very words have one.
    """

    __slots__ = ("many", "number", "template", "values")

    template: str
    many: str
    number: int
    values: Mapping[str, object]

    def __new__(cls, template: str, /, **values: object) -> Sentence:
        """The sentence of a template. The template is a literal, by which its translation is found."""
        return cls._made(template, values)

    @classmethod
    def counted(cls, one: str, many: str, count: int, /, **values: object) -> Sentence:
        """The sentence of two templates, one for 1 and one for every other `count`, which is a value as well."""
        return cls._made(one, {"count": count, **values}, many=many, count=count)

    @classmethod
    def joined(cls, parts: Iterable[str], between: str = "; ") -> Sentence:
        """Several said after each other."""
        named = {f"part{number}": part for number, part in enumerate(parts)}
        return cls(between.join(f"{{{name}}}" for name in named), **named)

    @classmethod
    def _made(cls, template: str, values: Mapping[str, object], *, many: str = "", count: int = 1) -> Sentence:
        said = template if count == 1 else many
        told = {name: _told(value) for name, value in values.items()}
        made = super().__new__(cls, said.format_map(told) if values else said)
        made.template, made.values, made.many, made.number = template, values, many, count
        return made

    def refilled(self, **values: object) -> Sentence:
        """The same sentence with other values in some of its gaps."""
        return self._made(self.template, {**self.values, **values}, many=self.many, count=self.number)

    @property
    def is_wordless(self) -> bool:
        """Whether the template is only gaps and signs, which read alike in every language."""
        return bool(self.values) and not has_words(self.template)

    def or_plain(self, text: str) -> str:
        """This sentence where it reads as `text` does, else the text.

        For what was written down as plain text: made again from the same facts it is known to be the same sentence.
        """
        return self if self == text else text


def has_words(template: str) -> bool:
    """Whether there is anything to translate beside the gaps."""
    return any(text.isalpha() for part, *_ in Formatter().parse(template) for text in part)


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
