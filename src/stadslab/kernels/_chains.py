"""Betweenness over a whole two-way network: chains of passing nodes answered for from their ends.

After dead ends are taken off, most nodes of a finely mapped network have two neighbours. Such a chain runs between two
*hubs*. Whoever starts inside leaves it by one of its ends, whoever ends inside comes in by one, and which one
follows from what the hubs are apart. So only hubs are searched from, on a graph of hubs alone; all that start inside
a chain and leave by hub a are added to what a itself sends, as weights of the targets, before one sweep back from a
does for them all.

For a source p from end a and q from end b of its chain, a hub t is reached by a if p + D(a, t) < q + D(b, t), by b if
greater, by both in the ratio of their numbers of ways if equal. Along the chain the answer changes once.

A node stands for itself and everything that hangs on it by trees: its *mass*. Sums in `Sums` are int64 with
`shift` binary places.

Sources: Sariyüce, Kaya, Saule & Çatalyürek (2013), "Betweenness centrality on GPUs and heterogeneous architectures" and
(2013) "Shattering and compressing networks for betweenness centrality"; Bentert, Dittmann, Kellerhals, Nichterlein &
Niedermeier (2020), "An adaptive version of Brandes' algorithm for betweenness centrality". Weighted ties, masses
and the sweep by blocks are ours.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from stadslab.kernels._arrays import Int32, Int64
from stadslab.kernels._brandes import Float64, Scratch, Streets, count_ways, spread
from stadslab.kernels._jit import njit

_ONE = np.uint64(1)
_NODE = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


class Chains(NamedTuple):
    """A two-way graph without dead ends as hubs and the k chains between them."""

    hub: Int32
    """int32[h]: the node each hub is."""
    one: Int32
    other: Int32
    """int32[k]: the hubs at both ends, numbers of hubs; the same where a chain comes back."""
    length: Int64
    """int64[k]: cost from end to end."""
    ptr: Int64
    """int64[k + 1]: passing nodes of chain c are at ptr[c]:ptr[c + 1] of `node` and `offset`, in order from `one`."""
    node: Int32
    offset: Int64
    """int64: cost from `one`."""


class Masses(NamedTuple):
    """How much stands at each hub and along each chain."""

    hub: Int64
    """int64[h]"""
    upto: Int64
    """int64[p + k]: of chain c, at ptr[c] + c + i the mass of its first i passing nodes."""


class Sums(NamedTuple):
    """What one thread has added up, int64 with `shift` binary places."""

    hub: Int64
    """int64[h]: pairs that pass each hub or end there, those that it begins left out."""
    chain: Int64
    """int64[k]: pairs that pass all of each chain."""
    by_one: Int64
    by_other: Int64
    """int64[p + k], at ptr[c] + c + i: sources that reach passing nodes 1..i by `one`; those from i + 1 by `other`."""
    tied_one: Int64
    tied_other: Int64
    """int64[p + k], the same place: sources that reach passing node i + 1 both ways, by their shares."""
    inside: Int64
    """int64[p]: pairs of passing nodes of one chain that pass each of its nodes."""


class Rows(NamedTuple):
    """What is known from each hub of a block and from the far ends of its chains, a row each."""

    label: npt.NDArray[np.uint32]
    ways: npt.NDArray[np.float64]
    settled: npt.NDArray[np.uint32]
    before: npt.NDArray[np.uint32]
    ending: npt.NDArray[np.float64]
    """float64[r, h]: what leaves by the row's hub and ends at each hub, or comes into a chain by it."""
    sent: npt.NDArray[np.float64]
    """float64[r, q]: what leaves by the row's hub for the passing nodes of each chain that has any."""


def rows_for(count: int, hubs: int, peopled: int) -> Rows:
    """Room for so many rows."""
    return Rows(
        np.empty((count, hubs), np.uint32), np.empty((count, hubs), np.float64), np.empty((count, hubs), np.uint32),
        np.empty((count, hubs), np.uint32), np.empty((count, hubs), np.float64), np.empty((count, peopled), np.float64),
    )  # fmt: skip


