"""Count the points of a file by reporting unit, hour by hour if wanted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from stadslab.core.disclosure import SMALL_COUNT
from stadslab.core.progress import Progress
from stadslab.core.units import About, Unit
from stadslab.lab.verbs.measure import Ruler
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from stadslab.core.pointcounts import PointCounts
    from stadslab.lab.lab import Lab

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class CountRequest:
    """Which points, in the units of which city, cut how."""

    city: Annotated[str, About("name of the city")]
    points: Annotated[tuple[Path, ...], About("Parquet files with a row for each point")]
    lon: Annotated[str, About("column of longitudes (eastings with --crs)")] = "lon"
    lat: Annotated[str, About("column of latitudes (northings with --crs)")] = "lat"
    time: Annotated[str, About("column of times: timestamps, dates, or whole numbers since 1970")] = ""
    by: Annotated[
        Literal["unit", "hour", "day", "month", "hour_of_day", "day_of_week", "hour_of_week"],
        About("cut time like this as well"),
    ] = "unit"
    weight: Annotated[str, About("column of whole numbers to add up beside the count")] = ""
    since: Annotated[str, About("only points from this date or time on, such as 2026-03-01 or 2026-03-01T06:30")] = ""
    until: Annotated[str, About("only points before this date or time")] = ""
    timezone: Annotated[
        str, About("whose hours and days, such as Europe/Stockholm; the column's own when left out")
    ] = ""
    time_unit: Annotated[Literal["s", "ms", "us", "ns"], About("unit of a time that is a whole number")] = "s"
    crs: Annotated[str, About("projection of the points, such as EPSG:3006; longitude and latitude when left out")] = ""
    smallest: Annotated[
        int, Unit("1", 1, 1000), About("hide counts below this, as points may be people; 1 hides nothing")
    ] = SMALL_COUNT
    support: Ruler = "h3:9"


@dataclass(frozen=True, slots=True)
class CountReply:
    """The counts and what they say."""

    counts: PointCounts

    def to_json(self) -> dict[str, Any]:
        """Plain values: how many rows went where, the receipt and the cells; a hidden count is null."""
        counts, out = self.counts, self.counts.left_out
        table = counts.table()
        if "geometry" in table.column_names:
            table = table.drop_columns(["geometry"])
        rows = [
            {k: v if v is None or isinstance(v, int | str) else str(v) for k, v in r.items()} for r in table.to_pylist()
        ]
        left = {
            name: getattr(out, name) for name in ("no_place", "outside_units", "no_time", "no_weight", "outside_time")
        }
        return {
            "by": counts.by,
            "rows": None if counts.total_tells else counts.rows,
            "counted": None if counts.total_tells else counts.counted,
            "left_out": None if counts.total_tells else left,
            "smallest": counts.smallest,
            "hidden": int(counts.hidden.sum()),
            "receipt": counts.receipt.to_json(),
            "cells": rows,
        }

    def lines(self) -> list[str]:
        """How many were counted, what became of the rest, where most are."""
        import numpy as np

        from stadslab.build.timebins import words

        counts, out, hidden = self.counts, self.counts.left_out, self.counts.hidden
        cut = "" if counts.by == "unit" else f" by {counts.by.replace('_', ' ')}"
        units = int(np.count_nonzero(np.diff(counts.unit, prepend=-1)))
        if counts.total_tells:
            return [f"Points counted in {counts.support.kind}{cut}", "  so few that not even how many may be told"]
        lines = [
            f"{counts.rows:,} points, counted in {counts.support.kind}{cut}",
            f"  {counts.counted:,} lie in {units:,} of {len(counts.support):,} units",
        ]
        for number, why in (
            (out.no_place, "have no coordinates"),
            (out.outside_units, "lie outside all units"),
            (out.no_time, "have no time"),
            (out.no_weight, f"have nothing in {counts.receipt.params['weight']!r}"),
            (out.outside_time, "are of another time"),
        ):
            if number:
                lines.append(f"  {number:,} {why}: not counted")
        if counts.rows and out.outside_units == counts.rows:
            lines.append("  hint: are --lon and --lat the right way round, and is this the right city?")
        if hidden.any():
            what = "counts are" if counts.by == "unit" else "counts by time are"
            lines.append(
                f"  {int(hidden.sum()):,} {what} hidden, as each is of fewer than {counts.smallest} points or tells one"
            )
        shown = (~hidden).nonzero()[0]
        most = shown[(-counts.count[shown]).argsort(kind="stable")[:MOST_SHOWN]]
        for cell in most.tolist():
            when = "" if counts.by == "unit" else f", {words(counts.labels.take([counts.bin[cell]]))[0]}"
            added = "" if counts.weight is None else f", sum {int(counts.weight[cell]):,}"
            lines.append(f"    {counts.support.ids[counts.unit[cell]]}{when}: {int(counts.count[cell]):,}{added}")
        return lines


def count(lab: Lab, request: CountRequest, progress: Progress) -> CountReply:
    """Count the points; every row of the files is in a count or among those left out."""
    from stadslab.lab.counting import Asked
    from stadslab.lab.counting import count as counted

    asked = Asked(
        tuple(request.points), request.lon, request.lat, request.time, request.by, request.weight, request.time_unit,
        request.timezone, request.since, request.until, request.crs, request.smallest,
    )  # fmt: skip
    city = lab.city(request.city)
    support = lab.builds.support(request.support.strip(), city, progress)
    return CountReply(counted(asked, city, support, progress))


VERB = Verb(
    "count",
    "Count the points of a file by area and hour",
    CountRequest,
    count,
    (
        "stadslab count demo trips.parquet --time t --by hour --out trips-by-hour.parquet",
        "stadslab count demo trees.parquet --support areas --smallest 1 --out trees.geojson",
        "stadslab count demo scans.parquet --lon x --lat y --crs EPSG:3006 --time seen --by hour_of_week",
    ),
    positional=("city", "points"),
    files=True,
)
