"""The commands: `inputs`, `build`, `annotate`.

Parsing and printing only. Data goes to stdout, errors to stderr. Exit 0 done, 1 differs or the build failed,
2 an error.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from images.annotate import annotate
from images.credentials import Credentials
from images.distribution import push
from images.errors import ImageError, InputTreeDiffersError
from images.image import Image, TreeId, assemble
from images.inputs import read_inputs
from images.layout import write_layout

DONE, DIFFERS, FAILED = 0, 1, 2
_NOTICE_TITLE = "modwright-image"


def main(arguments: Sequence[str] | None = None, *, program: str = "images") -> int:
    """Runs one command and answers its exit status; `None` takes the process's own arguments.

    `program` is what the help calls us, for whoever mounts these commands below another name. As argparse does,
    it raises `SystemExit` for `--help` and for arguments that it does not understand.
    """
    options = _parser(program).parse_args(arguments)
    try:
        return int(options.run(options))
    except ImageError as error:
        sys.stderr.write(f"error: {error}\n" + (f"hint: {error.hint}\n" if error.hint else ""))
        return DIFFERS if isinstance(error, InputTreeDiffersError) else FAILED


def _parser(program: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=program, description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_inputs(commands.add_parser("inputs", help="the id of the tree that a build reads"))
    _add_build(commands.add_parser("build", help="assemble an image and write or push it"))
    _add_annotate(commands.add_parser("annotate", help="turn cargo's JSON messages on stdin into text and annotations"))
    return parser


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--commit", required=True, metavar="SHA", help="full commit id")
    parser.add_argument("--repository", type=Path, default=Path(), metavar="DIR", help="default: this folder")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--path", action="append", metavar="PATHS", help="a path, or several on lines of their own; repeatable"
    )
    which.add_argument("--all", action="store_true", help="the commit's whole tree")
    parser.add_argument("--expect", metavar="ID", help="exit 1 when the id is another one")
    parser.add_argument("--export", type=Path, metavar="DIR", help="also write the tree's files there")
    parser.set_defaults(run=_inputs)


def _add_build(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--binary", type=Path, required=True, metavar="FILE", help="the statically linked program")
    parser.add_argument("--input-tree", required=True, metavar="ID", help="what it was built from")
    parser.add_argument("--tree-variable", default="PLATFORM_INPUT_TREE", metavar="NAME", help="default: %(default)s")
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--output", type=Path, metavar="DIR", help="write an OCI image layout")
    where.add_argument("--push", metavar="REGISTRY/REPOSITORY", help="such as 127.0.0.1:5000/acme/platform")
    parser.add_argument(
        "--token-variable",
        default="MODWRIGHT_REGISTRY_TOKEN",
        metavar="NAME",
        help="the environment variable that holds the image registry's token (default: %(default)s)",
    )
    parser.add_argument("--user", default="modwright", help="for image registries that want one (default: %(default)s)")
    parser.add_argument("--commit", metavar="SHA", help="said in the result; never part of the image")
    parser.add_argument("--notice", action="store_true", help="say the result as an annotation of the workflow run")
    parser.set_defaults(run=_build)


def _add_annotate(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=_annotate)


def _inputs(options: argparse.Namespace) -> int:
    paths = [line.strip() for text in options.path or [] for line in text.splitlines() if line.strip()]
    if not paths and not options.all:
        raise ImageError("--path names no path", hint="name some, or give --all")
    with read_inputs(options.repository, commit=options.commit, paths=paths) as tree:
        if options.expect not in {None, tree.id}:
            message = f"the input tree of commit {options.commit} is {tree.id}, asked for was {options.expect!r}"
            raise InputTreeDiffersError(message, hint="do the paths here equal `image.inputs` of the configuration?")
        if options.export:
            tree.export(options.export)
    sys.stdout.write(f"{tree.id}\n")
    return DONE


def _build(options: argparse.Namespace) -> int:
    program = _read(options.binary)
    image = assemble(program, input_tree=TreeId(options.input_tree), tree_variable=options.tree_variable)
    if options.output:
        write_layout(image, folder=options.output)
    if options.push:
        registry, _, repository = options.push.partition("/")
        push(image, registry=registry, repository=repository, credentials=_credentials(options))
    sys.stdout.write(_result(image, commit=options.commit, as_notice=options.notice))
    return DONE


def _annotate(_options: argparse.Namespace) -> int:
    return DONE if annotate(sys.stdin, show=sys.stdout.write) else DIFFERS


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ImageError(f"the binary {file} cannot be read: {error.strerror}", hint="was it built?") from error


def _credentials(options: argparse.Namespace) -> Credentials | None:
    """From the environment, never from an argument: other processes can read those."""
    token = os.environ.get(options.token_variable, "")
    return Credentials(token=token, user=options.user) if token else None


def _result(image: Image, *, commit: str | None, as_notice: bool) -> str:
    """One line of JSON; as a notice it is the run's own word about the digest, which the controller reads."""
    document = {"digest": image.digest, "input_tree": image.input_tree} | ({"commit": commit} if commit else {})
    text = json.dumps(document)
    return f"::notice title={_NOTICE_TITLE}::{text}\n" if as_notice else f"{text}\n"


def run() -> NoReturn:
    """The process's entry point."""
    sys.exit(main())