def sums_for(chains: Chains) -> Sums:
    """Sums, all zero."""
    passing, count = chains.node.size, chains.length.size
    one, other, tied_one, tied_other = np.zeros((4, passing + count), np.int64)
    hub, chain, inside = (np.zeros(size, np.int64) for size in (chains.hub.size, count, passing))
    return Sums(hub, chain, one, other, tied_one, tied_other, inside)


@njit
def chained(indptr: Int64, indices: Int32, cost: Int32) -> Chains:
    """Hubs and chains of a connected graph. A hub is a node without exactly two neighbours; on a ring, the first node.

    The graph: two-way, simple, in CSR; int64[n + 1], int32[m], int32[m].
    """
    nodes = indptr.size - 1
    number = np.full(nodes, -1, np.int32)
    hub = np.empty(nodes, np.int32)
    hubs = 0
    for node in range(nodes):
        if indptr[node + 1] - indptr[node] != 2:
            number[node] = hubs
            hub[hubs] = node
            hubs += 1
    if hubs == 0 and nodes > 0:
        number[0] = 0
        hub[0] = 0
        hubs = 1
    chains = 0
    one = np.empty(indices.size, np.int32)
    other = np.empty(indices.size, np.int32)
    length = np.empty(indices.size, np.int64)
    ptr = np.zeros(indices.size + 1, np.int64)
    passing = np.empty(nodes, np.int32)
    offset = np.empty(nodes, np.int64)
    seen = np.zeros(nodes, np.uint8)
    filled = 0
    for start in range(hubs):
        for arc in range(indptr[hub[start]], indptr[hub[start] + 1]):
            before = np.int64(hub[start])
            here = np.int64(indices[arc])
            so_far = np.int64(cost[arc])
            if number[here] >= 0:
                if number[here] < start:  # both ends would tell of it
                    continue
            elif seen[here]:
                continue
            while number[here] < 0:
                seen[here] = 1
                passing[filled] = here
                offset[filled] = so_far
                filled += 1
                onward = indptr[here]
                if indices[onward] == before:
                    onward += 1
                before = here
                here = np.int64(indices[onward])
                so_far += cost[onward]
            one[chains] = start
            other[chains] = number[here]
            length[chains] = so_far
            chains += 1
            ptr[chains] = filled
    return Chains(
        hub[:hubs].copy(), one[:chains].copy(), other[:chains].copy(), length[:chains].copy(), ptr[: chains + 1].copy(),
        passing[:filled].copy(), offset[:filled].copy(),
    )  # fmt: skip


@njit
def _met(offset: Int64, first: int, many: int, span: int) -> int:
    """How many of the `many` passing nodes from `first` on have twice their offset below `span`?"""
    if span > 2 * offset[first + many - 1]:
        return many
    if span <= 2 * offset[first]:
        return 0
    low = 1
    high = many - 1
    while low < high:
        middle = (low + high) >> 1
        if 2 * offset[first + middle] < span:
            low = middle + 1
        else:
            high = middle
    return low


