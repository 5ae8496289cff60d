"""Says the core's sentences in a page's language: the template translated, the values filled in as they are."""

from __future__ import annotations

from collections.abc import Callable

from babel.support import NullTranslations
from markupsafe import Markup, escape

from codegen import Sentence

Said = Callable[[str], Markup]


def saying(texts: NullTranslations, language: str) -> Said:
    """
    What says a text in that language. One that has no words in it (it came as plain text, from the forge, a compiler, a
    probe, or was never translated) stands in English and is marked so, that a screen reader reads it as such.
    """

    def said(text: str) -> Markup:
        if language == "en":
            return escape(str(text))
        return _translated(text) if isinstance(text, Sentence) else _english(text)

    def _translated(sentence: Sentence) -> Markup:
        template = sentence.template
        if not sentence.is_wordless:
            template = texts.ugettext(template) if not sentence.many else _of_number(sentence)
            if template == sentence.template:
                return _english(sentence)
        filled = {name: _filled(value) for name, value in sentence.values.items()}
        return escape(template).format(**filled) if filled else escape(template)

    def _of_number(sentence: Sentence) -> str:
        return texts.ungettext(sentence.template, sentence.many, sentence.number)

    def _filled(value: object) -> Markup:
        if isinstance(value, tuple):
            return Markup(", ").join(_filled(each) for each in value)
        return _translated(value) if isinstance(value, Sentence) else escape(str(value))

    return said


def _english(text: str) -> Markup:
    return Markup('<span lang="en">{}</span>').format(str(text)) if text else Markup()
