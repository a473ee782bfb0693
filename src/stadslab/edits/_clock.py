"""Times of a service day as people write them; hours may pass 24."""

from __future__ import annotations

import re

from stadslab.core.errors import Problem
from stadslab.core.said import Said

LAST_S = 48 * 3600


def seconds_of(text: str) -> int | None:
    """Seconds after the start of the service day of `7:05` or `25:10:30`; None when it is no time."""
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)(?::([0-5]\d))?", text.strip())
    if found is None:
        return None
    seconds = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3] or 0)
    return seconds if seconds <= LAST_S else None


def told(seconds: int) -> str:
    """The time as `07:05`, with seconds only where there are some."""
    text = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}"
    return f"{text}:{seconds % 60:02d}" if seconds % 60 else text


def time_problems(text: str, where: str) -> list[Problem]:
    """A problem when this is no time of a service day."""
    if seconds_of(text) is not None:
        return []
    return [
        Problem(
            where,
            Said("{text!r} is not a time of day", text=text),
            Said("write it as 07:00 (or 25:10 past midnight), up to 48:00"),
        )
    ]


def span_problems(start: str, end: str, names: tuple[str, str]) -> list[Problem]:
    """Problems of two times, and of an end before the start."""
    problems = time_problems(start, names[0]) + time_problems(end, names[1])
    first, last = seconds_of(start), seconds_of(end)
    if first is not None and last is not None and last <= first:
        what = Said("{last} is not after {first}", last=told(last), first=told(first))
        problems.append(Problem(names[1], what, Said("past midnight, count on from 24:00")))
    return problems