@njit
def block(
    network: Streets,
    of_arc: Int32,
    chains: Chains,
    peopled: Int32,
    masses: Masses,
    limit: np.uint64,
    start: int,
    stop: int,
    beside: Int32,
    row_of: Int32,
    shift: int,
    own: Scratch,
    rows: Rows,
    sums: Sums,
) -> None:
    """Add every pair whose source is one of the hubs start:stop, or leaves its chain by one of them.

    network: hubs, and an arc each way for each chain; of_arc: int32, the chain each arc is. peopled: int32, the chains
    with passing nodes. beside: int32, hubs at the far ends of those of them that have one end in start:stop. row_of:
    int32[h], -1 everywhere. Pairs inside one chain are added with its `one`.
    """
    row, arcs, _ = network
    _, _, _, filled, waiting, heap, _, _, share = own
    hubs = masses.hub.size
    unit = float(np.int64(1) << shift)
    inner = stop - start
    equal = np.zeros(inner, np.uint8)
    leaving = np.zeros(inner, np.float64)  # from inside chains, through the row's hub
    for i in range(inner + beside.size):
        source = np.int64(beside[i - inner]) if i >= inner else start + i
        row_of[source] = i
        far = rows.label[i]
        many = rows.ways[i]
        far[:] = limit + _ONE
        count, tied = spread(
            network, np.uint64(source), limit, far, rows.before[i], rows.settled[i], filled, waiting, heap
        )
        if tied:
            many[:] = 0.0
            count_ways(network, limit, far, rows.settled[i], count, many)
        else:
            many[:] = 1.0
        if i < inner:
            equal[i] = tied
            rows.sent[i, :] = float(masses.hub[source])
            for t in range(hubs):
                rows.ending[i, t] = float(masses.hub[source] * masses.hub[t])
    code = np.empty(hubs, np.int32)
    for chain in peopled:
        a = np.int64(chains.one[chain])
        b = np.int64(chains.other[chain])
        here = start <= a < stop
        if here or (start <= b < stop):
            if a == b:
                _from_loop(chains, peopled, masses, chain, row_of[a], rows, leaving)
            else:
                _from_chain(
                    chains, peopled, masses, chain, inner, row_of[a], row_of[b], code, unit, rows, sums, leaving
                )
        if here:
            _inside(chains, masses, chain, row_of[a], row_of[b], shift, rows, sums, leaving)
    for i in range(inner):
        source = start + i
        _into_chains(chains, peopled, masses, source, i, unit, rows, sums, leaving)
        sums.hub[source] += np.int64(leaving[i] * unit + 0.5)
        ending = rows.ending[i]
        far = rows.label[i]
        settled = rows.settled[i]
        if equal[i]:
            many = rows.ways[i]
            for j in range(hubs - 1, -1, -1):
                at = np.uint64(settled[j])
                beyond = 0.0
                for position in range(np.uint64(row[at]), np.uint64(row[at + _ONE])):
                    there = arcs[position] & _NODE
                    if np.uint64(far[at]) + (arcs[position] >> _HALF) == np.uint64(far[there]):
                        passing = many[at] * share[there]
                        beyond += passing
                        sums.chain[of_arc[position]] += np.int64(passing * unit + 0.5)
                share[at] = (ending[at] + beyond) / many[at]
                if j > 0:
                    sums.hub[at] += np.int64((ending[at] + beyond) * unit + 0.5)
            share[:] = 0.0
        else:
            before = rows.before[i]
            for j in range(hubs - 1, 0, -1):
                at = np.uint64(settled[j])
                passing = ending[at] + share[at]
                whole = np.int64(passing * unit + 0.5)
                sums.hub[at] += whole
                share[before[at]] += passing
                share[at] = 0.0
                back = (np.uint64(far[at] - far[before[at]]) << _HALF) | before[at]
                taken = np.uint64(row[at])  # the arc back is of the same chain
                while arcs[taken] != back:
                    taken = taken + _ONE
                sums.chain[of_arc[taken]] += whole
            share[source] = 0.0
    row_of[start:stop] = -1
    for i in range(beside.size):
        row_of[beside[i]] = -1


@njit
def _from_loop(
    chains: Chains, peopled: Int32, masses: Masses, chain: int, i: int, rows: Rows, leaving: Float64
) -> None:
    """What starts in a chain that comes back to its hub leaves by that hub, whichever way round."""
    mass = float(masses.upto[chains.ptr[chain + 1] + chain])
    for t in range(masses.hub.size):
        rows.ending[i, t] += mass * masses.hub[t]
        leaving[i] += mass * masses.hub[t]
    for q in range(peopled.size):
        if peopled[q] != chain:
            rows.sent[i, q] += mass


