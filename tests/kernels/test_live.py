"""Graphs that change in place, and who uses a street, against searches from every node."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.kernels import UNREACHABLE, shortest
from stadslab.kernels.live import Bounded, LiveGraph, LiveItems, Rows
from tests.kernels.graphs import Arcs, int32
from tests.kernels.streets import streets


def listed(rows: Rows) -> list[list[tuple[int, ...]]]:
    return [
        sorted(tuple(int(column[at]) for column in rows.columns) for at in range(first, last))
        for first, last in zip(rows.start.tolist(), rows.stop.tolist(), strict=True)
    ]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5), st.booleans()), max_size=60))
def test_rows_hold_what_a_list_of_lists_holds(moves: list[tuple[int, int, bool]]):
    rows, plain = (
        Rows(np.array([0, 1, 1, 3, 3]), int32([7, 8, 9]), int32([1, 2, 3])),
        [[(7, 1)], [], [(8, 2), (9, 3)], []],
    )
    for row, value, adding in moves:
        if adding:
            rows.add(row, value, value + 1)
            plain[row].append((value, value + 1))
        else:
            there = (value, value + 1) in plain[row]
            assert rows.remove(row, value) is (there or any(entry[0] == value for entry in plain[row]))
            if there:
                plain[row].remove((value, value + 1))
    assert listed(rows) == [sorted(row) for row in plain]


@given(streets(), st.data())
def test_a_changed_graph_is_the_graph_built_anew(drawn: Arcs, data: st.DataObject):
    graph = drawn.graph()
    live = LiveGraph(graph.indptr, graph.indices, graph.cost)
    arcs = list(zip(drawn.tail.tolist(), drawn.head.tolist(), drawn.cost.tolist(), strict=True))
    node = st.integers(0, drawn.nodes - 1)
    for _ in range(data.draw(st.integers(0, 8))):
        if arcs and data.draw(st.booleans()):
            live.remove(*arcs.pop(data.draw(st.integers(0, len(arcs) - 1))))
        else:
            arc = data.draw(st.tuples(node, node, st.integers(0, 9)))
            arcs.append(arc)
            live.add(*arc)
    now = live.as_csr()
    assert sorted(
        zip(np.repeat(np.arange(drawn.nodes), np.diff(now.indptr)), now.indices, now.cost, strict=True)
    ) == sorted(arcs)
    back = live.backward()
    met = shortest.met_in_rows(back.core_start, back.core_stop, back.core_to, int32([0]))
    for source in range(drawn.nodes):
        label = shortest.from_seeds(now.indptr, now.indices, now.cost, int32([source]), int32([0]), UNREACHABLE - 1)
        assert met[source] == (label[0] != UNREACHABLE)


@given(streets(), st.integers(0, 20), st.data())
def test_users_of_a_street_are_those_whose_shortest_ways_it_lies_on(drawn: Arcs, limit: int, data: st.DataObject):
    if not drawn.tail.size:
        return
    graph = drawn.graph()
    live = LiveGraph(graph.indptr, graph.indices, graph.cost)
    chosen = data.draw(st.lists(st.integers(0, drawn.tail.size - 1), min_size=1, max_size=3))
    arcs = np.array([[drawn.tail[a], drawn.head[a], drawn.cost[a]] for a in chosen], np.int32)
    bounded = Bounded(drawn.nodes)
    users = bounded.unmark(bounded.mark_users(live.backward(), arcs, limit))
    spent = [
        shortest.from_seeds(graph.indptr, graph.indices, graph.cost, int32([v]), int32([0]), UNREACHABLE - 1).tolist()
        for v in range(drawn.nodes)
    ]
    expected = [
        v
        for v in range(drawn.nodes)
        if any(spent[v][h] <= limit and spent[v][t] + c == spent[v][h] for t, h, c in arcs.tolist())
    ]
    assert users.tolist() == expected
    assert not bounded.mark.any()


def test_points_come_move_and_go():
    items = LiveItems(int32([[0, 1], [1, 1]]), int32([[5, 6], [4, 3]]), nodes=3)
    assert sorted(items.at(int32([1])).tolist()) == [0, 1]
    items.put(2, int32([2, -1]), int32([0, 0]))
    items.put(0, int32([2, 2]), int32([9, 7]))
    assert items.size == 3
    assert items.at(int32([1])).tolist() == [1]
    assert sorted(items.at(int32([2])).tolist()) == [0, 2]
    now = items.now()
    row = slice(int(now.start[2]), int(now.stop[2]))
    assert sorted(zip(now.item[row].tolist(), now.cost[row].tolist(), strict=True)) == [(0, 7), (2, 0)]
    items.put(0, int32([-1, -1]), int32([0, 0]))
    assert sorted(items.at(int32([0, 1, 2])).tolist()) == [1, 2]


@pytest.mark.parametrize(
    ("item", "node", "cost"), [(2, (0, -1), (0, 0)), (-1, (0, -1), (0, 0)), (0, (3, -1), (0, 0)), (0, (0, -2), (0, 0)),
                               (0, (0, 1), (0, -1))]
)  # fmt: skip
def test_points_that_cannot_be_are_refused(item, node, cost):
    items = LiveItems(int32([[0, 1]]), int32([[5, 6]]), nodes=3)
    with pytest.raises(ValueError, match=f"point {item}"):
        items.put(item, node, cost)
    assert items.node.tolist() == [[0, 1]]


def test_an_arc_that_is_not_there_cannot_go():
    live = LiveGraph(np.array([0, 1, 1]), int32([1]), int32([4]))
    with pytest.raises(KeyError, match="no arc from 1 to 0 at 4"):
        live.remove(1, 0, 4)
