"""The console in two languages: every message and every sentence has a Russian text, with its gaps and all plurals."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from starlette.requests import Request

import codegen
from codegen.sentences import has_words
from controller.console import language
from controller.console.rendering import environment
from controller.core.policy import read_policies
from controller.core.roles import Ask

ROOT = Path(language.__file__).parent
PRODUCT = Path(codegen.__file__).parent.parent
SPEAKING = ("codegen", "controller/core", "controller/operations", "controller/showing", "controller/access")
"""Where sentences are made that the console says; what the command line prints is English."""
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext.babel_extract")]
OPTIONS = {"templates/**.html": {"newstyle_gettext": "true", "silent": "false", "extensions": "jinja2.ext.do"}}
KEYWORDS = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ugettext": None,
    "ngettext": (1, 2),
    "Sentence": None,
    "counted": (1, 2),
}
_GAP = re.compile(r"%\((\w+)\)s|\{(\w+)\}")
_TAG = re.compile(r"</?\w+")

Message = str | tuple[str, ...]


def messages() -> dict[Message, str]:
    """Every message of code and templates, and every sentence with words, with where it stands."""
    found: dict[Message, str] = {}
    for folder in (str(ROOT), *(str(PRODUCT / name) for name in SPEAKING)):
        for name, line, message, _, _ in extract_from_dir(folder, METHODS, OPTIONS, keywords=KEYWORDS):
            if isinstance(message, tuple) or has_words(message):
                found.setdefault(message, f"{folder}/{name}:{line}")
    return found | dict.fromkeys(named(), "a value of the core")


def named() -> set[str]:
    """What stands in sentences without a literal there: what may be asked, and what the policies say that come along."""
    policies = read_policies({file.name: file.read_text() for file in (PRODUCT / "policies").glob("*.yaml")})
    return {ask.value for ask in Ask} | {policy.message for policy in policies}


def russian() -> dict[str, tuple[str, ...]]:
    """The texts of every file, by their English."""
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted((ROOT / "texts").glob("ru*.po")):
        with file.open("rb") as content:
            for message in read_po(content, locale="ru"):
                english = message.id[0] if isinstance(message.id, tuple) else message.id
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                found.setdefault(english, tuple(texts))
    return found


def test_every_message_has_a_russian_text() -> None:
    texts = russian()
    missing = {}
    for message, where in messages().items():
        english, forms = (message[0], 3) if isinstance(message, tuple) else (message, 1)
        found = texts.get(english, ())
        if len([text for text in found if text]) != forms:
            missing[english] = where
    assert not missing


def test_a_russian_text_has_the_gaps_and_the_tags_of_the_english_one() -> None:
    for english, texts in russian().items():
        for text in texts if english else ():
            gaps, wanted = set(_GAP.findall(text)), set(_GAP.findall(english))
            assert gaps <= {*wanted, ("count", ""), ("num", ""), ("", "count")}, english
            assert gaps >= {gap for gap in wanted if gap[1]}, english
            assert sorted(_TAG.findall(text)) == sorted(_TAG.findall(english)), english


def test_no_russian_text_is_left_of_a_message_that_is_gone() -> None:
    known = {message[0] if isinstance(message, tuple) else message for message in messages()}
    assert set(russian()) - {""} <= known


@pytest.mark.parametrize(
    ("count", "word"), [(1, "модуль"), (3, "модуля"), (5, "модулей"), (11, "модулей"), (21, "модуль")]
)
def test_numbers_take_the_form_that_russian_has_for_them(count: int, word: str) -> None:
    text = environment("ru").from_string("{{ ngettext('%(num)s module', '%(num)s modules', count) }}")
    assert text.render(count=count) == f"{count} {word}"


@pytest.mark.parametrize(
    ("header", "chosen"),
    [
        ("ru", "ru"),
        ("de, ru;q=0.5, en;q=0.4", "ru"),
        ("de", "en"),
        ("en;q=0.1, ru;q=0", "en"),
        (";;q=x,ru", "ru"),
        ("", "en"),
    ],
)
def test_the_first_language_that_there_is_counts(header: str, chosen: str) -> None:
    scope = {"type": "http", "headers": [(b"accept-language", header.encode())], "path": "/", "query_string": b""}
    assert language.language_of(Request(scope)) == chosen
