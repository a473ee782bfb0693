"""How central is each node of a network?

Definitions that all functions share:

- A way is told by the nodes it passes. Loops never matter; of parallel arcs only the cheapest does, and
  several equally cheap ones are one. An arc that costs nothing costs one, so that no way goes in circles.
- Costs are whole numbers, so equally cheap means equal, not nearly equal.
- Pairs are ordered: one from s to t is another than one from t to s. On a two-way network halve for the
  usual undirected figure.
- A pair counts if its cheapest way costs no more than `limit` (inclusive). UNREACHABLE asks for the whole
  network; ways that cost UNREACHABLE or more are never counted.

Arguments they share:

    indptr, indices, cost    int64[n + 1], int32[m], int32[m]: the graph, as in `csr.Graph`
    limit                    whole cost, in the unit of cost
    xy                       float64[n, 2]: where the nodes are, or None. Nodes near each other are then near in memory,
                             which is faster on large networks
    threads                  None for every processor this process may use

TypeError for other dtypes, ValueError for values out of range. Answers are the same bit for bit whatever the
number of threads; of the order of arcs they never depend.

Blind spots: every node is one origin and one destination unless told otherwise, so a finely mapped street
counts for more; everybody takes a cheapest way, and of several equally cheap ones each equally often.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stadslab.kernels import _arrays, _bags, _brandes, _simple, _whole, order, shortest
from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._blocks import in_blocks
from stadslab.kernels._search import within

if TYPE_CHECKING:
    from collections.abc import Callable

Float64 = npt.NDArray[np.float64]
_PLACES = 40  # binary places kept of a sum, where it leaves room for them
_ROOM = 62


class Reached(NamedTuple):
    """How many other nodes can be reached, and at what cost."""

    nodes: Int64
    """int64[n]: other nodes within the limit, each as often as it is a destination."""
    total: Int64
    """int64[n]: summed cost of the cheapest ways to them."""


class Sampled(NamedTuple):
    """An estimate, and what it rests on."""

    values: Float64
    """float64[n]: ordered pairs through each node, about."""
    sources: int
    """How many sources were searched from."""


def betweenness(
    indptr: npt.NDArray[Any],
    indices: npt.NDArray[Any],
    cost: npt.NDArray[Any],
    limit: int,
    xy: npt.NDArray[Any] | None = None,
    origins: npt.NDArray[Any] | None = None,
    destinations: npt.NDArray[Any] | None = None,
    threads: int | None = None,
) -> Float64:
    """How many pairs of nodes have their cheapest way through each node?

    A pair with k equally cheap ways, of which j pass the node, counts j / k; its own ends are not passed.
    origins, destinations: int64[n], how many trips begin and may end at each node, one each when left out; a
    pair then counts origins times destinations. Arguments and definitions at the top of the module.

    Returns float64[n]. Each source's part of each node is rounded to a fixed number of binary places (40 up to two
    thousand nodes, 28 for a hundred thousand, 22 for a million), so that the sum over sources is exact.

    On two-way networks without weights, dead ends are taken off first and counted back. Where every way is within the
    limit, chains of nodes with two neighbours are answered for from their ends: the work grows with the square of the
    number of real junctions, not of nodes.

    Sources: Freeman (1977), "A set of measures of centrality based on betweenness"; Brandes (2001), "A faster
    algorithm for betweenness centrality"; Brandes (2008), "On variants of shortest-path betweenness centrality".
    """
    network = _Network.of(indptr, indices, cost, xy)
    bound = max(0, within(limit))
    weighted = origins is not None or destinations is not None
    leave, arrive = network.weights("origins", origins), network.weights("destinations", destinations)
    shift = _shift(leave, arrive)
    if network.two_way and not weighted:
        parts = shortest.components(network.indptr, network.indices)
        whole = network.nodes > 0 and _whole.reaches_all(network.indptr, network.indices, network.cost, parts, bound)
        flow = (
            _whole.betweenness(network.indptr, network.indices, network.cost, parts, bound, shift, threads)
            if whole
            else _by_bags(network, bound, shift, threads)
        )
        return network.unscaled(flow, shift)
    alone = np.arange(network.nodes + 1, dtype=np.int64)
    outside, offset = np.zeros((2, network.nodes), np.int64)
    sources = np.flatnonzero(leave).astype(np.uint32)
    flow = _brandes.summed(
        _brandes.streets(network.indptr, network.indices, network.cost), bound, sources, leave, arrive, alone, offset,
        shift, outside, threads,
    )  # fmt: skip
    return network.unscaled(flow, shift)


def sampled_betweenness(
    indptr: npt.NDArray[Any],
    indices: npt.NDArray[Any],
    cost: npt.NDArray[Any],
    limit: int,
    error: float,
    risk: float,
    seed: int,
    xy: npt.NDArray[Any] | None = None,
    threads: int | None = None,
) -> Sampled:
    """About how many pairs of nodes have their cheapest way through each node, from some of the sources?

    With a probability of at least 1 - risk, *every* node's share of all n(n - 1) ordered pairs is off by at most
    `error`. So many sources are drawn without replacement that Serfling's inequality, summed over all nodes, promises
    that: one source's pairs through a node are a share between 0 and 1 of its n - 1. It holds for any network, and on
    most the errors are far smaller. Where that takes all sources the answer is exact.

    error: 0 < error < 1, 0.005 for half a percentage point. risk: 0 < risk < 1. seed: the same draws the same. Other
    arguments and definitions at the top of the module.

    Sources: Brandes & Pich (2007), "Centrality estimation in large networks"; Serfling (1974), "Probability
    inequalities for the sum in sampling without replacement", which sharpens Hoeffding (1963).
    """
    if not (0 < error < 1 and 0 < risk < 1):
        raise ValueError(f"error and risk: between 0 and 1, not on them; got {error} and {risk}")
    nodes = len(indptr) - 1
    drawn = sample_size(nodes, error, risk)
    if drawn >= nodes:
        return Sampled(betweenness(indptr, indices, cost, limit, xy, threads=threads), nodes)
    origins = np.zeros(nodes, np.int64)
    origins[np.random.default_rng(seed).choice(nodes, drawn, replace=False)] = 1
    found = betweenness(indptr, indices, cost, limit, xy, origins=origins, threads=threads)
    return Sampled(found * (nodes / drawn), drawn)


def sample_size(nodes: int, error: float, risk: float) -> int:
    """How many of n sources must be drawn, without replacement, for `sampled_betweenness` to keep its promise?

    The smallest k with 2n exp(-2 k error**2 / (1 - (k - 1) / n)) <= risk; n when there is none.
    """
    if nodes < 1:
        return 0
    doubt = math.log(2 * nodes / risk)
    return min(nodes, math.ceil(doubt * (1 + 1 / nodes) / (2 * error**2 + doubt / nodes)))


def closeness(
    indptr: npt.NDArray[Any],
    indices: npt.NDArray[Any],
    cost: npt.NDArray[Any],
    limit: int,
    xy: npt.NDArray[Any] | None = None,
    destinations: npt.NDArray[Any] | None = None,
    threads: int | None = None,
) -> Reached:
    """How many other nodes can each node reach, and what does it cost to get to all of them?

    total / nodes is the mean cost; Freeman's closeness is (n - 1) / total where everything is reached. destinations:
    int64[n], how often each node counts, once when left out. Arguments and definitions at the top of the module.

    Sources: Sabidussi (1966), "The centrality index of a graph"; Freeman (1979), "Centrality in social networks".
    """
    network = _Network.of(indptr, indices, cost, xy)
    bound = max(0, within(limit))
    arrive = network.weights("destinations", destinations)
    if int(arrive.sum(dtype=object)) * (bound + 1) >= 2**63:
        raise ValueError(f"destinations: {int(arrive.sum())} of them at {bound} each overflow a sum of costs")
    counts, total = np.zeros((2, network.nodes), np.int64)
    most = _bags.SMALL if network.two_way and destinations is None else 1
    bags = _bags.take_off(network.indptr, network.indices, network.cost, most)
    streets = _brandes.streets(bags.indptr, bags.indices, bags.cost)

    def prepare() -> Callable[[int, int], None]:
        own = _brandes.scratch(streets, bound)
        return lambda start, stop: _brandes.ways_out(
            streets, np.uint64(bound), start, stop, arrive[bags.kept], bags.ptr, bags.offset, own, counts, total
        )

    in_blocks(bags.kept.size, prepare, threads)
    by_node = np.empty((2, network.nodes), np.int64)
    by_node[:, bags.node] = counts, total
    _bags.pairs_inside(bags, bound, np.zeros(network.nodes, np.int64), *by_node)
    return Reached(*(network.in_given_order(row) for row in by_node))


class _Network(NamedTuple):
    """A simple graph, its nodes in the order of the search."""

    indptr: Int64
    indices: Int32
    cost: Int32
    two_way: bool
    order: Int64

    @property
    def nodes(self) -> int:
        return self.order.size

    @staticmethod
    def of(indptr: npt.NDArray[Any], indices: npt.NDArray[Any], cost: npt.NDArray[Any], xy: Any) -> _Network:
        indptr, indices, cost = _arrays.graph(indptr, indices, cost)
        nodes = indptr.size - 1
        along = np.arange(nodes, dtype=np.int64) if xy is None else order.along_curve(xy)
        if along.size != nodes:
            raise ValueError(f"xy: one pair for each of {nodes} nodes; got {along.size}")
        return _Network(*_simple.simplified(indptr, indices, cost, _arrays.int64("order", along)), along)

    def weights(self, name: str, given: npt.NDArray[Any] | None) -> Int64:
        """Weights in this order; ones where none are given."""
        if given is None:
            return np.ones(self.nodes, np.int64)
        weight = _arrays.int64(name, given, least=0)
        if weight.size != self.nodes:
            raise ValueError(f"{name}: one for each of {self.nodes} nodes; got {weight.size}")
        return weight[self.order]

    def in_given_order(self, values: Int64) -> Int64:
        """A column by node in the order the caller knows."""
        back = np.empty_like(values)
        back[self.order] = values
        return back

    def unscaled(self, flow: Int64, shift: int) -> Float64:
        """Sums with `shift` binary places as numbers, in the order the caller knows."""
        return np.asarray(np.ldexp(self.in_given_order(flow).astype(np.float64), -shift), np.float64)


def _shift(origins: Int64, destinations: Int64) -> int:
    """How many binary places leave room for every pair passing one node."""
    pairs = int(origins.sum(dtype=object)) * int(destinations.sum(dtype=object))
    places = min(_PLACES, _ROOM - pairs.bit_length())
    if places < 0:
        raise ValueError(f"origins and destinations: {pairs} pairs are more than 2**{_ROOM}; scale them down")
    return places


def _by_bags(network: _Network, limit: int, shift: int, threads: int | None) -> Int64:
    """Two-way network, every node one origin and one destination: dead ends taken off first."""
    bags = _bags.take_off(network.indptr, network.indices, network.cost, _bags.SMALL)
    streets = _brandes.streets(bags.indptr, bags.indices, bags.cost)
    ones = np.ones(bags.kept.size, np.int64)
    outside, whole, counts, total = np.zeros((4, network.nodes), np.int64)
    every = np.arange(bags.kept.size, dtype=np.uint32)
    core = _brandes.summed(streets, limit, every, ones, ones, bags.ptr, bags.offset, shift, outside, threads)
    _bags.pairs_inside(bags, limit, whole, counts, total)
    _bags.pairs_leaving(bags, outside, whole)
    flow = whole << shift
    flow[bags.kept] += core
    return flow