@njit
def _from_chain(
    chains: Chains,
    peopled: Int32,
    masses: Masses,
    chain: int,
    inner: int,
    row_a: int,
    row_b: int,
    code: Int32,
    unit: float,
    rows: Rows,
    sums: Sums,
    leaving: Float64,
) -> None:
    """What starts in a chain, for hubs and for other chains, by whichever of its ends are rows below `inner`."""
    first = chains.ptr[chain]
    many = chains.ptr[chain + 1] - first
    length = chains.length[chain]
    upto = masses.upto[first + chain : first + chain + many + 1]
    mass = upto[many]
    most = 2 * chains.offset[first + many - 1]
    offset = chains.offset
    far_a = rows.label[row_a]
    far_b = rows.label[row_b]
    ways_a = rows.ways[row_a]
    ways_b = rows.ways[row_b]
    by_a = row_a < inner
    by_b = row_b < inner
    out_a = 0.0
    out_b = 0.0
    for t in range(masses.hub.size):
        span = length + np.int64(far_b[t]) - np.int64(far_a[t])
        low = many
        high = many
        if span <= most:
            low = _met(offset, first, many, span)
            high = low
            if low < many and 2 * offset[first + low] == span:
                high = low + 1
        code[t] = 2 * low + high - low
        sent_a = float(upto[low])
        sent_b = float(mass - upto[high])
        if high > low:
            tied = float(upto[high] - upto[low])
            part = tied * (ways_a[t] / (ways_a[t] + ways_b[t]))
            sent_a += part
            sent_b += tied - part
        if by_a:
            rows.ending[row_a, t] += sent_a * masses.hub[t]
            out_a += sent_a * masses.hub[t]
        if by_b:
            rows.ending[row_b, t] += sent_b * masses.hub[t]
            out_b += sent_b * masses.hub[t]
    for q in range(peopled.size):
        other = peopled[q]
        if other == chain:
            continue
        c = chains.one[other]
        d = chains.other[other]
        least_a = np.int64(min(code[c], code[d]) >> 1)  # the first so many leave by a for both ends,
        most_a = np.int64((max(code[c], code[d]) + 1) >> 1)  # those from here on by b
        if by_a:
            rows.sent[row_a, q] += upto[least_a]
        if by_b:
            rows.sent[row_b, q] += mass - upto[most_a]
        if least_a == most_a:
            continue
        base = chains.ptr[other] + other  # those between one by one
        end = chains.ptr[other + 1] + other
        for i in range(least_a, most_a):
            ahead = chains.offset[first + i]
            behind = length - ahead
            each = float(upto[i + 1] - upto[i])
            to_c, ways_c, share_c = _reach(ahead, behind, far_a[c], far_b[c], ways_a[c], ways_b[c])
            to_d, ways_d, share_d = _reach(ahead, behind, far_a[d], far_b[d], ways_a[d], ways_b[d])
            at = chains.ptr[other]
            span = chains.length[other] + to_d - to_c
            low = _met(offset, at, end - base, span)
            high = low
            if low < end - base and 2 * offset[at + low] == span:
                high = low + 1
            in_c = float(masses.upto[base + low])
            in_d = float(masses.upto[end] - masses.upto[base + high])
            tied_c = 0.0
            if high > low:
                tied = float(masses.upto[base + high] - masses.upto[base + low])
                tied_c = ways_c / (ways_c + ways_d)
                in_c += tied * tied_c
                in_d += tied - tied * tied_c
            if by_a:
                rows.ending[row_a, c] += each * in_c * share_c
                rows.ending[row_a, d] += each * in_d * share_d
                out_a += each * (in_c * share_c + in_d * share_d)
            if by_b:
                rows.ending[row_b, c] += each * in_c * (1.0 - share_c)
                rows.ending[row_b, d] += each * in_d * (1.0 - share_d)
                out_b += each * (in_c * (1.0 - share_c) + in_d * (1.0 - share_d))
            for side in range(2):  # each end by itself, so that it never matters which hubs share a block
                if (side == 0 and not by_a) or (side == 1 and not by_b):
                    continue
                here_c = each * (share_c if side == 0 else 1.0 - share_c)
                here_d = each * (share_d if side == 0 else 1.0 - share_d)
                sums.by_one[base + low] += np.int64(here_c * unit + 0.5)
                sums.by_other[base + high] += np.int64(here_d * unit + 0.5)
                if high > low:
                    sums.tied_one[base + low] += np.int64(here_c * tied_c * unit + 0.5)
                    sums.tied_other[base + low] += np.int64(here_d * (1.0 - tied_c) * unit + 0.5)
    if by_a:
        leaving[row_a] += out_a
    if by_b:
        leaving[row_b] += out_b


