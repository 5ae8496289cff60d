"""Jinja2 and Markdown, set up for content that nobody vouches for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

_MOST_DIFF_LINES = 1500
_KINDS = {"+": "added", "-": "removed", "@": "hunk"}

_WIDE = '<div class="wide" role="group" aria-label="Table" tabindex="0"><table>'

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# The one tag that proposals use, as it stands after escaping; both ends or none, so that the page stays whole.
_FOLD = re.compile(
    r"<p>&lt;details&gt;&lt;summary&gt;([^<\n]*)&lt;/summary&gt;</p>(.*?)<p>&lt;/details&gt;</p>", re.DOTALL
)


def _parser() -> MarkdownIt:
    """Without HTML, and without images, which would be fetched from elsewhere."""
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")


_MARKDOWN = _parser()


def markdown(text: str | None, *, under: int = 2) -> Markup:
    """Markdown as HTML. Comments vanish as they do on GitHub; other tags are shown as text, but for `<details>`.

    Headings are numbered anew `under` the level of the page's own heading above them, without a gap, so that the page
    keeps one outline whatever the text says.
    """
    tokens = _MARKDOWN.parse(_COMMENT.sub("", text or ""))
    _outline(tokens, under)
    escaped = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    folded = _FOLD.sub(r"<details><summary>\1</summary>\2</details>", escaped)
    # No text can hold these tags, for it is escaped. A wide table scrolls by itself, also from the keyboard.
    folded = folded.replace("<table>", _WIDE).replace("</table>", "</table></div>")
    return Markup(folded)  # noqa: S704 - markdown-it escaped it; only an attribute-free tag came back


def _outline(tokens: Sequence[Token], under: int) -> None:
    level = under
    for token in tokens:
        if token.type == "heading_open":
            level = min(under + int(token.tag[1]), level + 1, 6)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"


def is_web_address(text: str | None) -> bool:
    """Whether it may stand in a link: an App may give any text for an address, also `javascript:…`."""
    return bool(text) and str(text).startswith(("http://", "https://"))


def diff_lines(patch: str) -> list[tuple[str, str]]:
    """The lines of a patch with the class of each; a long one is cut, and says so."""
    lines = patch.split("\n")
    shown = [(_KINDS.get(line[:1], "same"), line) for line in lines[:_MOST_DIFF_LINES]]
    left = len(lines) - len(shown)
    return [*shown, ("hunk", f"… {left} more lines")] if left else shown


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("sandbox.forge.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(markdown=markdown, diff_lines=diff_lines)
    environment.tests["web_address"] = is_web_address
    return environment


_ENVIRONMENT = _environment()


def render(template: str, values: Mapping[str, Any]) -> str:
    """A page. A name that a template uses and `values` lacks is an error, not a gap."""
    return _ENVIRONMENT.get_template(template).render(values)


def stylesheet() -> str:
    """The one style sheet of all pages."""
    assert _ENVIRONMENT.loader is not None  # noqa: S101 - given above; the type says it may be absent
    return _ENVIRONMENT.loader.get_source(_ENVIRONMENT, "style.css")[0]
