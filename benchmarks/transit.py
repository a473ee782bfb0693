"""Travel times by public transport over a window of departures: many origins side by side beside range RAPTOR.

R5 itself cannot run here: its program comes from a release page, from no package registry. Range RAPTOR over every
minute is its method (Conway, Byrd and van der Linden 2017), and ours, compiled by the same compiler on the same arrays,
is its stand-in: the ratios compare algorithms in one language, not programs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.child import Clock, Outcome, run
from benchmarks.data import real
from benchmarks.report import Section, in_turn, median, plain, ratio, seconds, under

FOLDER = "peer_porto_alegre"
FEEDS = ("poa_eptc_full_calendar_2019.gtfs.zip", "poa_trensurb.gtfs.zip")
CRS, DATE, START, MINUTES = "EPSG:32722", "2019-05-13", "07:00", 121
LIMIT_MINUTES, WALK_M = 120, 1000
WHOLE = 256  # origins whose arrivals are handed over whole
ALONE = {"range RAPTOR": 256, "connection scan": 64, "RAPTOR afresh each minute": 16}
PERCENT = (5, 25, 50, 75, 95)
STOPS_AT_ONCE = 512
UNLIMITED = 10**6  # more rides than there are trips


def town(clock: Clock, arrays: str) -> dict[str, Any]:
    """The streets, the feeds, the hexagons: the arrays of a day with its walks, and the doors."""
    import numpy as np
    import pandas as pd

    from stadslab.build.projection import to_metres
    from stadslab.build.streetgraph import build_streetgraph
    from stadslab.build.timetable import build_timetable
    from stadslab.build.transit import Outing, doors, service
    from stadslab.core.city import City
    from stadslab.core.source import Raw, RawFile
    from stadslab.sources import gtfs, osm

    with clock("read"):
        (streets,) = osm.read(Raw((RawFile(Path(real(f"{FOLDER}/poa.osm.pbf")), ""),)), layers=("streets",))
        city = City("porto-alegre", CRS).with_layer(streets)
        feeds = Raw(tuple(RawFile(Path(real(f"{FOLDER}/{feed}")), "") for feed in FEEDS))
        city = city.with_layer(*gtfs.read(feeds, city))
        hexagons = pd.read_csv(real(f"{FOLDER}/poa_hexgrid.csv"))
    with clock("build"):
        graph = build_streetgraph(streets, CRS)
        outing = Outing(
            DATE, START, MINUTES, max_minutes=LIMIT_MINUTES, max_walk_minutes=WALK_M / 60, walk_speed_m_s=1.0
        )
        run_ = service(graph, build_timetable(city), outing)
        xy = to_metres(CRS, hexagons[["lon", "lat"]].to_numpy())
        ways = doors(graph, run_, outing, xy, xy)
    day = run_.day
    save(arrays, day, ways, outing.departures, outing.limit_s)
    save(arrays.replace(".npz", "-crow.npz"), crow(day, run_.stop_xy), ways, outing.departures, outing.limit_s)
    with_stops = np.flatnonzero(np.diff(ways.access_ptr) > 0).size
    return {"stops": day.n_stops, "trips": len(day.time_ptr) - 1, "hops": int(hops_in(day, outing)),
            "walks": len(day.foot_to), "hexagons": len(xy), "with_stops": with_stops}  # fmt: skip


def crow(day: Any, xy: Any) -> Any:
    """The same day with walks between all stops as the crow flies, for a place where one can cross."""
    import numpy as np
    from scipy.spatial import cKDTree

    pairs = cKDTree(xy).query_pairs(WALK_M, output_type="ndarray").astype(np.int32)
    tail, head = np.concatenate([pairs, pairs[:, ::-1]]).T
    order = np.lexsort((head, tail))
    tail, head = tail[order], head[order]
    ptr = np.zeros(day.n_stops + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=day.n_stops), out=ptr[1:])
    walk = np.ceil(np.hypot(*(xy[tail] - xy[head]).T)).astype(np.int32)
    return day._replace(foot_ptr=ptr, foot_to=np.ascontiguousarray(head), foot_s=walk)


def hops_in(day: Any, outing: Any) -> int:
    """How many hops from stop to stop matter for the window."""
    from stadslab.kernels import changes

    return int(changes.cut(day, outing.start_s, int(outing.departures[-1]) + outing.limit_s).depart.size)


def save(arrays: str, day: Any, ways: Any, depart: Any, limit_s: int) -> None:
    """Keep what the contenders are asked."""
    import numpy as np

    named = {f"day_{name}": value for name, value in day._asdict().items()}
    named |= {f"ways_{name}": value for name, value in ways._asdict().items()}
    np.savez(arrays, depart=depart, limit_s=limit_s, **named)


def load(arrays: str) -> tuple[Any, Any, Any, dict[str, Any]]:
    """Day, doors, departures and terms."""
    import numpy as np

    from stadslab.kernels.doors import Doors
    from stadslab.kernels.timetable import Day

    given = dict(np.load(arrays))
    columns = {name: given[f"day_{name}"] for name in Day._fields}
    day = Day(**(columns | {"n_stops": int(columns["n_stops"])}))
    ways = Doors(**{name: given[f"ways_{name}"] for name in Doors._fields})
    return day, ways, given["depart"], {"slack_s": 0, "limit_s": int(given["limit_s"]), "end_on_foot": False}


def chosen(ways: Any) -> Any:
    """Doors of the origins with a stop in reach, shuffled."""
    import numpy as np

    from stadslab.kernels.doors import of_origins

    able = np.flatnonzero(np.diff(ways.access_ptr) > 0)
    return of_origins(ways, np.random.default_rng(3).permutation(able))


def one_to_all(clock: Clock, arrays: str, engine: str, rides: int, answers: str) -> dict[str, Any]:
    """Arrivals at all stops for all departures, on one core: from all origins side by side, from some one by one."""
    day, ways, depart, terms = load(arrays)
    ways, terms = chosen(ways), terms | {"max_rides": rides}
    ask = side_by_side if engine == "side by side" else alone
    return ask(clock, day, ways, depart, terms, answers, engine)


def side_by_side(
    clock: Clock, day: Any, ways: Any, depart: Any, terms: dict[str, Any], answers: str, _: str
) -> dict[str, Any]:
    """Ours, 64 at a time: travel times at all stops, some stops at once, as the matrix takes them."""
    import numpy as np

    from stadslab.kernels import abreast, doors, tiles, timetable
    from stadslab.kernels._lanes import ABREAST
    from stadslab.kernels.sidebyside import groups

    limit_s = terms["limit_s"]
    rider = timetable.riding(day.n_stops, *ways[1:3], depart, terms["max_rides"], terms["slack_s"], limit_s)
    kind, unreached = tiles.kind(limit_s), tiles.never(limit_s)
    for phase in ("first prepare", "prepare"):
        with clock(phase):
            ready = abreast.window(timetable.checked(day), rider, np.ones(day.n_stops, np.uint8), 1)
    rows = np.empty(STOPS_AT_ONCE * depart.size * ABREAST, kind)
    access = ways[:3]
    for phase in ("first call", "ask"):
        with clock(phase):
            own = abreast.desk(ready, ways.access_ptr)
            order = groups(*ways[:2], day.n_stops, ABREAST)
            for start in range(0, order.size, ABREAST):
                origins = order[start : start + ABREAST]
                abreast.search(ready, own, origins, *access)
                for stop in range(0, day.n_stops, STOPS_AT_ONCE):
                    stops = np.arange(stop, min(stop + STOPS_AT_ONCE, day.n_stops), dtype=np.int32)
                    abreast.rows_to(ready, own, stops, unreached, rows)
                abreast.leave(own, origins, *access[:2])
    some, few = (at_stops(doors.of_origins(ways, np.arange(n)), day.n_stops) for n in (WHOLE, doors.FEW))
    doors.travel_many(day, few, depart, threads=1, **terms)  # loads what is compiled
    with clock("ask, handed over as int32[origin, stop, departure]"):
        found = doors.travel_many(day, some, depart, threads=1, **terms)
    np.save(answers, found[: min(ALONE.values())])
    changes_kept = sum(len(part.hops.change_to) for part in ready.parts)
    return {"origins": ways.origins, "changes": changes_kept, "slots": ready.parts[0].hops.slots}


def at_stops(ways: Any, stops: int) -> Any:
    """Doors whose places are the stops."""
    import numpy as np

    every = np.arange(stops, dtype=np.int32)
    none = np.zeros(0, np.int32)
    return ways._replace(
        egress_ptr=np.arange(stops + 1), egress_stop=every, egress_s=np.zeros(stops, np.int32),
        direct_ptr=np.zeros(ways.origins + 1, np.int64), direct_place=none, direct_s=none,
    )  # fmt: skip


def alone(
    clock: Clock, day: Any, ways: Any, depart: Any, terms: dict[str, Any], answers: str, engine: str
) -> dict[str, Any]:
    """One origin after the other."""
    import numpy as np

    from stadslab.kernels import connections, raptor, timetable

    with clock("prepare"):
        scanned = engine == "connection scan"
        ready: Any = timetable.connections_of(day) if scanned else raptor.prepare(day)
    ask: Callable[..., Any] = connections.profile if scanned else raptor.profile

    def of(origin: int) -> Any:
        walks = slice(ways.access_ptr[origin], ways.access_ptr[origin + 1])
        access = ways.access_stop[walks], ways.access_s[walks]
        if engine == "RAPTOR afresh each minute":
            return np.concatenate([ask(ready, *access, depart[m : m + 1], **terms) for m in range(depart.size)])
        return ask(ready, *access, depart, **terms)

    with clock("first call"):
        of(0)
    kept = []
    with clock("ask"):
        for origin in range(ALONE[engine]):
            arrival = of(origin)
            if origin < min(ALONE.values()):
                kept.append(arrival)
    found = np.stack(kept)
    travel = np.where(found == 2**31 - 1, found, found - depart[None, :, None])
    np.save(answers, travel.transpose(0, 2, 1))
    return {"origins": ALONE[engine]}


def matrix(clock: Clock, arrays: str, engine: str, rides: int, threads: int, answers: str) -> dict[str, Any]:
    """Percentiles from every hexagon to every other: walks, rides, walks, or walking all the way."""
    import numpy as np

    from stadslab.kernels import abreast, doors, timetable

    day, ways, depart, terms = load(arrays)
    terms |= {"max_rides": rides}
    doors.FEW = 0 if engine == "side by side" else ways.origins + 1
    with clock("first call"):
        doors.profile_many(day, doors.of_origins(ways, np.arange(2)), depart, PERCENT, threads=1, **terms)
    if engine == "side by side":
        rider = timetable.riding(day.n_stops, *ways[1:3], depart, rides, terms["slack_s"], terms["limit_s"])
        with clock("of it, finding the changes worth making"):
            abreast.window(timetable.checked(day), rider, np.ones(day.n_stops, np.uint8), threads)
    with clock("all"):
        found = doors.profile_many(day, ways, depart, PERCENT, threads=threads, **terms)
    np.save(answers, found)
    return {"reached": float((found[:, :, 2] < 2**31 - 1).mean()), "rising": bool((np.diff(found, axis=2) >= 0).all())}


def agree(clock: Clock, mine: str, others: list[str]) -> dict[str, Any]:
    """In how many labels do they differ?"""
    import numpy as np

    with clock("compare"):
        ours = np.load(mine)
        differ = {other: int((np.load(other) != ours).sum()) for other in others}
    return {"labels": int(ours.size), "differ": differ}


def measure(rounds: int, say: Callable[[str], None]) -> list[Section]:
    """The tables."""
    with tempfile.TemporaryDirectory() as folder:
        arrays = str(Path(folder, "town.npz"))
        say("transit: reading the town")
        facts = run("transit.town", arrays=arrays).facts
        crowded = arrays.replace(".npz", "-crow.npz")
        sections = [
            _one_to_all(arrays, "walks over the streets", facts, rounds, say),
            _one_to_all(crowded, "walks between stops as the crow flies", facts, rounds, say),
            _matrix(arrays, facts, rounds, say),
        ]
    sections[0].notes.append(
        "R5 itself cannot run here (its program is in no package registry): range RAPTOR over every minute, its "
        "method, in the same language on the same arrays, stands in for it; the ratios compare algorithms, not programs"
    )
    return sections


@contextmanager
def _files() -> Iterator[Callable[[str], str]]:
    """A file for each contender's answers."""
    with tempfile.TemporaryDirectory() as folder:
        yield lambda name: str(Path(folder, f"{name.replace(' ', '-')}.npy"))