@njit
def _reach(
    ahead: np.int64, behind: np.int64, far_a: np.uint32, far_b: np.uint32, ways_a: float, ways_b: float
) -> tuple[np.int64, float, float]:
    """Cost from a passing node to a hub, in how many ways, and the share of them by end a."""
    by_a = ahead + np.int64(far_a)
    by_b = behind + np.int64(far_b)
    if by_a < by_b:
        return by_a, ways_a, 1.0
    if by_a > by_b:
        return by_b, ways_b, 0.0
    return by_a, ways_a + ways_b, ways_a / (ways_a + ways_b)


@njit
def _into_chains(
    chains: Chains,
    peopled: Int32,
    masses: Masses,
    source: int,
    i: int,
    unit: float,
    rows: Rows,
    sums: Sums,
    leaving: Float64,
) -> None:
    """Share out what leaves by one hub for the passing nodes of each chain over the ends they are reached by."""
    far = rows.label[i]
    many = rows.ways[i]
    ptr = chains.ptr
    offset = chains.offset
    for q in range(peopled.size):
        chain = peopled[q]
        c = chains.one[chain]
        d = chains.other[chain]
        sent = rows.sent[i, q]
        base = ptr[chain] + chain
        end = ptr[chain + 1] + chain
        at = ptr[chain]
        span = chains.length[chain] + np.int64(far[d]) - np.int64(far[c])
        low = _met(offset, at, end - base, span)
        high = low
        if low < end - base and 2 * offset[at + low] == span:
            high = low + 1
        in_c = float(masses.upto[base + low])
        in_d = float(masses.upto[end] - masses.upto[base + high])
        if high > low:
            tied = float(masses.upto[base + high] - masses.upto[base + low])
            share = many[c] / (many[c] + many[d])
            in_c += tied * share
            in_d += tied - tied * share
            sums.tied_one[base + low] += np.int64(sent * share * unit + 0.5)
            sums.tied_other[base + low] += np.int64(sent * (1.0 - share) * unit + 0.5)
        rows.ending[i, c] += sent * in_c
        rows.ending[i, d] += sent * in_d
        whole = np.int64(sent * unit + 0.5)
        sums.by_one[base + low] += whole
        sums.by_other[base + high] += whole
        leaving[i] += (sent - masses.hub[source]) * masses.upto[end]


