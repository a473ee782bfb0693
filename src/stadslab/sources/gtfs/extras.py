"""What a timetable may have besides: trips that repeat, changes between stops, ways inside stations."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.errors import Problem
from stadslab.sources.gtfs.stops import ids_problems, prefixed
from stadslab.sources.gtfs.tables import Sheet, places_in, real, seconds, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

FREQUENCIES_COLUMNS = ("trip_id", "start_time", "end_time", "headway_secs", "exact_times")
TRANSFERS_COLUMNS = (
    "from_stop_id", "to_stop_id", "transfer_type", "min_transfer_time", "from_route_id", "to_route_id", "from_trip_id",
    "to_trip_id",
)  # fmt: skip
PATHWAYS_COLUMNS = (
    "pathway_id", "from_stop_id", "to_stop_id", "pathway_mode", "is_bidirectional", "traversal_time", "length"
)  # fmt: skip
PATHWAY_MODES = (
    "unknown", "walkway", "stairs", "moving walkway", "escalator", "elevator", "fare gate", "exit gate"
)  # fmt: skip
TIME_HINT = "times are written HH:MM:SS, such as 25:10:00 for ten past one at night"

Extra = tuple[pa.Table, dict[str, int], list[str]]  # rows of the layer, reason to dropped rows, notes


def read_frequencies(
    sheet: Sheet, trips: pa.Array, kept: NDArray[np.bool_], prefix: str, problems: list[Problem]
) -> tuple[Extra, NDArray[np.int64]]:
    """Trips that repeat, and how many journeys that makes for each trip, int64[trips] (0: it does not repeat)."""
    names = sheet["trip_id"]
    trip = places_in(names, trips)
    problems += sheet.complain(trip < 0, lambda row: f"trip_id {names[row].as_py()!r} is not in trips.txt", "add it")
    times = {}
    for column in ("start_time", "end_time"):
        times[column], bad = seconds(sheet[column])
        bad |= times[column] < 0

        def seen(row: int, name: str = column) -> str:
            return f"{name} {sheet.cell(name, row)!r} is no time"

        problems += sheet.complain(bad, seen, TIME_HINT)
    start, end = times["start_time"], times["end_time"]
    headway, bad = whole(sheet["headway_secs"], 0)
    bad |= headway <= 0
    hint = "whole seconds between departures, more than 0"
    problems += sheet.complain(bad, lambda row: f"headway_secs is {sheet.cell('headway_secs', row)!r}", hint)
    turned = (start >= 0) & (end >= 0) & (end <= start)

    def span(row: int) -> str:
        return f"it runs from {sheet.cell('start_time', row)} to {sheet.cell('end_time', row)}"

    problems += sheet.complain(turned, span, "the end must be later than the start; after midnight count on: 25:00:00")
    exact, odd = whole(sheet["exact_times"])
    odd |= (exact != 0) & (exact != 1)
    problems += sheet.complain(odd, lambda row: f"exact_times is {sheet.cell('exact_times', row)!r}", "0, 1 or blank")
    key = trip.astype(np.int64) * 10_000_000 + start
    _, first = np.unique(key, return_index=True)
    again = np.ones(len(key), np.bool_)
    again[first] = False
    problems += sheet.complain(
        again & (trip >= 0), lambda row: f"trip {names[row].as_py()!r} starts twice at the same time", "say it once"
    )
    fine = (trip >= 0) & (headway > 0) & ~turned
    use = fine & kept[trip] if len(trips) else fine
    journeys = np.zeros(len(trips), np.int64)
    np.add.at(journeys, trip[use], -((start[use].astype(np.int64) - end[use]) // headway[use]))
    ids = prefixed(f"{prefix}trip/", names)
    starts = pc.cast(pa.array(start, pa.int32()), pa.string())
    table = pa.table(
        {
            "id": pc.binary_join_element_wise(ids, starts, "@"),
            "trip": ids,
            "start_s": pa.array(start, pa.int32()),
            "end_s": pa.array(end, pa.int32()),
            "headway_s": pa.array(np.where(headway > 2**31 - 1, 0, headway), pa.int32()),
            "exact": pa.array(exact == 1),
        }
    ).filter(pa.array(use))
    lost = int((fine & ~use).sum())
    by_exact, by_interval = int((use & (exact == 1)).sum()), int((use & (exact == 0)).sum())
    notes = [f"{by_exact:,} tell exact departures, {by_interval:,} only an interval"]
    notes.append(f"{int((journeys > 0).sum()):,} trips repeat, {int(journeys.sum()):,} journeys on days they run")
    return (table, {"of trips that were left out": lost} if lost else {}, notes), journeys


def read_transfers(sheet: Sheet, stops: pa.Array, prefix: str, problems: list[Problem]) -> Extra:
    """Changes between two stops. Those told for single routes or trips only are left out and counted."""
    start, end = sheet["from_stop_id"], sheet["to_stop_id"]
    kind, odd = whole(sheet["transfer_type"])
    odd |= (kind < 0) | (kind > 5)
    problems += sheet.complain(
        odd, lambda row: f"transfer_type is {sheet.cell('transfer_type', row)!r}", "0 to 5, or blank"
    )
    least, bad = whole(sheet["min_transfer_time"], -1)
    negative = bad | ((least < 0) & np.asarray(pc.not_equal(sheet["min_transfer_time"], "")))
    problems += sheet.complain(
        negative,
        lambda row: f"min_transfer_time is {sheet.cell('min_transfer_time', row)!r}",
        "whole seconds, 0 or more",
    )
    special = np.zeros(len(sheet), np.bool_)
    for column in TRANSFERS_COLUMNS[4:]:
        special |= np.asarray(pc.not_equal(sheet[column], ""))
    special |= kind > 3  # a vehicle that goes on as another trip
    lost = ~special & ((places_in(start, stops) < 0) | (places_in(end, stops) < 0))
    pair = pc.binary_join_element_wise(start, end, "\0")
    codes = np.asarray(pair.dictionary_encode().indices) if len(pair) else np.empty(0, np.int32)
    order = np.lexsort((-least, codes, special | lost))  # of a pair told twice the longer time is kept
    repeated = np.zeros(len(sheet), np.bool_)
    fine = order[: int((~(special | lost)).sum())]
    repeated[fine[1:][codes[fine[1:]] == codes[fine[:-1]]]] = True
    keep = ~(special | lost | repeated)
    dropped = {
        "for single routes or trips only": int(special.sum()),
        "between stops that are not in stops.txt": int(lost.sum()),
        "of a pair that is told twice": int(repeated.sum()),
    }
    one, other = prefixed(f"{prefix}stop/", start), prefixed(f"{prefix}stop/", end)
    table = pa.table(
        {
            "id": pc.binary_join_element_wise(one, other, ">"),
            "from_stop": one,
            "to_stop": other,
            "kind": pa.array(kind, pa.int16(), mask=odd),
            "min_s": pa.array(np.minimum(least, 2**31 - 1), pa.int32(), mask=least < 0),
        }
    ).filter(pa.array(keep))
    return table, {reason: count for reason, count in dropped.items() if count}, []


def read_pathways(sheet: Sheet, stops: pa.Array, prefix: str, problems: list[Problem]) -> Extra:
    """Ways inside stations; those that lead to stops that are not there are left out and counted."""
    problems += ids_problems(sheet, "pathway_id")
    kind, odd = whole(sheet["pathway_mode"])
    problems += sheet.complain(odd, lambda row: f"pathway_mode is {sheet.cell('pathway_mode', row)!r}", "1 to 7")
    kind = np.where((kind < 0) | (kind >= len(PATHWAY_MODES)), 0, kind)
    time, bad_time = whole(sheet["traversal_time"], -1)
    length, bad_length = real(sheet["length"])
    for column, bad in (("traversal_time", bad_time), ("length", bad_length | (length < 0))):

        def seen(row: int, name: str = column) -> str:
            return f"{name} is {sheet.cell(name, row)!r}"

        problems += sheet.complain(bad, seen, "a number, 0 or more")
    both, _ = whole(sheet["is_bidirectional"])
    start, end = sheet["from_stop_id"], sheet["to_stop_id"]
    lost = (places_in(start, stops) < 0) | (places_in(end, stops) < 0)
    table = pa.table(
        {
            "id": prefixed(f"{prefix}pathway/", sheet["pathway_id"]),
            "from_stop": prefixed(f"{prefix}stop/", start),
            "to_stop": prefixed(f"{prefix}stop/", end),
            "mode": pa.array(PATHWAY_MODES, pa.string()).take(pa.array(kind)),
            "seconds": pa.array(time, pa.int32(), mask=time < 0),
            "length_m": pa.array(length, pa.float64(), mask=~np.isfinite(length)),
            "both_ways": pa.array(both == 1),
        }
    ).filter(pa.array(~lost))
    counts = Counter(table["mode"].to_pylist())
    notes = [", ".join(f"{n:,} {mode}" for mode, n in counts.most_common())] if counts else []
    return table, {"to stops that are not in stops.txt": int(lost.sum())} if lost.any() else {}, notes
