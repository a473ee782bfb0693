"""Answers that keep up with changes equal answers asked anew, in every cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from stadslab.build.interactive import Change, Interactive
from stadslab.build.searchable import Ends
from stadslab.kernels import csr
from tests.kernels.graphs import Array, int32
from tests.kernels.streets import CATEGORIES, Points, points, streets

LIMITS = (12, 5)


def anew(live: Interactive) -> Interactive:
    homes, places = (Ends(points.node, points.cost) for points in (live.homes, live.places))
    return Interactive(
        live.graph.as_csr(), homes, places, live.category, live.categories, limits=live.limits.tolist(), k=live.k,
        near_limit=live.near_limit,
    )  # fmt: skip


def check(live: Interactive) -> None:
    fresh = anew(live)
    assert_array_equal(live.sums, fresh.sums)
    assert_array_equal(live.near, fresh.near)


def pair(at: tuple[int, int], cost: tuple[int, int]) -> tuple[tuple[int, int], tuple[int, int]]:
    return at, cost


@st.composite
def lives(draw: st.DrawFn) -> Interactive:
    drawn = draw(streets())
    homes, places = (
        draw(points(drawn.nodes, draw(st.integers(0, 6)))),
        draw(points(drawn.nodes, draw(st.integers(0, 6)))),
    )
    category = int32(draw(st.lists(st.integers(0, 2), min_size=len(places.node), max_size=len(places.node))))
    return Interactive(
        drawn.graph(), Ends(homes.node, homes.cost), Ends(places.node, places.cost), category, CATEGORIES,
        limits=draw(st.sampled_from([LIMITS, ()])), k=draw(st.integers(0, 3)), near_limit=draw(st.integers(0, 20)),
    )  # fmt: skip


@st.composite
def changes(draw: st.DrawFn, live: Interactive) -> Change:
    graph = live.graph.as_csr()
    tail = csr.tails(graph.indptr)
    node, cost = st.integers(0, live.graph.nodes - 1), st.integers(0, 6)
    gone = draw(st.lists(st.integers(0, max(0, len(tail) - 1)), max_size=3, unique=True)) if len(tail) else []
    entry = st.tuples(st.tuples(st.integers(-1, live.graph.nodes - 1), node), st.tuples(cost, cost))
    places: dict[int, Any] = {}
    for number in draw(st.lists(st.integers(0, live.places.size), max_size=2, unique=True)):
        told = draw(st.one_of(st.none(), entry))
        if told is not None:
            places[number] = (*told, draw(st.integers(0, 2)))
        elif number < live.places.size:
            places[number] = None
    homes = draw(st.dictionaries(st.integers(0, live.homes.size - 1), entry, max_size=1)) if live.homes.size else {}
    return Change(
        [(int(tail[a]), int(graph.indices[a]), int(graph.cost[a])) for a in gone],
        draw(st.lists(st.tuples(node, node, cost), max_size=3)), places, homes,
    )  # fmt: skip


@given(st.data())
def test_after_any_changes_every_cell_is_as_if_asked_anew(data: st.DataObject):
    live = data.draw(lives())
    for _ in range(data.draw(st.integers(1, 4))):
        before = live.sums.copy(), live.near.copy()
        looked_at = live.change(data.draw(changes(live)))
        check(live)
        others = np.setdiff1d(np.arange(live.homes.size), looked_at)
        for now, was in zip((live.sums, live.near), before, strict=True):
            assert_array_equal(now[others], was[others])


def town(side: int, seed: int, **asked: Any) -> tuple[Interactive, Array]:
    """A bumpy chessboard: homes at every corner, places at a quarter of them; its streets."""
    random = np.random.default_rng(seed)
    corner = np.arange(side * side).reshape(side, side)
    one = np.concatenate([corner[:, :-1].ravel(), corner[:-1].ravel()])
    two = np.concatenate([corner[:, 1:].ravel(), corner[1:].ravel()])
    cost = random.integers(80, 140, one.size)
    graph = csr.build(side * side, int32(np.append(one, two)), int32(np.append(two, one)), int32(np.append(cost, cost)))

    def at(nodes: Array) -> Ends:
        pairs = np.full((len(nodes), 2), -1, np.int32)
        pairs[:, 0] = nodes
        return Ends(pairs, random.integers(0, 30, (len(nodes), 2)).astype(np.int32))

    some = random.integers(0, side * side, side * side // 4)
    kinds = random.integers(0, 3, len(some)).astype(np.int32)
    return Interactive(graph, at(corner.ravel()), at(some), kinds, 3, **asked), np.stack([one, two, cost], axis=1)


def play(live: Interactive, edges: Array, edits: int, seed: int, each: int) -> None:
    """Random closures, openings, changes of speed, places that come, move and close; checked now and then."""
    random = np.random.default_rng(seed)
    there = [tuple(row) for row in edges.tolist()]
    away: list[tuple[int, int, int]] = []
    for number in range(edits):
        kind = random.integers(6)
        if kind == 0 and there:
            a, b, c = street = there.pop(int(random.integers(len(there))))
            away.append(street)
            live.change(Change(gone=[(a, b, c), (b, a, c)]))
        elif kind == 1 and away:
            a, b, c = street = away.pop(int(random.integers(len(away))))
            there.append(street)
            live.change(Change(come=[(a, b, c), (b, a, c)]))
        elif kind == 2:
            at = int(random.integers(len(there)))
            (a, b, c), new = there[at], int(random.integers(40, 300))
            there[at] = (a, b, new)
            live.change(Change(gone=[(a, b, c), (b, a, c)], come=[(a, b, new), (b, a, new)]))
        else:
            place = int(random.integers(live.places.size + 1))
            told = (
                (int(random.integers(live.graph.nodes)), -1),
                (int(random.integers(30)), 0),
                int(random.integers(3)),
            )
            live.change(Change(places={place: None if kind == 3 and place < live.places.size else told}))
        if number % each == each - 1:
            check(live)
    check(live)


def test_a_hundred_changes_of_a_town():
    live, edges = town(14, 1, limits=(500, 200), k=3, near_limit=900)
    play(live, edges, 100, 2, each=10)


@pytest.mark.long
def test_ten_thousand_changes_of_a_town():
    live, edges = town(20, 3, limits=(450,), k=2, near_limit=700)
    play(live, edges, 10_000, 4, each=1000)


def test_undoing_a_change_gives_the_same_bytes():
    live, edges = town(12, 5, limits=(500,), k=2, near_limit=900)
    before = live.sums.copy(), live.near.copy(), live._lists.keys.copy()  # type: ignore[union-attr]
    a, b, c = edges[40].tolist()
    there, back = [(a, b, c), (b, a, c)], [(a, b, c + 50), (b, a, c + 50)]
    live.change(Change(gone=there, come=back, places={0: None}))
    assert (live.sums != before[0]).any()
    first = int(live.places.node[0, 0]), -1
    assert first == (-1, -1)
    fresh, _ = town(12, 5, limits=(500,), k=2, near_limit=900)
    old = fresh.places.node[0].tolist(), fresh.places.cost[0].tolist(), int(fresh.category[0])
    live.change(Change(gone=back, come=there, places={0: old}))
    for now, was in zip((live.sums, live.near, live._lists.keys), before, strict=True):  # type: ignore[union-attr]
        assert_array_equal(now, was)


def test_a_street_that_is_not_there_is_complained_about():
    live, _ = town(3, 6, limits=(500,))
    sums = live.sums.copy()
    with pytest.raises(KeyError, match="no arc from 0 to 8 at 5"):
        live.change(Change(gone=[(0, 8, 5)], places={0: None}))
    assert_array_equal(live.sums, sums)
    assert live.category[0] >= 0


def test_points_may_have_two_ways_in():
    homes = Points(int32([[0, 1], [2, 2]]), int32([[3, 4], [9, 1]]))
    graph = csr.build(3, int32([0, 1, 1, 2]), int32([1, 0, 2, 1]), int32([5, 5, 5, 5]))
    places = Points(int32([[2, 1]]), int32([[2, 2]]))
    live = Interactive(
        graph, Ends(homes.node, homes.cost), Ends(places.node, places.cost), int32([0]), 1, k=1, near_limit=50
    )
    assert live.near[:, 0, 0].tolist() == [6, 3]
    live.change(Change(gone=[(1, 2, 5), (2, 1, 5)], places={0: ((2, -1), (2, 0), 0)}))
    assert live.near[:, 0, 0].tolist() == [2**31 - 1, 3]


def test_a_place_beside_a_home_that_is_in_no_list_of_its_street_still_counts():
    """The node's list of one holds another place; the home knows the place on its own street straight away."""

    class OnOneStreet(Interactive):
        def pairs_of_homes(self, homes):
            there = self.places.size > 1 and self.category[1] >= 0
            count = len(homes) if there else 0
            ptr = np.arange(len(homes) + 1) if there else np.zeros(len(homes) + 1, np.int64)
            return ptr, np.ones(count, np.int32), np.full(count, 1, np.int32)

        def pairs_of_places(self, places):
            there = (places == 1).astype(np.int64)
            return np.append(0, np.cumsum(there)), np.zeros(there.sum(), np.int32), np.ones(there.sum(), np.int32)

    graph = csr.build(2, int32([0, 1]), int32([1, 0]), int32([50, 50]))
    home, places = Ends(int32([[0, -1]]), int32([[9, 0]])), Ends(int32([[0, -1]]), int32([[2, 0]]))
    live = OnOneStreet(graph, home, places, int32([0]), 1, limits=(10,), k=1, near_limit=50)
    assert (live.sums.item(), live.near.item()) == (0, 11)
    live.change(Change(places={1: ((0, -1), (8, 0), 0)}))
    assert (live.sums.item(), live.near.item()) == (1, 1)
    live.change(Change(places={1: None}))
    assert (live.sums.item(), live.near.item()) == (0, 11)


@pytest.mark.parametrize(
    "wrong",
    [
        Change(come=[(0, 9, 5)]),
        Change(come=[(-1, 0, 5)]),
        Change(gone=[(0, 1, 5)], places={99: None}),
        Change(places={0: ((0, -1), (0, 0), 3)}),
        Change(places={0: ((0, -1), (0, 0), -1)}),
        Change(places={0: ((9, -1), (0, 0), 0)}),
        Change(homes={9: ((0, -1), (0, 0))}),
        Change(homes={0: ((0, -1), (0, -3))}),
        Change(again=[-1]),
    ],
)
def test_what_cannot_be_is_refused_before_anything_changes(wrong: Change):
    live, _ = town(3, 6, limits=(500,), k=2, near_limit=900)
    with pytest.raises(ValueError, match=r"arc|place|home|point"):
        live.change(wrong)
    check(live)


def test_scratch_that_is_kept_has_room_for_all_of_a_street():
    live, _ = town(3, 6, limits=(500,))
    for side, size in (("homes", 8), ("places", 40), ("places", 44), ("places", 60)):
        own = live._own(side, size)
        assert min(len(own.aside), len(own.aside_item), len(own.aside_row), len(own.row)) >= size
