"""The days each service runs: weekdays between two dates, with days added and taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.errors import Problem
from stadslab.sources.gtfs.stops import ids_problems, prefixed
from stadslab.sources.gtfs.tables import Sheet, days, places_in, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COLUMNS = ("service_id", *WEEKDAYS, "start_date", "end_date")
DATES_COLUMNS = ("service_id", "date", "exception_type")
LONGEST_DAYS = 3660  # a calendar of more than ten years is a placeholder
HINT = "a day is written YYYYMMDD, such as 20190513"


class Calendar:
    """Services of one feed and the days they run.

    ids: services as in the files. service: int32[n], day: datetime64[D][n]: one entry for each service and day it runs,
    in order.
    """

    __slots__ = ("day", "ids", "service")

    def __init__(self, ids: pa.Array, service: NDArray[np.int32], day: NDArray[np.datetime64]) -> None:
        """Keep the arrays."""
        self.ids, self.service, self.day = ids, service, day


def read_calendar(weekly: Sheet | None, exceptions: Sheet | None, problems: list[Problem]) -> Calendar:
    """Both files resolved to days; either may be missing."""
    names = [sheet["service_id"] for sheet in (weekly, exceptions) if sheet is not None]
    ids = pa.concat_arrays(names).unique() if names else pa.array([], pa.string())
    parts: list[tuple[NDArray[np.int32], NDArray[np.datetime64]]] = []
    if weekly is not None:
        problems += ids_problems(weekly, "service_id")
        parts += _weekly(weekly, ids, problems)
    service, day = _joined(parts)
    if exceptions is not None:
        service, day = _with_exceptions(service, day, exceptions, ids, problems)
    return Calendar(ids, service, day)


def _weekly(
    sheet: Sheet, ids: pa.Array, problems: list[Problem]
) -> list[tuple[NDArray[np.int32], NDArray[np.datetime64]]]:
    first, bad_first = days(sheet["start_date"])
    last, bad_last = days(sheet["end_date"])
    bad_first, bad_last = bad_first | np.isnat(first), bad_last | np.isnat(last)
    for name, bad in (("start_date", bad_first), ("end_date", bad_last)):
        problems += sheet.complain(bad, lambda row, n=name: f"{n} {sheet.cell(n, row)!r} is no day", HINT)  # type: ignore[misc]
    runs = np.zeros((len(sheet), 7), np.bool_)
    fine = ~(bad_first | bad_last)
    for number, name in enumerate(WEEKDAYS):
        value, bad = whole(sheet[name])
        bad |= (value != 0) & (value != 1)
        problems += sheet.complain(bad, lambda row, n=name: f"{n} is {sheet.cell(n, row)!r}", "1 for yes, 0 for no")  # type: ignore[misc]
        runs[:, number] = value == 1
    turned = fine & (last < first)

    def span(row: int) -> str:
        return f"service {sheet.cell('service_id', row)!r} runs from {first[row]} to {last[row]}"

    problems += sheet.complain(turned, span, "the last day must not be before the first")
    endless = fine & ((last - first).astype(np.int64) > LONGEST_DAYS)
    problems += sheet.complain(endless, span, "write the days the timetable is really known for")
    at = places_in(sheet["service_id"], ids)
    parts = []
    for row in np.flatnonzero(fine & ~turned & ~endless).tolist():
        every = np.arange(first[row], last[row] + 1)
        weekday = (every.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
        on = every[runs[row, weekday]]
        parts.append((np.full(len(on), at[row], np.int32), on))
    return parts


def _with_exceptions(
    service: NDArray[np.int32],
    day: NDArray[np.datetime64],
    sheet: Sheet,
    ids: pa.Array,
    problems: list[Problem],
) -> tuple[NDArray[np.int32], NDArray[np.datetime64]]:
    date, bad = days(sheet["date"])
    bad |= np.isnat(date)
    problems += sheet.complain(bad, lambda row: f"date {sheet.cell('date', row)!r} is no day", HINT)
    kind, odd = whole(sheet["exception_type"])
    odd |= (kind != 1) & (kind != 2)
    hint = "1 for a day added, 2 for a day taken away"
    problems += sheet.complain(odd, lambda row: f"exception_type is {sheet.cell('exception_type', row)!r}", hint)
    at = places_in(sheet["service_id"], ids)
    add, take = ~(bad | odd) & (kind == 1), ~(bad | odd) & (kind == 2)
    service, day = _joined([(service, day), (at[add], date[add])])
    gone = np.isin(_key(service, day), _key(at[take], date[take]))
    return service[~gone], day[~gone]


def _key(service: NDArray[np.int32], day: NDArray[np.datetime64]) -> NDArray[np.int64]:
    return np.asarray(service.astype(np.int64) * 10_000_000 + day.astype("datetime64[D]").astype(np.int64))


def _joined(
    parts: list[tuple[NDArray[np.int32], NDArray[np.datetime64]]],
) -> tuple[NDArray[np.int32], NDArray[np.datetime64]]:
    """Each service and day once, in order."""
    service = np.concatenate([np.empty(0, np.int32), *(s for s, _ in parts)])
    day = np.concatenate([np.empty(0, "datetime64[D]"), *(d for _, d in parts)])
    _, first = np.unique(_key(service, day), return_index=True)
    return service[first], day[first]


def days_table(calendar: Calendar, used: NDArray[np.bool_], prefix: str) -> pa.Table:
    """The rows of the layer: days of services that some trip uses."""
    keep = used[calendar.service]
    names = prefixed(prefix, calendar.ids).take(pa.array(calendar.service[keep]))
    dates = pa.array(np.datetime_as_string(calendar.day[keep], "D").tolist(), pa.string())
    return pa.table({"id": pc.binary_join_element_wise(names, dates, "@"), "service": names, "date": dates})


def days_notes(calendar: Calendar, departures: NDArray[np.int64]) -> list[str]:
    """Which days are covered, where are gaps, how much runs on each weekday?

    departures: int64[services], journeys of each service on a day it runs.
    """
    runs = departures[calendar.service] > 0
    day, count = calendar.day[runs], departures[calendar.service[runs]]
    if not len(day):
        return []
    first = day.min()
    total = np.bincount((day - first).astype(np.int64), weights=count).astype(np.int64)
    every = first + np.arange(len(total))
    weekday = (every.astype(np.int64) + 3) % 7
    notes = [f"service from {first} to {every[-1]}, on {int((total > 0).sum()):,} days"]
    usual, never = [], []
    for number, name in enumerate(WEEKDAYS):
        on = total[(weekday == number) & (total > 0)]
        if len(on):
            usual.append((name.capitalize(), f"{np.median(on):,.1f}".removesuffix(".0")))
        elif (weekday == number).any():
            never.append(name.capitalize())
    notes.append("journeys a day (median): " + _by_weekday(usual))
    if never:
        notes.append(f"no service on any {' or '.join(never)}")
    gaps = every[(total == 0) & ~np.isin(weekday, [n for n, w in enumerate(WEEKDAYS) if w.capitalize() in never])]
    if len(gaps):
        shown = ", ".join(str(d) for d in gaps[:6]) + (f" and {len(gaps) - 6:,} more" if len(gaps) > 6 else "")
        notes.append(f"no service on {shown}")
    served = np.flatnonzero(total)
    high, low = served[total[served].argmax()], served[total[served].argmin()]
    if total[high] != total[low]:
        notes.append(
            f"busiest day {every[high]} with {total[high]:,} journeys, quietest with service {every[low]} "
            f"with {total[low]:,}"
        )
    return notes


def _by_weekday(usual: list[tuple[str, str]]) -> str:
    """Weekdays in a row with the same number are told together: `Monday to Friday 529, Saturday 416`."""
    from itertools import groupby

    told = []
    for count, days_alike in groupby(usual, key=lambda pair: pair[1]):
        names = [name for name, _ in days_alike]
        between = " and " if len(names) == 2 else " to "
        told.append(between.join(dict.fromkeys((names[0], names[-1]))) + f" {count}")
    return ", ".join(told)
