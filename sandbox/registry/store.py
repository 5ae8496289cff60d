"""Blobs and repositories as files.

Content stands once under `blobs/`; a repository holds empty link files to what it may serve, so that one repository's
blobs are not readable through another and a deletion in one leaves the other whole. The names of the folders begin with
`_`, which no path component of a repository may, so `acme` and `acme/platform` never meet.
Everything becomes visible by a rename: a reader sees a whole file or none.
"""

import re
import secrets
from pathlib import Path

from sandbox.registry.digests import Digest, parse_digest

_NAME = re.compile(r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}")


def is_repository_name(name: str) -> bool:
    """Whether `name` follows the specification's grammar; everything else must never become a path."""
    return len(name) <= 255 and _NAME.fullmatch(name) is not None


def is_tag(text: str) -> bool:
    """Whether `text` may be a tag."""
    return _TAG.fullmatch(text) is not None


class Store:
    """The content-addressed files and the repositories that link to them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        for folder in ("blobs", "repositories", "incoming"):
            (root / folder).mkdir(parents=True, exist_ok=True)

    def repository(self, name: str) -> "Repository":
        """The repository called `name`, which must be valid; it comes to be with its first content."""
        return Repository(self, self._root / "repositories" / name)

    def has(self, digest: Digest) -> bool:
        """Whether the content is kept for any repository."""
        return self.path(digest).is_file()

    def path(self, digest: Digest) -> Path:
        """Where the content of a digest stands or would stand."""
        return self._root / "blobs" / digest.algorithm / digest.hexadecimal[:2] / digest.hexadecimal

    def incoming(self) -> Path:
        """A fresh path on the same file system, to be written and then adopted."""
        return self._root / "incoming" / secrets.token_hex(16)

    def adopt(self, file: Path, *, digest: Digest) -> None:
        """Makes a file, whose digest the caller has verified, the content of that digest."""
        target = self.path(digest)
        target.parent.mkdir(parents=True, exist_ok=True)
        file.replace(target)

    def write(self, target: Path, content: bytes) -> None:
        """Writes a small file so that it is there whole or not at all."""
        draft = self.incoming()
        draft.write_bytes(content)
        target.parent.mkdir(parents=True, exist_ok=True)
        draft.replace(target)


class Repository:
    """One repository: links to blobs, manifests with their media type, tags, referrers."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder

    def blob(self, digest: Digest) -> Path | None:
        """The file of a blob of this repository."""
        return self._store.path(digest) if self._link("_blobs", digest).is_file() else None

    def link_blob(self, digest: Digest) -> None:
        """Lets this repository serve a blob whose content is kept."""
        self._store.write(self._link("_blobs", digest), b"")

    def unlink_blob(self, digest: Digest) -> bool:
        """Takes a blob from this repository; False when it was not there."""
        return _remove(self._link("_blobs", digest))

    def manifest(self, reference: Digest | str) -> tuple[Digest, str, bytes] | None:
        """Digest, media type and bytes of a manifest by digest or tag."""
        digest = reference if isinstance(reference, Digest) else self._tagged(reference)
        if digest is None or not (link := self._link("_manifests", digest)).is_file():
            return None
        return digest, link.read_text(), self._store.path(digest).read_bytes()

    def put_manifest(self, digest: Digest, media_type: str, content: bytes) -> None:
        """Keeps a manifest under its (verified) digest."""
        self._store.write(self._store.path(digest), content)
        self._store.write(self._link("_manifests", digest), media_type.encode())

    def delete_manifest(self, digest: Digest) -> bool:
        """Takes a manifest and every tag on it away; False when it was not there."""
        for tag in self.tags():
            if self._tagged(tag) == digest:
                self.delete_tag(tag)
        return _remove(self._link("_manifests", digest))

    def tags(self) -> list[str]:
        """All tags in lexical order, as the specification wants them."""
        folder = self._folder / "_tags"
        return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []

    def put_tag(self, tag: str, digest: Digest) -> None:
        """Points a (valid) tag at a manifest."""
        self._store.write(self._folder / "_tags" / tag, str(digest).encode())

    def delete_tag(self, tag: str) -> bool:
        """Takes a tag away; False when it was not there."""
        return _remove(self._folder / "_tags" / tag)

    def referrers(self, subject: Digest) -> list[bytes]:
        """The descriptors (JSON) of the manifests whose subject this is."""
        folder = self._link("_referrers", subject)
        return [path.read_bytes() for path in sorted(folder.iterdir())] if folder.is_dir() else []

    def put_referrer(self, subject: Digest, *, referrer: Digest, descriptor: bytes) -> None:
        """Notes that a manifest refers to a subject, which need not be there (yet)."""
        self._store.write(self._link("_referrers", subject) / str(referrer), descriptor)

    def delete_referrer(self, subject: Digest, *, referrer: Digest) -> None:
        """Forgets that a manifest referred to a subject."""
        _remove(self._link("_referrers", subject) / str(referrer))

    def _link(self, kind: str, digest: Digest) -> Path:
        return self._folder / kind / digest.algorithm / digest.hexadecimal

    def _tagged(self, tag: str) -> Digest | None:
        path = self._folder / "_tags" / tag
        return parse_digest(path.read_text()) if path.is_file() else None


def _remove(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True
