"""Small timetables for the kernel tests, drawn at random or built by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st

from stadslab.kernels.timetable import Day
from tests.kernels.graphs import int32, rows

Array = npt.NDArray[Any]


@dataclass
class Line:
    """A pattern and its trips; a trip is [(arrive, depart), ...], one for each stop."""

    stops: list[int]
    trips: list[list[tuple[int, int]]]
    board: list[int] = field(default_factory=list)
    alight: list[int] = field(default_factory=list)


def day(stops: int, lines: list[Line], feet: list[tuple[int, int, int]] = ()) -> Day:  # type: ignore[assignment]
    """The arrays of some lines and footpaths (from, to, seconds)."""
    trips = [trip for line in lines for trip in line.trips]
    foot_ptr, foot_to, foot_s = rows([[(b, s) for a, b, s in feet if a == stop] for stop in range(stops)])
    return Day(
        stops,
        pointers([len(line.stops) for line in lines]),
        int32([stop for line in lines for stop in line.stops]),
        pointers([len(line.trips) for line in lines]),
        pointers([len(trip) for trip in trips]),
        int32([arrive for trip in trips for arrive, _ in trip]),
        int32([depart for trip in trips for _, depart in trip]),
        np.array([flag for line in lines for flag in line.board or [1] * len(line.stops)], np.uint8),
        np.array([flag for line in lines for flag in line.alight or [1] * len(line.stops)], np.uint8),
        foot_ptr,
        foot_to,
        foot_s,
    )


def pointers(sizes: list[int]) -> Array:
    return np.cumsum([0, *sizes]).astype(np.int64)


def regular(stops: list[int], hop: int, first: int, headway: int, trips: int) -> Line:
    """A trip every `headway` seconds, `hop` seconds from stop to stop, no dwell."""
    starts = [first + headway * trip for trip in range(trips)]
    return Line(stops, [[(start + hop * i, start + hop * i) for i in range(len(stops))] for start in starts])


@dataclass
class Question:
    """A day, and somebody who wants to travel."""

    day: Day
    access: list[tuple[int, int]]
    depart: list[int]
    slack_s: int
    limit_s: int

    def asked(self) -> tuple[Any, ...]:
        """The arguments by position of every profile: day, access_stop, access_s, depart."""
        return self.day, int32([s for s, _ in self.access]), int32([w for _, w in self.access]), int32(self.depart)

    def terms(self) -> dict[str, int]:
        return {"slack_s": self.slack_s, "limit_s": self.limit_s}


# Mostly no time at all, so that much happens within one second.
HOPS = st.sampled_from([0, 0, 0, 1, 1, 2, 5])
WALKS = st.sampled_from([0, 0, 1, 2, 4])


@st.composite
def lines(draw: st.DrawFn, stops: int) -> Line:
    called = draw(st.lists(st.integers(0, stops - 1), min_size=1, max_size=5))
    flags = st.lists(st.sampled_from([1, 1, 1, 0]), min_size=len(called), max_size=len(called))
    trips: list[list[tuple[int, int]]] = []
    for _ in range(draw(st.integers(0, 3))):
        steps = draw(st.lists(HOPS, min_size=2 * len(called), max_size=2 * len(called)))
        times = np.cumsum(steps) + draw(st.integers(0, 8))
        if trips:  # no overtaking: nowhere before the trip in front
            times = np.maximum(times, np.array(trips[-1]).ravel())
        trips.append([tuple(pair) for pair in times.reshape(-1, 2).tolist()])
    return Line(called, trips, draw(flags), draw(flags))


@st.composite
def days(draw: st.DrawFn) -> Day:
    stops = draw(st.integers(1, 6))
    stop = st.integers(0, stops - 1)
    drawn = draw(st.lists(lines(stops), max_size=5))
    return day(stops, drawn, draw(st.lists(st.tuples(stop, stop, WALKS), max_size=6)))


@st.composite
def questions(draw: st.DrawFn) -> Question:
    drawn = draw(days())
    stop = st.integers(0, drawn.n_stops - 1)
    return Question(
        drawn,
        draw(st.lists(st.tuples(stop, WALKS), max_size=3)),
        sorted(draw(st.lists(st.integers(-2, 12), max_size=5))),
        draw(st.sampled_from([0, 0, 1, 3])),
        draw(st.sampled_from([0, 3, 8, 20, 2**31 - 1])),
    )


def crowded(rng: np.random.Generator) -> tuple[Question, dict[str, Any]]:
    """A question about up to 24 lines within a minute, and how many rides and whether to end on foot."""
    stops, longest_hop = int(rng.integers(3, 30)), int(rng.integers(0, 6))
    drawn = []
    for _ in range(rng.integers(1, 25)):
        size = int(rng.integers(1, 9))
        trips: list[list[tuple[int, int]]] = []
        for _ in range(rng.integers(0, 7)):
            steps = rng.integers(0, longest_hop + 1, 2 * size) * (rng.random(2 * size) < 0.6)
            times = np.cumsum(steps) + rng.integers(0, 60)
            if trips:
                times = np.maximum(times, np.array(trips[-1]).ravel())
            trips.append([tuple(pair) for pair in times.reshape(-1, 2).tolist()])
        flags = ((rng.random(size) < 0.85).astype(int).tolist() for _ in range(2))
        drawn.append(Line(rng.integers(0, stops, size).tolist(), trips, *flags))
    feet = [tuple(foot) for foot in rng.integers(0, [stops, stops, 6], (rng.integers(0, 40), 3)).tolist()]
    access = [tuple(walk) for walk in rng.integers(0, [stops, 6], (rng.integers(1, 4), 2)).tolist()]
    question = Question(
        day(stops, drawn, feet),
        access,
        sorted(rng.integers(-5, 60, rng.integers(1, 30)).tolist()),
        int(rng.choice([0, 0, 0, 1, 3])),
        int(rng.choice([3, 8, 15, 30, 10**6])),
    )
    return question, {"max_rides": int(rng.integers(0, 6)), "end_on_foot": bool(rng.random() < 0.7)}
