"""What the live what-if says while it works: one JSON object a line, each a stage of the answer."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, Field, RootModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.values import Measured, Values


class EditProblem(BaseModel):
    """One complaint. edit: number of the edit it is about, 0 the first; null when it is about none."""

    edit: int | None
    where: str
    what: str
    hint: str
    severity: Literal["error", "warning", "info"]


class Chunk(BaseModel):
    """Every chunk says which request it answers."""

    serial: int


class Opened(Chunk):
    """The question is open; what follows is told against these values of the city as it is.

    base: key of those values (`/api/values/{base}`). anew: why it was opened just now: `first`, `version` (the city was
    loaded again: this is its new version), or empty when it was open already.
    """

    stage: Literal["open"]
    city: str
    version: str
    base: str
    support_digest: str
    count: int
    unit: str
    direction: str
    follows: bool
    anew: Literal["", "first", "version"]


class Progressed(Chunk):
    """What is being done, in words; done of total steps of it (total 0: not known)."""

    stage: Literal["progress"]
    words: str
    done: int
    total: int


class Refused(Chunk):
    """The edits cannot be carried out; the answer before them still stands."""

    stage: Literal["refused"]
    problems: list[EditProblem]


class Failed(Chunk):
    """There is no answer: the city lacks what the question needs, or the server failed."""

    stage: Literal["failed"]
    problems: list[EditProblem]


class Stale(Chunk):
    """A newer request of the same session has taken over; nothing follows."""

    stage: Literal["stale"]


class Changes(Chunk):
    """Units and what becomes of them.

    before, after: numbers in the order of `units`, null where there is none. unreachable, was_unreachable: those of the
    units whose value after (before) is infinite. reason: why each unit has the value it has after, as in `/api/values`.
    better: 1 gains, -1 loses, 0 neither or not known.
    """

    units: list[int]
    before: list[float | None]
    after: list[float | None]
    unreachable: list[int]
    was_unreachable: list[int]
    reason: list[int]
    better: list[int]


class Preview(Changes):
    """Some units near the last change, asked first: those that did not change are among them."""

    stage: Literal["preview"]


class Exact(Changes):
    """Every unit that differs from the city as it is, and no other. warnings: what is worth a word about the edits.

    milliseconds: how long the server worked on it.
    """

    stage: Literal["exact"]
    warnings: list[EditProblem]
    milliseconds: float


class People(Chunk):
    """Who gains and who loses, as may be told; the edits as sentences.

    groups: dimension to rows. newcomers: people whom the edits bring, who had no before; null when too few to tell.
    values: key of the answer after the edits, empty until the request is `settled`.
    """

    stage: Literal["people"]
    groups: dict[str, list[dict[str, Any]]]
    newcomers: int | None
    sentences: list[str]
    values: str


class LiveChunk(
    RootModel[
        Annotated[
            Opened | Progressed | Refused | Failed | Stale | Preview | Exact | People, Field(discriminator="stage")
        ]
    ]
):
    """One line of the reply."""


def line(stage: str, serial: int, **said: Any) -> bytes:
    """A chunk as a line; written by hand, since checking ten thousand numbers would take longer than finding them."""
    return (
        json.dumps({"stage": stage, "serial": serial, **said}, separators=(",", ":"), allow_nan=False).encode() + b"\n"
    )


def changed(base: Values, after: Measured, units: NDArray[Any]) -> dict[str, Any]:
    """The columns of `Changes`. after: of these units alone."""
    was, now = base.draws[units, 0], after.values
    sign = 1 if base.direction == "benefit" else -1
    both = np.isinf(was) & np.isinf(now) & (np.sign(was) == np.sign(now))
    with np.errstate(invalid="ignore"):
        change = np.where(both, 0.0, now - was)
    better = np.sign(np.nan_to_num(sign * change, nan=0.0, posinf=1.0, neginf=-1.0)).astype(int)
    return {
        "units": units.tolist(),
        "before": _numbers(was),
        "after": _numbers(now),
        "unreachable": units[np.isinf(now)].tolist(),
        "was_unreachable": units[np.isinf(was)].tolist(),
        "reason": after.reason.tolist(),
        "better": better.tolist(),
    }


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    """Numbers as JSON has them: whole ones short, None where there is none."""
    return [
        None if not finite else value
        for value, finite in zip(values.tolist(), np.isfinite(values).tolist(), strict=True)
    ]
