"""Counting the points of files by reporting unit and time: what was asked, checked, and the receipt."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stadslab._version import __version__
from stadslab.core.city import City
from stadslab.core.errors import InputError, Problem, raise_errors
from stadslab.core.pointcounts import LeftOut, PointCounts
from stadslab.core.progress import Progress, silent
from stadslab.core.receipt import Receipt

if TYPE_CHECKING:
    from stadslab.build.pointfiles import PointFiles
    from stadslab.build.timebins import TimeBins
    from stadslab.core.support import Support

METHOD = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """Which points, by which columns, cut how. See `lab.verbs.count` for what each means."""

    files: tuple[Path, ...]
    lon: str = "lon"
    lat: str = "lat"
    time: str = ""
    by: str = "unit"
    weight: str = ""
    time_unit: str = "s"
    timezone: str = ""
    since: str = ""
    until: str = ""
    crs: str = ""
    smallest: int = 5

    def __post_init__(self) -> None:
        """Raises `InputError` with everything that is wrong with what was asked, before any file is looked into."""
        from stadslab.build.pointfiles import TICKS
        from stadslab.build.timebins import WAYS

        problems = []
        if self.by not in WAYS:
            problems.append(Problem("by", f"{self.by!r} is no way to cut time", f"one of {', '.join(WAYS)}"))
        elif self.by != "unit" and not self.time:
            problems.append(Problem("time", f"by {self.by}, but by which column?", "name it with --time"))
        if (self.since or self.until) and not self.time:
            problems.append(Problem("time", "which column says when?", "name it with --time"))
        if self.time_unit not in TICKS:
            problems.append(
                Problem("time_unit", f"{self.time_unit!r} is no unit of time", f"one of {', '.join(TICKS)}")
            )
        smallest: object = self.smallest  # whoever calls from Python may give anything
        if not isinstance(smallest, int) or smallest < 1:
            problems.append(Problem("smallest", f"{smallest!r} is no whole number from 1 on", "1 hides nothing"))
        raise_errors(problems)

    @property
    def params(self) -> dict[str, object]:
        """What can change the counts, as plain values."""
        names = ("lon", "lat", "time", "by", "weight", "time_unit", "timezone", "since", "until", "crs", "smallest")
        return {name: getattr(self, name) for name in names}


def count(asked: Asked, city: City, support: Support, progress: Progress = silent) -> PointCounts:
    """Count them.

    Raises `NotFoundError` for files that are not there, `InputError` for columns, times or projections of no use.
    """
    import pyarrow as pa

    from stadslab.build.pointcounts import count_points
    from stadslab.build.pointfiles import PointColumns, opened
    from stadslab.build.pointunits import finder_of
    from stadslab.build.projection import LON_LAT, known
    from stadslab.store.outside import digest_of

    crs = known(asked.crs) if asked.crs else LON_LAT
    files = opened(asked.files, PointColumns(asked.lon, asked.lat, asked.time, asked.weight, asked.time_unit))
    bins = _bins(asked, files) if asked.time else None
    progress("outlines of the reporting units", 0, 1)
    finder = finder_of(support)
    progress("outlines of the reporting units", 1, 1)
    found = count_points(files, finder, bins, crs=crs, progress=progress)
    inputs = {}
    for number, path in enumerate(asked.files):
        progress("digests of the files", number, len(asked.files))
        name = path.name if sum(other.name == path.name for other in asked.files) == 1 else f"{number + 1}: {path.name}"
        inputs[name] = digest_of(path)
    progress("digests of the files", len(asked.files), len(asked.files))
    receipt = Receipt(
        city.name, city.crs, "count", METHOD, dict(asked.params), support.kind, support.digest, inputs,
        software=f"stadslab {__version__}",
    )  # fmt: skip
    left_out = LeftOut(found.no_place, found.outside_units, found.no_time, found.no_weight, found.outside_time)
    labels = pa.array([""]) if bins is None else bins.labels
    return PointCounts(
        support, asked.by, labels, found.unit, found.bin, found.count, found.weight, found.rows, left_out,
        asked.smallest, receipt,
    )  # fmt: skip


def _bins(asked: Asked, files: PointFiles) -> TimeBins:
    """The bins of the time there is, or of the part that was asked for."""
    from stadslab.build.pointfiles import check_years, span_of
    from stadslab.build.timebins import in_quarters, instant_of, time_bins

    if asked.timezone and not files.zone:
        what = f"column {asked.time!r} does not say which clock its times were read from"
        raise InputError(Problem("timezone", what, "leave --timezone out: they are counted as they are written"))
    zone = asked.timezone or files.zone
    since = instant_of("since", asked.since, zone) if asked.since else None
    until = instant_of("until", asked.until, zone) if asked.until else None
    if since is None or until is None:
        span = span_of(files)
        if span is None:
            return time_bins(asked.by, 0, 0, zone)
        check_years(files, span)
        span = in_quarters(span)
        since, until = span[0] if since is None else since, span[1] if until is None else until
    if until <= since and (asked.since or asked.until):
        last = f"{asked.since or 'the beginning'} until {asked.until or 'the end'}"
        raise InputError(Problem("time", f"from {last} is no time at all", "until has to come after since"))
    return time_bins(asked.by, since, until, zone)
