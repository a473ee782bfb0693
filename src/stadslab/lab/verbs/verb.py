"""A verb: its question, its request and reply, and the function that joins them."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from stadslab.core.params import Param, param_of
from stadslab.core.progress import Progress

if TYPE_CHECKING:
    from stadslab.lab.lab import Lab


class Reply(Protocol):
    """What comes back: plain values for machines, lines for people."""

    def to_json(self) -> dict[str, Any]:
        """Plain values, small counts left out."""

    def lines(self) -> list[str]:
        """The same in words."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to ask of a lab: `run(lab, request, progress) -> reply`.

    `opens` names the request field that picks an object
    with parameters of its own (an indicator, a source, an edit), whose parameters go into the request's `params`;
    `positional` are the fields people give without a name, in order. quick: answered in a moment. saves: changes
    a plan in the lab. files: reads or writes files of the machine that the request names.
    """

    name: str
    question: str
    request: type
    run: Callable[[Lab, Any, Progress], Reply]
    examples: tuple[str, ...] = ()
    opens: str = ""
    positional: tuple[str, ...] = ()
    quick: bool = False
    saves: bool = False
    files: bool = False

    @property
    def params(self) -> tuple[Param, ...]:
        """The fields of the request, as parameters."""
        hints = typing.get_type_hints(self.request, include_extras=True)
        found = []
        for f in dataclasses.fields(self.request):
            if f.name == "params":
                continue
            given = f.default is not dataclasses.MISSING
            found.append(param_of(f.name, hints[f.name], f.default) if given else param_of(f.name, hints[f.name]))
        return tuple(found)
