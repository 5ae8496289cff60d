"""git over smart HTTP, by `git http-backend`.

A raw ASGI application, because a streaming response of the framework would read the request's body away from under the
program. The body is spooled to a file: for a push the commands at its head are read first, so that protection is judged
here and not in a hook. Only what needs the pushed objects (is it forward?) is left to a few lines of shell.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
from pathlib import Path
from typing import IO, Any

from sandbox.forge import refs
from sandbox.forge.access import credentials
from sandbox.forge.accounts import Identity
from sandbox.forge.forge import Forge
from sandbox.forge.git_repository import ZERO, GitRepository, Move
from sandbox.forge.refusals import Refusal

_HOOK = """#!/bin/sh
# Called once for each ref: name, old id, new id. The verdicts were reached before the objects came.
while IFS="$(printf '\\t')" read -r ref word text; do
  [ "$ref" = "$1" ] || continue
  if [ "$word" = forward ]; then
    [ "$2" = "0000000000000000000000000000000000000000" ] && exit 0
    git merge-base --is-ancestor "$2" "$3" && exit 0
    text="Cannot force-push to this protected branch"
  fi
  echo "error: GH006: Protected branch update failed for $1." >&2
  echo "error: $text" >&2
  exit 1
done <"$FORGE_VERDICTS"
exit 0
"""
_SPOOLED_IN_MEMORY = 1024 * 1024
_CHUNK = 65536
_SERVICES = ("info/refs", "git-upload-pack", "git-receive-pack")


def parse_commands(body: IO[bytes]) -> list[Move]:
    """The ref updates at the head of what `git push` sends (pkt-lines up to the flush); none in anything else."""
    moves = []
    body.seek(0)
    while True:
        length = body.read(4)
        if len(length) < 4 or length == b"0000":
            break
        line = body.read(int(length, 16) - 4)
        parts = line.partition(b"\0")[0].rstrip(b"\n").decode("utf-8", "replace").split(" ", 2)
        if len(parts) == 3 and len(parts[0]) == 40:
            moves.append(Move(before=parts[0], after=parts[1], ref=parts[2]))
    body.seek(0)
    return moves


class GitHttp:
    """Serves `/OWNER/NAME.git/…` (and without `.git`)."""

    def __init__(self, forge: Forge) -> None:
        self._forge = forge
        self._hooks = forge.state / "hooks"
        self._hooks.mkdir(exist_ok=True)
        hook = self._hooks / "update"
        hook.write_text(_HOOK)
        hook.chmod(0o700)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request of git."""
        headers = {key.decode().lower(): value.decode("latin-1") for key, value in scope["headers"]}
        try:
            repository, rest = self._locate(scope["path"])
            _check_encoding(rest, headers)
            push = b"git-receive-pack" in scope["query_string"] or rest == "git-receive-pack"
            asker = self._permit(headers.get("authorization"), repository, "write" if push else "read")
        except Refusal as refusal:
            await _refuse(send, refusal)
            return
        with tempfile.SpooledTemporaryFile(_SPOOLED_IN_MEMORY) as body:
            size = await _spool(receive, body)
            environment = self._environment(scope, headers, repository, rest, size)
            if rest == "git-receive-pack":
                await self._push(repository, asker, body, environment, send)
            else:
                await _relay(await _start(environment, body), send)

    def _locate(self, path: str) -> tuple[GitRepository, str]:
        parts = path.strip("/").split("/", 2)
        if len(parts) < 3 or parts[2] not in _SERVICES:
            raise Refusal(404, "Not Found")
        return self._forge.repository(f"{parts[0]}/{parts[1].removesuffix('.git')}"), parts[2]

    def _permit(self, authorization: str | None, repository: GitRepository, level: str) -> Identity:
        token = credentials(authorization)
        if token is None:
            refusal = Refusal(401, "Authentication required")
            refusal.headers["WWW-Authenticate"] = 'Basic realm="sandbox"'
            raise refusal
        asker = self._forge.accounts.identify(token)
        accounts = self._forge.accounts
        if asker.kind == "app" or not accounts.sees(asker, repository.full_name):
            raise Refusal(404, "Repository not found.")
        if not accounts.may(asker, repository.full_name, "contents", level):
            raise Refusal(403, f"Permission to {repository.full_name}.git denied to {asker.user['login']}.")
        return asker

    def _environment(
        self, scope: Any, headers: dict[str, str], repository: GitRepository, rest: str, size: int
    ) -> dict[str, str]:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(self._forge.state),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_PROJECT_ROOT": str(repository.directory.parent),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": f"/{repository.directory.name}/{rest}",
            "REQUEST_METHOD": scope["method"],
            "QUERY_STRING": scope["query_string"].decode("latin-1"),
            "CONTENT_TYPE": headers.get("content-type", ""),
            "CONTENT_LENGTH": str(size),
            "REMOTE_ADDR": "127.0.0.1",
        }
        for header, name in (("content-encoding", "HTTP_CONTENT_ENCODING"), ("git-protocol", "GIT_PROTOCOL")):
            if header in headers:
                environment[name] = headers[header]
        return _with_configuration(
            environment,
            {
                "http.receivepack": "true",
                "uploadpack.allowFilter": "true",
                "uploadpack.allowAnySHA1InWant": "true",
                "receive.autogc": "false",
                "core.hooksPath": "/dev/null",
            },
        )

    async def _push(
        self, repository: GitRepository, asker: Identity, body: IO[bytes], environment: dict[str, str], send: Any
    ) -> None:
        moves = parse_commands(body)
        with tempfile.TemporaryDirectory() as folder:
            verdicts = self._verdicts(repository, moves, asker)
            if verdicts:
                file = Path(folder) / "verdicts"
                file.write_text(verdicts)
                environment["FORGE_VERDICTS"] = str(file)
                environment = _with_configuration(environment, {"core.hooksPath": str(self._hooks)})
            process = await _start(environment, body)
            output, _ = await process.communicate()
        self._settle(repository, moves, asker)
        await _answer(send, output)

    def _verdicts(self, repository: GitRepository, moves: list[Move], asker: Identity) -> str:
        lines = []
        for move in moves:
            ruling = refs.verdict(self._forge, repository, move, asker.user)
            if ruling.denied is not None:
                lines.append(f"{move.ref}\tdeny\t{ruling.denied}\n")
            elif ruling.forward_only and ZERO not in (move.before, move.after):
                lines.append(f"{move.ref}\tforward\t\n")
        return "".join(lines)

    def _settle(self, repository: GitRepository, moves: list[Move], asker: Identity) -> None:
        arrived = [move for move in moves if (repository.target(move.ref) or ZERO) == move.after]
        self._forge.store.touch(repository.full_name)
        refs.landed(self._forge, repository, arrived, asker.user)


