"""Text from templates: whole generated files, and the small ones that a preset holds.

Deterministic: required modules first, then optional ones, each by slug. The manifest's order does not count, so a
line moved there changes no generated code, and two installs rarely touch the same line. Strict: a name that a template
asks for and nobody gave is an error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Protocol

from codegen.lines.document_row import cell_names, cell_text

if TYPE_CHECKING:
    from jinja2 import Environment, Template, nodes
    from jinja2.environment import TemplateExpression

_RUSTFMT_WIDTH = 100
# The one name whose value is a mapping and no key of a cache.
_UI = "ui"
# Most conditions are these or a single name, and need no compiled expression.
_CONSTANTS = {"true": True, "false": False}


class Registered(Protocol):
    """What a registry source has to know of a module; `entry` is the expression that makes it."""

    @property
    def slug(self) -> str: ...

    @property
    def required(self) -> bool: ...

    @property
    def entry(self) -> str | None: ...


def render_file(template: str, modules: Sequence[Registered], *, app: str) -> str:
    """A generated file's text, from a template of `codegen/templates/`."""
    ordered = sorted(modules, key=lambda module: (not module.required, module.slug))
    return _file_template(template).render(app=app, modules=ordered)


class NoSuchName(LookupError):
    """A template names something of a module that this one does not have, such as a crate for a user interface."""


def render(template: str, shape: object) -> str:
    """A preset's template for one module, by its attributes. Only what it names is asked, since some answers cost reading.

    Raises `NoSuchName`.
    """
    names, values_of = _asked(template)
    values = values_of(shape)
    return _rendered(template, values) if _UI not in names else _of_values(template, values)


@lru_cache(maxsize=16384)
def _rendered(template: str, values: tuple[object, ...]) -> str:
    """Kept from plan to plan, since each asks for the same few words of every module."""
    return _of_values(template, values)


def _of_values(template: str, values: tuple[object, ...]) -> str:
    from jinja2 import UndefinedError

    compiled, names = _text_template(template)
    try:
        return compiled.render(dict(zip(names, values, strict=True)))
    except UndefinedError as error:
        raise NoSuchName(f"{template}: {error}") from error


def evaluate(condition: str, shape: object) -> bool:
    """A preset's condition for one module, by its attributes."""
    if condition in _CONSTANTS:
        return _CONSTANTS[condition]
    negated = condition.removeprefix("not ")
    if negated.isidentifier():
        return bool(getattr(shape, negated)) is (negated == condition)
    compiled, names = _condition(condition)
    return bool(compiled(**{name: getattr(shape, name) for name in names}))


@lru_cache(maxsize=256)
def render_for_host(template: str, *, app: str) -> str:
    """A preset's text that is about no module, such as the name of the host's package."""
    return _text_template(template)[0].render(app=app)


def rust_statement(code: str) -> str:
    """A `let` statement as rustfmt leaves it: broken after `=` where too long, unless the rest is too long too."""
    line = f"    {code}"
    if len(line) <= _RUSTFMT_WIDTH:
        return line
    head, tail = code.split(" = ", 1)
    broken = f"        {tail}"
    return f"    {head} =\n{broken}" if len(broken) <= _RUSTFMT_WIDTH else line


def toml_list(values: Sequence[str]) -> str:
    """A list of names as TOML; names passed their grammar and need no escaping."""
    return "[" + ", ".join(f'"{value}"' for value in values) + "]"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    """Built at the first use: importing jinja2 takes longer than all that codegen does without it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(  # noqa: S701 - Rust and TOML, not HTML: names are bounded by their grammars
        loader=PackageLoader("codegen"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["rust_statement"] = rust_statement
    environment.filters["toml"] = toml_list
    environment.filters["names"] = cell_names
    environment.filters["cell"] = cell_text
    return environment


@lru_cache(maxsize=64)
def _file_template(name: str) -> Template:
    return _environment().get_template(name)


@lru_cache(maxsize=256)
def _text_template(source: str) -> tuple[Template, tuple[str, ...]]:
    parsed = _environment().parse(source)
    return _environment().from_string(parsed), _names(parsed)


@lru_cache(maxsize=256)
def _asked(source: str) -> tuple[tuple[str, ...], Callable[[object], tuple[object, ...]]]:
    """What a template names, and how to ask a module for all of it at once."""
    names = _text_template(source)[1]
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda shape: tuple(getattr(shape, name) for name in names)


@lru_cache(maxsize=256)
def _condition(source: str) -> tuple[TemplateExpression, tuple[str, ...]]:
    compiled = _environment().compile_expression(source, undefined_to_none=False)
    return compiled, _names(_environment().parse("{{ " + source + " }}"))


def _names(parsed: nodes.Template) -> tuple[str, ...]:
    from jinja2 import meta

    return tuple(sorted(meta.find_undeclared_variables(parsed)))
