"""Several timetables in one city: each feed's rows and verdict are kept apart and told together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.errors import Problem
from stadslab.core.layer import Layer, Stamp, Verdict
from stadslab.core.schema import schema_named

if TYPE_CHECKING:
    from stadslab.core.city import City

TOLD = ("title", "licence", "attribution", "homepage", "vintage")


def merged(
    name: str,
    tables: Mapping[str, pa.Table],
    records: Mapping[str, dict[str, Any]],
    city: City | None,
    loaded: Iterable[str],
) -> Layer | None:
    """One layer of all feeds: those of `tables` (feed name to rows), beside what the city has of feeds not loaded now.

    None when neither has such a layer.
    records: feed name to what the stamp tells of it: title, licence, attribution, homepage, vintage, synthetic, inputs,
    params and a verdict of this layer.
    """
    told = dict(records)
    parts = [schema_named(name).conform(table, f"layer {name}") for table in tables.values()]
    if city is None or name not in city:
        if not parts:
            return None
    else:
        old = city[name]
        rows = old.scan()
        for feed, record in old.stamp.params.get("feeds", {}).items():
            if feed not in loaded:
                told[feed] = record
                parts.append(rows.filter(pc.starts_with(rows["id"], f"gtfs:{feed}/")))
    return Layer.of(
        name,
        pa.concat_tables([schema_named(name).arrow.empty_table(), *parts]),
        _stamp({feed: told[feed] for feed in sorted(told)}),
    )


def _stamp(records: dict[str, dict[str, Any]]) -> Stamp:
    verdicts = {feed: record["verdict"] for feed, record in records.items()}
    dropped: Counter[str] = Counter()
    for verdict in verdicts.values():
        dropped.update(verdict["dropped"])
    several = len(records) > 1
    notes = [f"{feed}: {note}" if several else note for feed, v in verdicts.items() for note in v["notes"]]
    verdict = Verdict(
        sum(v["rows_in"] for v in verdicts.values()),
        sum(v["rows_kept"] for v in verdicts.values()),
        dict(dropped),
        tuple(notes),
    )
    told = {key: "; ".join(dict.fromkeys(r[key] for r in records.values() if r[key])) for key in TOLD}
    inputs = dict.fromkeys(tuple(pair) for record in records.values() for pair in record["inputs"])
    return Stamp(
        source="gtfs",
        inputs=tuple((str(a), str(b)) for a, b in inputs),
        params={"feeds": records},
        verdict=verdict,
        synthetic=any(record["synthetic"] for record in records.values()),
        **told,
    )


def loaded_before(city: City | None, feed: str, inputs: Iterable[tuple[str, str]]) -> list[Problem]:
    """The very same file under another name: its service would count twice."""
    if city is None or "trips" not in city:
        return []
    ours = {digest for _, digest in inputs}
    return [
        Problem(f"gtfs, {feed}", f"this very file is in the city already, as feed {other!r}", f"say feed={other}")
        for other, record in city["trips"].stamp.params.get("feeds", {}).items()
        if other != feed and {digest for _, digest in record["inputs"]} == ours
    ]


def editions(city: City | None, feed: str, stops: pa.Table) -> list[str]:
    """Other feeds of the city that share most stop ids with this one: perhaps an older edition that should be gone."""
    if city is None or "stops" not in city:
        return []
    own = pc.replace_substring(stops["id"], f"gtfs:{feed}/", "")
    notes = []
    there = city["stops"].scan("id")["id"]
    for other in city["stops"].stamp.params.get("feeds", {}):
        if other == feed:
            continue
        theirs = pc.replace_substring(there.filter(pc.starts_with(there, f"gtfs:{other}/")), f"gtfs:{other}/", "")
        shared = pc.sum(pc.is_in(own, value_set=theirs)).as_py() or 0
        if len(own) and shared * 2 > len(own):
            notes.append(
                f"{shared:,} of its {len(own):,} stop ids are in feed {other} as well: if it is another edition of "
                f"that, load it with feed={other}, which replaces it"
            )
    return notes


def clock_problems(city: City | None, feeds: Mapping[str, str]) -> list[Problem]:
    """Feeds (name to timezone) that tell their times by another clock than each other or than the city's others."""
    clocks = {zone: f"feed {feed}" for feed, zone in feeds.items() if zone}
    if city is not None and "routes" in city:
        for row in city["routes"].scan("id", "timezone").to_pylist():
            if row["id"].partition("/")[0].removeprefix("gtfs:") not in feeds:
                clocks.setdefault(row["timezone"], f"the timetable {city.name} already has")
    if len(clocks) < 2:
        return []
    listed = "; ".join(f"{who} in {zone}" for zone, who in sorted(clocks.items()))
    hint = "timetables of one city need one clock: say timezone= when both mean the same"
    return [Problem("gtfs", f"times are told in {len(clocks)} timezones: {listed}", hint)]
