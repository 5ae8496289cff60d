"""Text from templates: whole generated files, and the small ones that a preset holds.

Deterministic: required modules first, then optional ones, each by slug. The manifest's order does not count, so a
line moved there changes no generated code, and two installs rarely touch the same line. Strict: a name that a template
asks for and nobody gave is an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from codegen.facts import ModuleFacts
from codegen.manifest import Manifest, ModuleEntry
from codegen.names import ModuleName, crate_identifier

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_RUSTFMT_WIDTH = 100


def render_file(template: str, manifest: Manifest, facts: Mapping[ModuleName, ModuleFacts]) -> str:
    """A generated file's text, from a template of `codegen/templates/`."""
    modules = [
        {
            "slug": entry.slug,
            "required": entry.required,
            "entry": f"{crate_identifier(entry.crate)}::{facts[entry.slug].entry_type}",
        }
        for entry in sorted(manifest.modules.values(), key=lambda entry: (not entry.required, entry.slug))
    ]
    return _file_template(template).render(app=manifest.app, modules=modules)


@lru_cache(maxsize=16384)
def render_for_module(template: str, entry: ModuleEntry, *, app: str, needs: tuple[ModuleName, ...]) -> str:
    """A preset's key, value or item for one module; cached, since a plan renders the same ones for every module."""
    return _text_template(template).render(
        app=app,
        needs=needs,
        slug=entry.slug,
        crate=entry.crate,
        source=entry.source,
        path=entry.path,
        git=entry.git,
        rev=entry.rev,
        version=entry.version,
        features=entry.features,
    )


@lru_cache(maxsize=256)
def render_for_host(template: str, *, app: str) -> str:
    """A preset's text that is about no module, such as the name of the host's package."""
    return _text_template(template).render(app=app)


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
    return environment


@lru_cache(maxsize=64)
def _file_template(name: str) -> Template:
    return _environment().get_template(name)


@lru_cache(maxsize=256)
def _text_template(source: str) -> Template:
    return _environment().from_string(source)
