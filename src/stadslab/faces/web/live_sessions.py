"""Questions kept open for people who draw: bounded in number and memory, each answered by one thread at a time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from stadslab.lab.whatif import WhatIf

MOST_OPEN = 64  # questions in all
MOST_OF_ONE = 2  # questions in one session
MOST_BYTES = 3 * 2**30  # what open questions may hold, roughly
IDLE_S = 3600.0  # a question nobody has asked for so long is closed


class StaleError(Exception):
    """A newer request of the same session wants the answer, or nobody does any more: the work in hand may stop."""


@dataclass(eq=False)
class Turn:
    """One request that waits for, or has, the open question it is about."""

    opened: Opened
    serial: int
    over: bool = False

    def check(self) -> None:
        """Raise `StaleError` once a newer request has come, or the one who asked has gone."""
        if self.over:
            raise StaleError

    def leave(self) -> None:
        """Nobody waits for this any more."""
        with self.opened.free:
            self.over = True
            self.opened.free.notify_all()

    @contextmanager
    def hold(self) -> Iterator[Opened]:
        """The question to oneself; raises `StaleError` where a newer request came first."""
        opened = self.opened
        with opened.free:
            while opened.busy and not self.over:
                opened.free.wait()
            self.check()
            opened.busy = True
        try:
            yield opened
        finally:
            with opened.free:
                opened.busy = False
                opened.used = time.monotonic()
                opened.free.notify_all()


@dataclass(eq=False)
class Opened:
    """A question that stays open in a session; `what_if` is made by the first who has it to themselves."""

    version: str = ""
    what_if: WhatIf | None = None
    size: int = 0
    used: float = field(default_factory=time.monotonic)
    busy: bool = False
    newest: Turn | None = None
    free: threading.Condition = field(default_factory=threading.Condition)


class Sessions:
    """All open questions of one server, the least recently asked first."""

    def __init__(self, most: int = MOST_OPEN, most_of_one: int = MOST_OF_ONE, most_bytes: int = MOST_BYTES) -> None:
        """Nothing is open."""
        self._most, self._most_of_one, self._most_bytes = most, most_of_one, most_bytes
        self._lock = threading.Lock()
        self._open: OrderedDict[tuple[str, str], Opened] = OrderedDict()

    def __len__(self) -> int:
        """How many questions are open."""
        return len(self._open)

    def enter(self, session: str, question: str, serial: int) -> Turn:
        """A turn at this question of this session; older turns are over. It is over itself when a newer one came."""
        with self._lock:
            opened = self._open.setdefault((session, question), Opened())
            self._open.move_to_end((session, question))
            self._close_some((session, question))
        with opened.free:
            opened.used = time.monotonic()
            turn, before = Turn(opened, serial), opened.newest
            if before is not None and before.serial > serial:
                turn.over = True
                return turn
            if before is not None:
                before.over = True
            opened.newest = turn
            opened.free.notify_all()
        return turn

    def made(self, opened: Opened, version: str, make: Callable[[], WhatIf]) -> tuple[WhatIf, bool]:
        """The what-if of a question one has to oneself, and whether it had to be made (anew)."""
        if opened.what_if is not None and opened.version == version:
            return opened.what_if, False
        opened.what_if, opened.size = None, 0
        what_if = make()
        opened.what_if, opened.version, opened.size = what_if, version, size_of(what_if)
        with self._lock:
            mine = next((key for key, one in self._open.items() if one is opened), None)
            self._close_some(mine)
        return what_if, True

    def drop(self, opened: Opened) -> None:
        """Forget what is known of a question: something went wrong with it, and it is made anew when asked again."""
        opened.what_if, opened.version, opened.size = None, "", 0

    def close(self) -> None:
        """Nobody waits for anything any more."""
        with self._lock:
            opened = list(self._open.values())
            self._open.clear()
        for one in opened:
            if one.newest is not None:
                one.newest.leave()

    def _close_some(self, mine: tuple[str, str] | None) -> None:
        """Close what is beyond the bounds or was long not asked, never what is being answered; under the lock."""
        now, own = time.monotonic(), "" if mine is None else mine[0]
        idle = [key for key, one in self._open.items() if now - one.used > IDLE_S]
        of_one = [key for key in self._open if key[0] == own]
        for key in [*idle, *of_one[: max(0, len(of_one) - self._most_of_one)]]:
            self._close(key, mine)
        for key in list(self._open):
            if len(self._open) <= self._most and sum(one.size for one in self._open.values()) <= self._most_bytes:
                return
            self._close(key, mine)

    def _close(self, key: tuple[str, str], mine: tuple[str, str] | None) -> None:
        if key != mine and key in self._open and not self._open[key].busy:
            del self._open[key]


def size_of(thing: Any) -> int:
    """About how many bytes do the arrays and lists hold that only this what-if has? What cities share is left out."""
    from stadslab.build.streetgraph import StreetGraph
    from stadslab.build.timetable import Timetable
    from stadslab.core.city import City
    from stadslab.core.support import Population, Support
    from stadslab.lab.lab import Lab

    shared = (City, Lab, Population, StreetGraph, Support, Timetable)
    seen: set[int] = set()
    left, total = [thing], 0
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, shared):
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray):
            total += one.nbytes if one.base is None else 0
            left += [] if one.base is None else [one.base]
        elif isinstance(one, dict | set | frozenset | list):
            total += 100 * len(one)
            items = one.values() if isinstance(one, dict) else one
            left += list(items) if len(one) <= 100 else []
        elif isinstance(one, tuple) or hasattr(one, "popleft"):
            left += list(one)
        else:
            left += vars(one).values() if hasattr(one, "__dict__") else []
            slots = [name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ())]
            left += [getattr(one, name) for name in slots if hasattr(one, name)]
    return total