@njit
def _inside(
    chains: Chains,
    masses: Masses,
    chain: int,
    row_a: int,
    row_b: int,
    shift: int,
    rows: Rows,
    sums: Sums,
    leaving: Float64,
) -> None:
    """Pairs of passing nodes of one chain: straight along it, or out by both ends where that is shorter.

    Going out costs length + (cost between the ends) - (cost along), so from each node the nodes ahead fall into those
    reached along the chain, at most one reached both ways, and those reached round. Both directions of a pair count.
    """
    first = chains.ptr[chain]
    many = chains.ptr[chain + 1] - first
    base = first + chain
    unit = float(np.int64(1) << shift)
    loop = row_a == row_b
    apart = np.int64(0)
    ways = 1.0
    if not loop:
        apart = np.int64(rows.label[row_a, chains.other[chain]])
        ways = rows.ways[row_a, chains.other[chain]]
    turn = chains.length[chain] + apart
    plus = np.zeros(many + 2, np.int64)  # running sums over nodes: a constant,
    ahead = np.zeros(many + 2, np.int64)  # what multiplies the mass up to the node,
    behind = np.zeros(many + 2, np.int64)  # and what multiplies the mass before it
    direct = 0  # nodes up to here are reached along the chain
    round_mass = 0.0
    for i in range(many):
        mass = masses.upto[base + i + 1] - masses.upto[base + i]
        direct = max(direct, i + 1)
        while direct < many and 2 * (chains.offset[first + direct] - chains.offset[first + i]) < turn:
            direct += 1
        beyond = direct
        if direct < many and 2 * (chains.offset[first + direct] - chains.offset[first + i]) == turn:
            beyond = direct + 1
            tied = float(2 * mass * (masses.upto[base + beyond] - masses.upto[base + direct]))
            out = tied * (ways / (1.0 + ways))
            along_fixed = np.int64((tied - out) * unit + 0.5)
            out_fixed = np.int64(out * unit + 0.5)
            plus[i + 1] += along_fixed
            plus[direct] -= along_fixed
            plus[0] += out_fixed
            plus[i] -= out_fixed
            plus[beyond] += out_fixed
            plus[many] -= out_fixed
            round_mass += out
        part = 2 * mass << shift
        plus[i + 1] += part * masses.upto[base + direct]  # node k between gets mass * (upto direct - upto k)
        plus[direct] -= part * masses.upto[base + direct]
        ahead[i + 1] -= part
        ahead[direct] += part
        if beyond < many:
            last = masses.upto[base + many] - masses.upto[base + beyond]
            plus[0] += part * last
            plus[i] -= part * last
            behind[beyond + 1] += part  # node k after gets mass * (upto before k - upto beyond)
            behind[many] -= part
            plus[beyond + 1] -= part * masses.upto[base + beyond]
            plus[many] += part * masses.upto[base + beyond]
            round_mass += float(2 * mass * last)
    constant = np.int64(0)
    to_it = np.int64(0)
    before_it = np.int64(0)
    for k in range(many):
        constant += plus[k]
        to_it += ahead[k]
        before_it += behind[k]
        sums.inside[first + k] += constant + to_it * masses.upto[base + k + 1] + before_it * masses.upto[base + k]
    leaving[row_a] += round_mass
    if not loop:
        rows.ending[row_a, chains.other[chain]] += round_mass


@njit
def along(chains: Chains, masses: Masses, sums: Sums) -> Int64:
    """Pairs that pass each passing node, int64[p] with the binary places of the sums."""
    passed = np.empty(chains.node.size, np.int64)
    for chain in range(chains.length.size):
        first = chains.ptr[chain]
        many = chains.ptr[chain + 1] - first
        base = first + chain
        reaching = np.int64(0)  # sources that reach the node by `one`
        beyond = np.int64(0)  # pairs that end after the node, coming by `one`
        for k in range(many - 1, -1, -1):
            reaching += sums.by_one[base + k + 1]
            passed[first + k] = sums.chain[chain] + sums.inside[first + k] + 2 * beyond
            each = masses.upto[base + k + 1] - masses.upto[base + k]
            beyond += (reaching + sums.tied_one[base + k]) * each
        reaching = np.int64(0)
        beyond = np.int64(0)
        for k in range(many):
            reaching += sums.by_other[base + k]
            passed[first + k] += 2 * beyond
            each = masses.upto[base + k + 1] - masses.upto[base + k]
            beyond += (reaching + sums.tied_other[base + k]) * each
    return passed
