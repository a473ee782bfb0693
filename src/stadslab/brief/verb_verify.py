"""Verify a brief: make its numbers again from the receipt and say equal or what differs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from stadslab.core.progress import Progress
from stadslab.core.units import About
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from stadslab.brief.verify import Verification
    from stadslab.lab.lab import Lab


@dataclass(frozen=True, slots=True)
class VerifyRequest:
    """Which brief."""

    file: Annotated[Path, About("the HTML file that `stadslab brief` wrote")]


@dataclass(frozen=True, slots=True)
class VerifyReply:
    """Equal or not, figure by figure."""

    found: Verification

    @property
    def failed(self) -> bool:
        """Whether something differs; faces leave with code 1 then."""
        return not self.found.equal

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"equal": self.found.equal, "lines": list(self.found.lines)}

    def lines(self) -> list[str]:
        """The verdict, then every thing looked at."""
        return [self.found.sentence(), *(f"  {line}" for line in self.found.lines)]


def verify(lab: Lab, request: VerifyRequest, progress: Progress) -> VerifyReply:
    """Recompute a brief in this lab, from the layers its receipt names; nothing is taken from the cache."""
    from stadslab.brief.verify import verify as verified
    from stadslab.core.errors import InputError, NotFoundError, Problem
    from stadslab.lab.again import measure_again

    if not request.file.is_file():
        raise NotFoundError(
            Problem(str(request.file), "there is no such file", "give the HTML file that `stadslab brief` wrote")
        )
    try:
        text = request.file.read_bytes().decode()
    except UnicodeDecodeError:
        raise InputError(
            Problem(str(request.file), "this is not a text file", "give the HTML file that `stadslab brief` wrote")
        ) from None
    return VerifyReply(verified(text, lambda measure: measure_again(lab, measure, progress)))


VERB = Verb(
    "verify",
    "Make the numbers of a brief again and say what differs",
    VerifyRequest,
    verify,
    ("stadslab verify demo-close-bridge.html",),
    positional=("file",),
    files=True,
)