def _one_to_all(arrays: str, title: str, facts: dict[str, Any], rounds: int, say: Callable[[str], None]) -> Section:
    with _files() as file:

        def asked(engine: str, rides: int) -> Callable[[], Outcome]:
            answers = file(f"{engine} {rides}")
            return partial(run, "transit.one_to_all", arrays=arrays, engine=engine, rides=rides, answers=answers)

        contenders = {f"{engine}, 4 rides": asked(engine, 4) for engine in ("side by side", *ALONE)}
        for engine in ("side by side", "range RAPTOR"):
            contenders[f"{engine}, 8 rides"] = asked(engine, 8)
        contenders["side by side, any number of rides"] = asked("side by side", UNLIMITED)
        seen = in_turn(contenders, rounds, under(title, say))
        compared = {
            rides: run("transit.agree", mine=file(f"side by side {rides}"),
                       others=[file(f"{engine} {rides}") for engine in engines]).facts
            for rides, engines in ((4, list(ALONE)), (8, ["range RAPTOR"]))
        }  # fmt: skip
    section = Section(
        f"transit: from one origin to all {facts['stops']:,} stops, {MINUTES} departures, one core, {title}",
        ("algorithm", "cpu ms an origin", "range RAPTOR / it, cpu", "getting ready, cpu s", "origins asked"),
        raw={**facts, **plain(seen)},
    )
    middle = {name: median(outcomes) for name, outcomes in seen.items()}
    each = {name: o.phases["ask"][1] * 1000 / o.facts["origins"] for name, o in middle.items()}
    for name, found in middle.items():
        beside = each["range RAPTOR, 8 rides" if "8" in name or "any" in name else "range RAPTOR, 4 rides"]
        ready = seconds(found.phases["prepare"][1])
        section.rows.append(
            (name, f"{each[name]:.2f}", f"{beside / each[name]:.1f}", ready, f"{found.facts['origins']}")
        )
        whole = found.phases.get("ask, handed over as int32[origin, stop, departure]")
        if whole:
            cost = whole[1] * 1000 / WHOLE
            label = f"{name}: getting ready and handing over int32 arrays included"
            section.rows.append((label, f"{cost:.2f}", f"{beside / cost:.1f}", "", f"{WHOLE}"))
    for rides, said in compared.items():
        assert not any(said["differ"].values()), f"{title}, {rides} rides: {said}"
    ours = middle["side by side, 4 rides"].facts
    section.notes += [
        (
            f"{DATE} {START}, trips up to {LIMIT_MINUTES} minutes, walks up to {WALK_M} m at 1 m/s; {facts['trips']:,} "
            f"trips with {facts['hops']:,} hops in the window; {ours['changes']:,} changes worth making"
        ),
        f"of {compared[4]['labels']:,} labels none differs between the algorithms",
        "any number of rides is set beside range RAPTOR with 8",
    ]
    return section


