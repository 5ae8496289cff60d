"""A page from a template: the language, the theme, who is signed in, and what every template may call."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from types import CodeType
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from babel.support import NullTranslations
from fastapi import Request
from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from codegen import Sentence
from controller.access.callers import Caller
from controller.console import dates, forms, language, shell, words
from controller.console.saying import saying
from controller.console.static import static_url
from controller.core import sentences
from controller.core.ledger.state import Release
from controller.core.roles import LEAST_ROLE, Ask

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Tabs and line ends stay: a log has them."""
_DIGITS = re.compile(r"\b(?:sha256:)?(?:[0-9a-f]{64}|[0-9a-f]{40})\b")
"""A digest or a commit, whole."""
_NAMED = 4
"""Modules that a line of plain text names."""
THEME_COOKIE = "theme"
THEMES = ("system", "light", "dark")


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """
    The page. `context` is what the template asks for beside what every page has: `caller`, `role`, `language`, `theme`,
    `path`, `notices`, `may(ask)`, `csrf_field()`.
    """
    chosen = language.language_of(request)
    body = environment(chosen).get_template(template).render({**_common(request, chosen), **context})
    return HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store", "Vary": "Cookie"})


def _common(request: Request, chosen: str) -> dict[str, Any]:
    theme = request.cookies.get(THEME_COOKIE, "")
    caller: Caller | None = getattr(request.state, "caller", None)
    notices = shell.notices(request) if caller is not None else ()
    return {
        "cannot_ask": _cannot_ask(caller, notices),
        "language": chosen,
        "languages": language.NAMES,
        "theme": theme if theme in THEMES else THEMES[0],
        "path": request.url.path,
        "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "caller": caller,
        "role": caller.role.value if caller is not None else "",
        "may": lambda ask: may(caller, ask),
        "csrf_field": lambda: csrf_field(request),
        "notices": notices,
        "navigation": shell.NAVIGATION,
    }


def _cannot_ask(caller: Caller | None, notices: tuple[shell.Notice, ...]) -> str:
    """Why a change cannot be asked for here, by anybody (`stopped`) or by this caller (`role`); empty where it can."""
    if not may(caller, Ask.CHANGE):
        return "role"
    return "stopped" if any(notice.about == "stop" for notice in notices) else ""


class _Compiled(BytecodeCache):
    """What a template is compiled to, kept in memory once: it is the same in every language, and takes most of the time."""

    def __init__(self) -> None:
        self._kept: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get(bucket.key)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.code


_COMPILED = _Compiled()


def compile_all() -> None:
    """Compiles every template in every language, which takes a second: else whoever comes first waits for it."""
    for chosen in language.NAMES:
        made = environment(chosen)
        for name in made.list_templates():
            made.get_template(name)


@cache
def environment(chosen: str) -> Environment:
    """The templates in one language. Everything is escaped; a name that nobody gave is an error and no empty text."""
    made = Environment(
        loader=PackageLoader("controller.console", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=printable,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=_COMPILED,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    texts = language.translations(chosen)
    made.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    made.globals.update(_globals())
    made.filters.update(_filters(chosen, texts))
    return made


def printable(value: Any) -> Any:
    """
    A text without characters that do not show: control characters, and those that turn the reading direction, by which
    a name can pretend to be another. Each becomes U+FFFD, so that it is seen that something was there.
    """
    if not isinstance(value, str) or value.isprintable():
        return value
    return type(value)(_UNSEEN.sub("\ufffd", value))


def _globals() -> dict[str, Any]:
    return {"static_url": static_url, "url": url, "Ask": Ask, "least": lambda ask: LEAST_ROLE[ask].value}


def _filters(chosen: str, texts: NullTranslations) -> dict[str, Callable[..., Any]]:
    def when(at: datetime | None) -> Markup:
        if at is None:
            return Markup("<span class=muted>—</span>")
        return _time(at, dates.date_text(at, chosen))

    def ends(at: datetime, now: datetime) -> Markup:
        return _time(at, dates.end_text(at, chosen, now=now))

    def lasted(length: timedelta) -> str:
        return dates.duration_text(length, chosen)

    def word(value: object) -> str:
        return texts.ugettext(words.word(str(value)))

    said = saying(texts, chosen)
    return {
        "when": when,
        "ends": ends,
        "lasted": lasted,
        "word": word,
        "outside": outside,
        "said": said,
        "told": lambda text: said(text) if isinstance(text, Sentence) else text,
        "hold_told": sentences.hold_told,
        "reason_told": sentences.reason_told,
        "judgement_told": sentences.judgement_told,
        "approval_told": sentences.approval_told,
        "freeze_told": sentences.freeze_told,
        "short": short,
        "abridged": abridged,
        "brings": brings,
    }


def _time(at: datetime, shown: str) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), shown)


def may(caller: Caller | None, ask: Ask) -> bool:
    """Whether the caller may: for what a page offers. What is done is judged again where it is done."""
    return caller is not None and caller.may(ask)


def csrf_field(request: Request) -> Markup:
    """The hidden field that each form which writes must carry."""
    return Markup('<input type="hidden" name="csrf" value="{}">').format(forms.csrf_value(request))


def url(*parts: object, **query: Any) -> str:
    """
    An address of the console: `url("changes", 12)`, `url("plan", install=["a", "b"])`. Every part is quoted; a query's
    empty values are left out.
    """
    path = "/" + "/".join(quote(str(part), safe="") for part in parts)
    given = {key.rstrip("_"): value for key, value in query.items() if value not in (None, "", [], ())}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path


def outside(address: str | None) -> str:
    """An address that a link may lead to, empty for any other: what comes from outside may be a script."""
    if not address:
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme in ("http", "https") and parts.netloc else ""


def short(value: str) -> str:
    """The first digits of a commit or a digest, enough to recognise it."""
    kind, _, digits = value.rpartition(":")
    return f"{kind}:{digits[:12]}" if kind else digits[:12]


def brings(release: Release | None) -> str:
    """What a release brought, in modules, where only plain text may stand: `+blog +content −reviews`."""
    found = release.commits if release is not None else ()
    marks = (("+", [n for e in found for n in e.added]), ("−", [n for e in found for n in e.removed]))
    named = [
        f"{mark}{name}" for mark, names in (*marks, ("~", [n for e in found for n in e.changed])) for name in names
    ]
    return " ".join(named[:_NAMED]) + (" …" if len(named) > _NAMED else "")


def abridged(text: str) -> Markup:
    """A sentence with its digests and commits in short, each whole where the pointer rests on it."""
    made, end = Markup(), 0
    for found in _DIGITS.finditer(text):
        made += escape(text[end : found.start()])
        made += Markup('<span title="{}">{}</span>').format(found[0], short(found[0]))
        end = found.end()
    return made + escape(text[end:])
