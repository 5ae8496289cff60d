"""Which reasons the code knows, found by reading it: the first argument of what carries one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.docs.pages import ROOT

CARRIERS = {"Terminal": 0, "Denied": 0, "Condition": 0, "Refused": 0, "refusal": 1}
"""What carries a reason, with the position at which it stands."""
PACKAGES = ("controller", "codegen")
_OF_THE_API = {"refusal"}
"""A name that means something else outside of the controller."""


class Unreadable(Exception):
    """A reason that is no constant: nobody could document it."""


def known_reasons() -> set[str]:
    """Every reason that a carrier is made with anywhere in the product."""
    return {reason for file in _files() for reason in _reasons(file)}


@cache
def _constants() -> dict[str, str]:
    """Names of modules that stand for a text, `BRANCH_PROTECTED = "BranchProtected"`."""
    return {
        target.id: node.value.value
        for file in _files()
        for node in _tree(file).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _files() -> list[Path]:
    return sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _reasons(file: Path) -> Iterator[str]:
    for function in ast.walk(_tree(file)):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and _carries(call, file):
                    yield from _values(_argument(call), function, file)
                if isinstance(call, ast.Yield) and (row := _row_of(call)) is not None:
                    yield from _values(row, function, file)


def _carries(call: ast.Call, file: Path) -> bool:
    name = _name(call.func)
    return name in CARRIERS and (name not in _OF_THE_API or file.is_relative_to(ROOT / "controller"))


def _row_of(node: ast.Yield) -> ast.expr | None:
    """The reason that is yielded together with a row of a refusal's table, for somebody else to raise."""
    pair = node.value.elts if isinstance(node.value, ast.Tuple) else []
    is_row = len(pair) == 2 and isinstance(pair[1], ast.Call) and _name(pair[1].func) == "Row"
    return pair[0] if is_row else None


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _argument(call: ast.Call) -> ast.expr:
    position = CARRIERS[_name(call.func)]
    if len(call.args) > position:
        return call.args[position]
    return next(keyword.value for keyword in call.keywords if keyword.arg == "reason")


def _values(node: ast.expr, function: ast.AST, file: Path) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _values(node.body, function, file)
        yield from _values(node.orelse, function, file)
    elif _name(node) in _constants():
        yield _constants()[_name(node)]
    elif isinstance(node, ast.Name) and (assigned := _assigned(node.id, function)):
        for value in assigned:
            yield from _values(value, function, file)
    elif not _is_passed_on(node):
        raise Unreadable(f"{file.relative_to(ROOT)}:{node.lineno}: {ast.unparse(node)} is no constant")


def _assigned(name: str, function: ast.AST) -> list[ast.expr]:
    return [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == name for t in node.targets)
    ]


def _is_passed_on(node: ast.expr) -> bool:
    """`error.reason` is another carrier's; what `refusals` looks up by status or class is documented by hand."""
    return _name(node) == "reason" or isinstance(node, ast.Call) or _name(node) == "__name__"