def _check_encoding(rest: str, headers: dict[str, str]) -> None:
    """A push is read here before git sees it, so it may not come packed (git itself never packs one)."""
    if rest == "git-receive-pack" and headers.get("content-encoding", "identity") != "identity":
        raise Refusal(415, "A push cannot be compressed")


def _with_configuration(environment: dict[str, str], values: dict[str, str]) -> dict[str, str]:
    count = int(environment.get("GIT_CONFIG_COUNT", "0"))
    added = dict(environment)
    for index, (key, value) in enumerate(values.items(), start=count):
        added[f"GIT_CONFIG_KEY_{index}"], added[f"GIT_CONFIG_VALUE_{index}"] = key, value
    added["GIT_CONFIG_COUNT"] = str(count + len(values))
    return added


async def _spool(receive: Any, body: IO[bytes]) -> int:
    size, more = 0, True
    while more:
        message = await receive()
        size += body.write(message.get("body", b""))
        more = message.get("more_body", False) and message["type"] == "http.request"
    body.seek(0)
    return size


async def _start(environment: dict[str, str], body: IO[bytes]) -> asyncio.subprocess.Process:
    descriptor = body.fileno()
    body.flush()
    # The file object's own seek may stay within its buffer; the program reads the descriptor.
    os.lseek(descriptor, 0, os.SEEK_SET)
    return await asyncio.create_subprocess_exec(
        "git",
        "http-backend",
        stdin=body,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=environment,
    )


async def _relay(process: asyncio.subprocess.Process, send: Any) -> None:
    output = process.stdout
    assert output is not None  # noqa: S101 - asked for as a pipe
    status, headers = _head(await output.readuntil(b"\r\n\r\n"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    while chunk := await output.read(_CHUNK):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
    await process.wait()


async def _answer(send: Any, output: bytes) -> None:
    head, _, body = output.partition(b"\r\n\r\n")
    status, headers = _head(head)
    headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _head(head: bytes) -> tuple[int, list[tuple[bytes, bytes]]]:
    status, headers = 200, []
    for line in head.strip().split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"status":
            status = int(value.split()[0])
        elif name:
            headers.append((name.strip().lower(), value.strip()))
    return status, headers


async def _refuse(send: Any, refusal: Refusal) -> None:
    body = f"{refusal.message}\n".encode()
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    headers += [(name.lower().encode(), value.encode()) for name, value in refusal.headers.items()]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
