"""Routes with their modes, who runs them, and the clock of their times."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.errors import Problem
from stadslab.sources._tables import some
from stadslab.sources.gtfs.modes import mode_of
from stadslab.sources.gtfs.stops import blank_is_null, ids_problems, prefixed
from stadslab.sources.gtfs.tables import Sheet, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS = ("route_id", "route_short_name", "route_long_name", "route_type", "agency_id")
AGENCY_COLUMNS = ("agency_id", "agency_name", "agency_timezone")


@dataclass(slots=True, eq=False)
class Routes:
    """Routes of one feed, in the order of the file. mode: one word each."""

    sheet: Sheet
    ids: pa.Array
    mode: list[str]
    unknown: dict[int, int]


def read_routes(sheet: Sheet, problems: list[Problem]) -> Routes:
    """Routes with their modes; types no table knows become `other` and are counted."""
    problems += ids_problems(sheet, "route_id")
    kinds, bad = whole(sheet["route_type"], -1)
    bad |= kinds < 0
    problems += sheet.complain(
        bad,
        lambda row: f"route_type {sheet.cell('route_type', row)!r} is no route type",
        "a number: 0 tram, 1 metro, 2 rail, 3 bus, 4 ferry, ...",
    )
    modes = [mode_of(kind) for kind in kinds.tolist()]
    unknown = Counter(k for k, m, b in zip(kinds.tolist(), modes, bad.tolist(), strict=True) if m is None and not b)
    return Routes(sheet, sheet["route_id"], [mode or "other" for mode in modes], dict(unknown))


def timezone_of(agencies: Sheet | None, label: str, given: str, problems: list[Problem]) -> tuple[str, list[str]]:
    """The one clock of all agencies of a feed (or the one given), and notes."""
    notes: list[str] = []
    told: dict[str, list[int]] = {}
    if agencies is not None:
        for row, zone in enumerate(agencies["agency_timezone"].to_pylist()):
            told.setdefault(zone, []).append(row)
    told.pop("", None)
    if given:
        problems += _unknown_zone(given, "gtfs, timezone", notes)
        if told and set(told) != {given}:
            notes.append(f"times are told in {' and '.join(sorted(told))}; read as {given} as you said")
        return given, notes
    if not told:
        where = agencies.file if agencies is not None else f"{label}/agency.txt"
        what = (
            "no agency tells its timezone" if agencies is not None else "this file is missing, so no timezone is told"
        )
        problems.append(Problem(where, what, "say timezone=, such as timezone=Europe/Stockholm"))
        return "", notes
    assert agencies is not None
    for zone, rows in told.items():
        problems += _unknown_zone(zone, agencies.where(rows[0]), notes)
    if len(told) > 1:
        listed = "; ".join(f"{zone} ({some([_name(agencies, r) for r in rows], 3)})" for zone, rows in told.items())
        what = f"the agencies tell their times in {len(told)} timezones: {listed}"
        hint = "split the feed, or say timezone= when all times are in one of them"
        problems.append(Problem(agencies.file, what, hint))
    return next(iter(told)), notes


def _name(agencies: Sheet, row: int) -> str:
    return agencies.cell("agency_name", row) or agencies.cell("agency_id", row) or f"row {row + 2}"


def _unknown_zone(zone: str, where: str, notes: list[str]) -> list[Problem]:
    import zoneinfo

    known = zoneinfo.available_timezones()
    if not known:  # a machine without the tz database
        notes.append(f"whether {zone} is a timezone could not be checked: this machine has no timezone database")
        return []
    if zone in known:
        return []
    folded = {name.lower(): name for name in known}
    near = [folded[n] for n in difflib.get_close_matches(zone.lower().replace(" ", "_"), folded, n=3)]
    hint = f"did you mean {' or '.join(near)}?" if near else "a name such as Europe/Stockholm"
    return [Problem(where, f"{zone!r} is no known timezone", hint)]


def routes_table(routes: Routes, agencies: Sheet | None, timezone: str, prefix: str) -> pa.Table:
    """The rows of the layer."""
    sheet = routes.sheet
    short, long = blank_is_null(sheet["route_short_name"]), blank_is_null(sheet["route_long_name"])
    names: dict[str, str] = {}
    if agencies is not None:
        names = dict(zip(agencies["agency_id"].to_pylist(), agencies["agency_name"].to_pylist(), strict=True))
    only = next(iter(names.values())) if len(names) == 1 else ""
    agency = [names.get(i) or i or only or None for i in sheet["agency_id"].to_pylist()]
    return pa.table(
        {
            "id": prefixed(prefix, routes.ids),
            "name": pc.coalesce(short, long, routes.ids),
            "long_name": long,
            "mode": pa.array(routes.mode, pa.string()),
            "agency": pa.array(agency, pa.string()),
            "timezone": pa.array([timezone] * len(sheet), pa.string()),
        }
    )


def routes_notes(routes: Routes, used: NDArray[np.bool_]) -> list[str]:
    """What a person should know of these routes."""
    counts = Counter(routes.mode)
    notes = [", ".join(f"{count:,} by {mode}" for mode, count in counts.most_common())] if counts else []
    for kind, count in sorted(routes.unknown.items()):
        notes.append(f"route_type {kind} is in no table: {count:,} routes are of mode other")
    unused = int((~used).sum())
    if unused:
        notes.append(f"{unused:,} routes have no trip")
    return notes