def _matrix(arrays: str, facts: dict[str, Any], rounds: int, say: Callable[[str], None]) -> Section:
    with _files() as file:
        seen = in_turn(
            {
                f"{engine}, {threads} threads" if threads > 1 else f"{engine}, 1 thread": partial(
                    run, "transit.matrix", arrays=arrays, engine=engine, rides=4, threads=threads,
                    answers=file(f"{engine} {threads}"),
                )
                for engine, threads in (("side by side", 2), ("side by side", 1), ("range RAPTOR", 2))
            },
            rounds,
            under("matrix", say),
        )  # fmt: skip
        others = [file("range RAPTOR 2"), file("side by side 1")]
        said = run("transit.agree", mine=file("side by side 2"), others=others).facts
    assert not any(said["differ"].values()), f"matrix: {said}"
    n = facts["hexagons"]
    section = Section(
        f"transit: {n:,} x {n:,} hexagons, {MINUTES} departures, {len(PERCENT)} percentiles, up to 4 rides",
        ("algorithm", "wall s", "cpu s", "of it finding changes, wall s", "cpu s", "range RAPTOR / it, cpu", "peak MB"),
        raw=plain(seen),
    )
    middle = {name: median(outcomes) for name, outcomes in seen.items()}
    peer = middle["range RAPTOR, 2 threads"].phases["all"][1]
    for name, found in middle.items():
        wall, cpu = found.phases["all"]
        assert found.facts["rising"]
        changes = found.phases.get("of it, finding the changes worth making")
        part = tuple(map(seconds, changes)) if changes else ("", "")
        section.rows.append((name, seconds(wall), seconds(cpu), *part, f"{peer / cpu:.1f}", f"{found.peak_mb:.0f}"))
    first = middle["side by side, 2 threads"]
    walls = ratio(first.phases["all"][0], middle["range RAPTOR, 2 threads"].phases["all"][0])
    section.notes += [
        f"{first.facts['reached']:.0%} of pairs within {LIMIT_MINUTES} minutes at the median",
        f"of {said['labels']:,} figures none differs; percentiles never fall",
        f"getting the town ready (streets, feeds, walks) is not part of it; wall, ours / range RAPTOR: {walls}",
    ]
    return section
