"""Hours, days and hours of the week: which bin does an instant fall into, in a given time zone?

Every offset of a time zone in use today is a multiple of a quarter of an hour, so a table with one bin for each quarter
says it all, summer time included; where an older offset is not, or a part of a quarter was asked for, the table has a
row for each minute or second.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pyarrow as pa

from stadslab.core.errors import InputError, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

By = Literal["unit", "hour", "day", "month", "hour_of_day", "day_of_week", "hour_of_week"]
WAYS: tuple[str, ...] = get_args(By)
CALENDAR = ("hour", "day", "month")
MOST_SLOTS = 1 << 24
HOUR, DAY = 3600, 86400


@dataclass(frozen=True, slots=True, eq=False)
class TimeBins:
    """Bins of time, and the table that finds them.

    Slot k holds the seconds since 1970 (UTC, or as written where no zone is known) from start + k step to the next; its
    bin is slots[k], int32, negative outside the time asked for. labels: what each bin is called, one each.
    """

    by: str
    start: int
    step: int
    slots: NDArray[np.int32]
    labels: pa.Array

    def __len__(self) -> int:
        """How many bins."""
        return len(self.labels)


def time_bins(by: str, first: int, end: int, zone: str = "") -> TimeBins:
    """Bins of `by` that cover the seconds from `first` up to but not including `end`.

    zone: whose clock and calendar, such as Europe/Stockholm; empty for times as they are written. When the clock is put
    back an hour is lived twice and counted as two, except in `hour_of_day` and `hour_of_week`. Labels: the beginning of
    an hour (a timestamp), a day (a date), the month as `2026-03`, hours from 0, days of the week from 1 (Monday), hours
    of the week from 0 (Monday after midnight). `unit` is one bin for all of that time. Raises `InputError` for an
    unknown zone and for too long a time.
    """
    for step in (HOUR // 4, 60, 1):
        start = first - first % step
        count = max(-(-(end - start) // step), 0)
        if count > MOST_SLOTS:
            what = f"{(end - first) / DAY / 365.25:,.0f} years are too long to be cut into bins"
            raise InputError(Problem("time", what, "say which part counts, from and until when"))
        instant = start + step * np.arange(count, dtype=np.int64)
        local = _local(instant, zone)
        # no slot may be cut by an odd offset, by clocks that change within it, or by an end of the time
        whole = not ((local - instant) % step).any() and (_local(instant + step - 1, zone) - local == step - 1).all()
        whole = whole and (step == 1 or (first % step == 0 and end % step == 0))
        if whole:
            break
    key = _key(by, instant, local)
    known, slots = np.unique(key, return_inverse=True)
    return TimeBins(by, start, step, slots.astype(np.int32), _labels(by, known, zone))


def in_quarters(span: tuple[int, int]) -> tuple[int, int]:
    """The span widened to whole quarters of an hour, which takes the fewest slots."""
    quarter = HOUR // 4
    return span[0] - span[0] % quarter, span[1] + -span[1] % quarter


def instant_of(where: str, text: str, zone: str = "") -> int:
    """Seconds since 1970 of a date or time such as `2026-03-01` or `2026-03-01T06:30`, on the clocks of the zone.

    Raises `InputError` for what is none, with a part of a second, or an hour that was skipped or lived twice.
    """
    import pandas as pd

    try:
        time: Any = pd.Timestamp(text)
        if not isinstance(time, pd.Timestamp) or time.microsecond or time.nanosecond:  # it may be no time
            raise ValueError(text)
        if time.tzinfo is None:
            time = time.tz_localize(zone or "UTC")
    except (ValueError, TypeError, LookupError, OSError):
        hint = "such as 2026-03-01 or 2026-03-01T06:30"
        raise InputError(Problem(where, f"{text!r} is no time{f' in {zone}' if zone else ''}", hint)) from None
    return int(time.timestamp())


def _local(instant: NDArray[np.int64], zone: str) -> NDArray[np.int64]:
    """What the clocks of the zone show, as seconds since 1970 on them."""
    if not zone or not len(instant):
        return instant
    import pandas as pd

    try:
        index = pd.DatetimeIndex(instant.astype("datetime64[s]")).tz_localize("UTC").tz_convert(zone)
    except (KeyError, ValueError, TypeError, LookupError, OSError):
        raise InputError(Problem("time zone", f"{zone!r} is not known", "such as Europe/Stockholm or UTC")) from None
    return np.asarray(index.tz_localize(None).to_numpy().astype("datetime64[s]").astype(np.int64))


def _key(by: str, instant: NDArray[np.int64], local: NDArray[np.int64]) -> NDArray[np.int64]:
    """Equal for the slots of one bin, ascending with time."""
    if by == "unit":
        return np.zeros_like(instant)
    if by == "hour":
        return np.asarray(instant - local % HOUR)
    if by == "day":
        return local // DAY
    if by == "month":
        return np.asarray(local.astype("datetime64[s]").astype("datetime64[M]").astype(np.int64))
    if by == "hour_of_day":
        return np.asarray(local // HOUR % 24)
    weekday = (local // DAY + 3) % 7  # 1970 began on a Thursday
    if by == "day_of_week":
        return np.asarray(weekday + 1)
    if by == "hour_of_week":
        return np.asarray(weekday * 24 + local // HOUR % 24)
    raise InputError(Problem("by", f"{by!r} is no way to cut time", f"one of {', '.join(WAYS)}"))


def _labels(by: str, known: NDArray[np.int64], zone: str) -> pa.Array:
    if by == "hour":
        return pa.array(known.astype("datetime64[s]")).cast(pa.timestamp("s", zone or None))
    if by == "day":
        return pa.array(known.astype("datetime64[D]"), pa.date32())
    if by == "month":
        return pa.array(known.astype("datetime64[M]").astype(str), pa.string())
    return pa.array([""] * len(known), pa.string()) if by == "unit" else pa.array(known, pa.int16())


def words(labels: Any) -> list[str]:
    """Labels as a person reads them: `2026-03-01 08:00`, `2026-03-01`, `2026-03`, `8`."""
    return [v.strftime("%Y-%m-%d %H:%M") if hasattr(v, "hour") else str(v) for v in labels.to_pylist()]
