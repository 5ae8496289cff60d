"""Records that survive a restart: every one in memory, each change also in one SQLite file.

Readers walk plain dictionaries; a write costs some 30 µs. SQLite is not asked to sync to the disk: what must survive is
the end of this process, not of the machine. Each repository has a version that grows with every change in it, so that
an answer which was built at the present version need not be built again.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from pathlib import Path
from typing import Any

Document = dict[str, Any]

_FIRST_ID = 1_000_000


class Store:
    """Tables of documents by kind. A document has an `id`, and the `repo` (full name, or "") that it belongs to."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS documents (kind TEXT, id INT, body TEXT, PRIMARY KEY (kind, id))"
        )
        self._database.execute("CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INT)")
        self._tables: dict[str, dict[int, Document]] = defaultdict(dict)
        self._by_repository: dict[tuple[str, str], dict[int, Document]] = defaultdict(dict)
        self._versions: dict[str, int] = defaultdict(int)
        self._counters: dict[str, int] = {}
        self._load()

    def _load(self) -> None:
        self._counters.update(self._database.execute("SELECT name, value FROM counters"))
        for kind, body in self._database.execute("SELECT kind, body FROM documents ORDER BY id"):
            self._index(kind, json.loads(body))

    def _index(self, kind: str, document: Document) -> None:
        self._tables[kind][document["id"]] = document
        self._by_repository[kind, document["repo"]][document["id"]] = document

    def close(self) -> None:
        """Write what SQLite still holds in its log and let go of the file."""
        self._database.close()

    def next_number(self, counter: str, *, first: int = 1) -> int:
        """The next value of a named counter; never given twice, also over restarts."""
        value = self._counters.get(counter, first - 1) + 1
        self._counters[counter] = value
        self._database.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (counter, value))
        return value

    def add(self, kind: str, repository: str, document: Document) -> Document:
        """Keep a new document; it gets `repo`, and an `id` where it has none."""
        document["repo"] = repository
        if "id" not in document:
            document["id"] = self.next_number("id", first=_FIRST_ID)
        self._index(kind, document)
        self.save(kind, document)
        return document

    def save(self, kind: str, document: Document) -> None:
        """Make a change to a document last, and let answers about its repository be built anew."""
        body = json.dumps(document, separators=(",", ":"))
        self._database.execute("INSERT OR REPLACE INTO documents VALUES (?, ?, ?)", (kind, document["id"], body))
        self.touch(document["repo"])

    def remove(self, kind: str, document: Document) -> None:
        """Forget a document."""
        self._tables[kind].pop(document["id"], None)
        self._by_repository[kind, document["repo"]].pop(document["id"], None)
        self._database.execute("DELETE FROM documents WHERE kind = ? AND id = ?", (kind, document["id"]))
        self.touch(document["repo"])

    def get(self, kind: str, identifier: int) -> Document | None:
        """One document, or None."""
        return self._tables[kind].get(identifier)

    def all(self, kind: str, repository: str | None = None) -> list[Document]:
        """Documents of a kind, oldest first; of one repository where it is named."""
        if repository is None:
            return list(self._tables[kind].values())
        return list(self._by_repository[kind, repository].values())

    def touch(self, repository: str) -> None:
        """Something that answers about `repository` show has changed, in here or in git."""
        self._versions[repository] += 1
        self._versions["*"] += 1

    def version(self, repository: str) -> int:
        """Grows with every change of the repository; of any, for "*"."""
        return self._versions[repository]
