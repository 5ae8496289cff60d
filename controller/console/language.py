"""The console's languages: which one a request is answered in, and its texts. Dates are `dates`'."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from fastapi import Request

NAMES: Mapping[str, str] = {"en": "English", "ru": "Русский"}
"""What may be chosen, each as its speakers call it."""
COOKIE = "lang"
_MOST_ACCEPTED = 20


def N_(message: str) -> str:  # noqa: N802 - the name by which gettext's tools know a message that is translated later
    """Marks a message that is kept untranslated and looked up where it is shown."""
    return message


def language_of(request: Request) -> str:
    """What somebody chose, else the first that the browser asks for and that there is, else English."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in NAMES:
        return chosen
    return next((name for name in _accepted(request.headers.get("accept-language", "")) if name in NAMES), "en")


def _accepted(header: str) -> Iterable[str]:
    """The languages of an `Accept-Language`, the wished ones first (RFC 9110 §12.5.4)."""
    wished: list[tuple[float, str]] = []
    for part in header.split(",")[:_MOST_ACCEPTED]:
        tag, _, weight = part.strip().partition(";q=")
        try:
            wished.append((-float(weight or 1), tag.partition("-")[0].lower()))
        except ValueError:
            continue
    return [name for weight, name in sorted(wished, key=lambda each: each[0]) if weight < 0]


@cache
def translations(language: str) -> NullTranslations:
    """The texts of a language, read once; English is what stands in code and templates."""
    if language == "en":
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, _catalogue(language))
    compiled.seek(0)
    return Translations(compiled)


def _catalogue(language: str) -> Catalog:
    """All files of a language, `ru.po` and `ru-….po`, as one: a message that several have is the first one's."""
    folder = resources.files("controller.console").joinpath("texts")
    files = sorted(
        (file for file in folder.iterdir() if _is_of(file.name, language)), key=lambda file: (len(file.name), file.name)
    )
    parts = [read_po(io.BytesIO(file.read_bytes()), locale=language) for file in files]
    whole = Catalog(locale=language)
    for message in (message for part in parts for message in part if message.id):
        if message.id not in whole:
            whole[message.id] = message
    return whole


def _is_of(name: str, language: str) -> bool:
    return name == f"{language}.po" or (name.startswith(f"{language}-") and name.endswith(".po"))
