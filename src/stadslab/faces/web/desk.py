"""What all routes share: the lab, who may call, and what is under way."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fastapi import Request  # noqa: TC002 (read at run time to tell where the desk comes from)

from stadslab.faces.web.access import Access

if TYPE_CHECKING:
    from stadslab.lab.lab import Lab


@dataclass(slots=True)
class Desk:
    """One server's lab and its rules. Each room of routes keeps what it remembers under its own name in `kept`."""

    lab: Lab
    access: Access = field(default_factory=Access)
    kept: dict[str, Any] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def keep(self, name: str, make: Callable[[], Any]) -> Any:
        """What is remembered under this name; made by the first who asks."""
        with self.lock:
            if name not in self.kept:
                self.kept[name] = make()
            return self.kept[name]

    def close(self) -> None:
        """The server stops: whatever is kept and can be closed is closed."""
        with self.lock:
            open_things = [thing for thing in self.kept.values() if callable(getattr(thing, "close", None))]
        for thing in open_things:
            thing.close()


def desk_of(request: Request) -> Desk:
    """The desk of the server that got this request."""
    found: Desk = request.app.state.desk
    return found
