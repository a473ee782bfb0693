"""Reporting units by their digest: what a page asks for long after the answer that named them.

Units are remembered when an answer is given out; after a restart they are found again in the answers kept on disk.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stadslab.core.errors import NotFoundError, Problem
from stadslab.store import values

if TYPE_CHECKING:
    from stadslab.core.support import Support
    from stadslab.faces.web.desk import Desk
    from stadslab.store.folder import LabFolder

KEEP = 16  # rulers in memory


@dataclass(slots=True)
class Rulers:
    """The reporting units this server has given out, the latest last."""

    kept: OrderedDict[str, Support] = field(default_factory=OrderedDict)
    files: dict[str, str] = field(default_factory=dict)  # answer on disk: digest of its ruler
    lock: threading.Lock = field(default_factory=threading.Lock)

    def remember(self, support: Support) -> None:
        """Keep these units at hand."""
        with self.lock:
            self.kept[support.digest] = support
            self.kept.move_to_end(support.digest)
            while len(self.kept) > KEEP:
                self.kept.popitem(last=False)

    def find(self, folder: LabFolder, digest: str) -> Support:
        """The units of that digest. Raises `NotFoundError`."""
        with self.lock:
            found = self.kept.get(digest)
            if found is None:
                found = self._on_disk(folder, digest)
        self.remember(found)
        return found

    def _on_disk(self, folder: LabFolder, digest: str) -> Support:
        self.files = values.support_digests(folder, self.files)
        for name in [name for name, its in self.files.items() if its == digest]:
            answer = values.load_values(folder, name.removesuffix(".arrow"))
            if answer is not None:
                return answer.support
        raise NotFoundError(Problem("units", f"no reporting units {digest!r} here", "ask the question again"))


def remember(desk: Desk, support: Support) -> None:
    """Keep these units at hand: a page will ask for their outlines and ids."""
    _of(desk).remember(support)


def ruler(desk: Desk, digest: str) -> Support:
    """The units of that digest. Raises `NotFoundError`, which is told as 404."""
    return _of(desk).find(desk.lab.folder, digest)


def _of(desk: Desk) -> Rulers:
    found: Rulers = desk.keep("rulers", Rulers)
    return found
