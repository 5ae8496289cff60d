"""What every operation works on: one platform repository with its outside."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from controller.adapters.git import History, Mirror
from controller.core.model import BranchName, Digest, Sha
from controller.ports import Clock, Cluster, Forge, ImageRegistry, Prober


class Signer(Protocol):
    """Signs ledger commits with the controller's own key."""

    @property
    def public_key(self) -> str:
        """`ssh-ed25519 …`, as it stands in `allowed_signers`."""

    def sign(self, payload: bytes) -> str:
        """The armored SSH signature of a commit's text."""


@dataclass
class Remembered:
    """
    Caches of what follows from immutable objects, by their ids. Losing them costs time and nothing else.
    """

    by_key: dict[tuple[str, ...], object] = field(default_factory=dict)

    def get(self, key: tuple[str, ...], make: Callable[[], object]) -> object:
        """The value of that key, made at its first use; the oldest half is dropped when it grows large."""
        if key not in self.by_key:
            if len(self.by_key) > 4000:
                for old in list(self.by_key)[:2000]:
                    del self.by_key[old]
            self.by_key[key] = make()
        return self.by_key[key]


@dataclass(frozen=True)
class Membership:
    """Who was in a team when the forge last said so, and when it was last asked. `failure` is why it did not say."""

    members: frozenset[str] = frozenset()
    read_at: datetime | None = None
    asked_at: datetime | None = None
    failure: str = ""


@dataclass(frozen=True)
class ImageHeard:
    """Whether an image could be pulled when the image registry last said."""

    is_there: bool
    at: datetime


@dataclass
class Heard:
    """What the image registry said of images, when lists asked it, and when it last did not answer them. A cache."""

    images: dict[Digest, ImageHeard] = field(default_factory=dict)
    asked: list[datetime] = field(default_factory=list)
    failed_at: datetime | None = None
    asking: threading.Lock = field(default_factory=threading.Lock)


class Readable(Protocol):
    """A repository that can be read, and what was found out about it: the controller's platform, or anybody's clone."""

    @property
    def mirror(self) -> History:
        """Commits, files, trees."""

    @property
    def remembered(self) -> Remembered:
        """What was read before."""


@dataclass
class Reading:
    """A clone that is read, with nothing of the outside."""

    mirror: History
    remembered: Remembered = field(default_factory=Remembered)


@dataclass
class Platform:
    """The ports and the mirror of one platform repository. Built in `wiring` alone."""

    forge: Forge
    mirror: Mirror
    images: ImageRegistry
    cluster: Cluster
    prober: Prober
    clock: Clock
    signer: Signer
    default_branch: BranchName = field(default=BranchName("main"))
    ledger_branch: BranchName = field(default=BranchName("environments"))
    builds_branch: BranchName = field(default=BranchName("builds"))
    heads: dict[BranchName, Sha] = field(default_factory=dict)
    """The forge's branches as they were last seen, which is what the mirror holds."""
    remembered: Remembered = field(default_factory=Remembered)

    teams: dict[str, Membership] = field(default_factory=dict)
    """Of the teams that have roles; see `operations.teams`."""
    heard: Heard = field(default_factory=Heard)
    """Of images; see `operations.retained`."""

    def head(self, branch: BranchName) -> Sha | None:
        """Where a branch stood when it was last seen or written by us."""
        return self.heads.get(branch) or self.mirror.head(branch)
