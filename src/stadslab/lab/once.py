"""Things that take long to make, made once: who asks while one is being made waits for it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from stadslab.core.errors import StadslabError

T = TypeVar("T")
LOOK_S = 0.2  # a waiting caller says this often that it waits, so that it can be called off


@dataclass(slots=True, eq=False)
class _Making(Generic[T]):
    """One thing in the making: `done` is set when it is there, or when its maker gave up."""

    done: threading.Event = field(default_factory=threading.Event)
    refused: StadslabError | None = None


class Once(Generic[T]):
    """Things by key, the last used of them kept. Safe to share between threads.

    A maker that is called off leaves the work to the next who waits; what is wrong with the input is told to all.
    """

    def __init__(self, most: int) -> None:
        """Keep at most so many."""
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._making: dict[str, _Making[T]] = {}

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def peek(self, key: str) -> T | None:
        """What is kept under this key, without making it."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: str, thing: T) -> T:
        """Keep a thing that was made elsewhere."""
        with self._lock:
            self._put(key, thing)
        return thing

    def drop(self, key: str) -> None:
        """Forget what is kept under this key."""
        with self._lock:
            self._kept.pop(key, None)

    def get(self, key: str, make: Callable[[], T], waiting: Callable[[], object] = lambda: None) -> T:
        """What is kept under this key; made when it is not there. `waiting` is called now and then, and may raise."""
        while True:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
                theirs = self._making.get(key)
                if theirs is None:
                    ours = self._making[key] = _Making[T]()
                    break
            while not theirs.done.wait(LOOK_S):
                waiting()
            if theirs.refused is not None:
                raise type(theirs.refused)(*theirs.refused.problems)
        return self._made(key, make, ours)

    def _made(self, key: str, make: Callable[[], T], ours: _Making[T]) -> T:
        try:
            found = make()
            with self._lock:
                self._put(key, found)
            return found
        except StadslabError as error:
            ours.refused = error
            raise
        finally:
            with self._lock:
                del self._making[key]
            ours.done.set()

    def _put(self, key: str, thing: T) -> None:
        self._kept[key] = thing
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
