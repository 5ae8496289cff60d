"""Answers that stay true for their key, the last used ones."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Memory(Generic[K, V]):
    """
    Remembers at most `size` answers.

    Two threads that ask for the same at once may both find it out; both find the same. What is asked for often stays: the
    head of today is read by every plan, while the commits that pass by are many.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K, find: Callable[[], V]) -> V:
        """The answer for `key`, found out by `find` where it is not remembered."""
        try:
            value = self._kept[key]
            self._kept.move_to_end(key)
        except KeyError:
            value = self._kept[key] = find()
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return value
