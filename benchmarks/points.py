"""Fifty million points from Parquet to H3 cells by the hour, and to 5,000 areas: ours beside other tools.

Every contender reads the same file in a process of its own, imports and compilation apart. Peers that are slow get a
part of the rows and are scaled, which is said. Every answer is compared with ours, count by count.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.child import Clock, Outcome, SkippedError, run
from benchmarks.report import Section, in_turn, median, plain, ratio, seconds, under

ROWS = 50_000_000
CHUNK = 1_000_000
SAMPLE = 2_000_000
AREAS = 5_000
RESOLUTION = 9
CENTRE = (18.07, 59.33)
HALF_M = 30_000.0
START = 1_735_689_600  # 2025-01-01
HOURS = 168
COUNTED = "count"
"""The phase that is compared."""


def made(clock: Clock, path: str, rows: int) -> dict[str, Any]:
    """A week of points in a box of 60 x 60 km: 200 clusters and a tenth spread evenly, busy by day."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    random = np.random.default_rng(11)
    scale = np.array([1 / (111_320 * np.cos(np.radians(CENTRE[1]))), 1 / 110_574])
    middle = random.normal(0, HALF_M * 0.3, (200, 2)).clip(-HALF_M * 0.8, HALF_M * 0.8)
    spread, weight = random.uniform(150, 2500, 200), random.pareto(1.2, 200) + 0.1
    busy = 1.2 + np.sin((np.arange(24) - 9) / 24 * 2 * np.pi)
    schema = pa.schema([("lon", pa.float64()), ("lat", pa.float64()), ("t", pa.int64())])
    with clock("make"), pq.ParquetWriter(path, schema, compression="snappy") as file:
        for start in range(0, rows, CHUNK):
            n = min(CHUNK, rows - start)
            of = random.choice(200, n, p=weight / weight.sum())
            xy = middle[of] + random.normal(0, 1, (n, 2)) * spread[of, None]
            alone = random.random(n) < 0.1
            xy[alone] = random.uniform(-HALF_M, HALF_M, (int(alone.sum()), 2))
            lonlat = np.array(CENTRE) + xy.clip(-HALF_M, HALF_M) * scale
            day, hour = random.integers(0, 7, n), random.choice(24, n, p=busy / busy.sum())
            t = START + day * 86400 + hour * 3600 + random.integers(0, 3600, n)
            file.write_table(pa.table([lonlat[:, 0], lonlat[:, 1], t], schema=schema))
    return {"rows": rows, "megabytes": Path(path).stat().st_size / 1e6}


def _box() -> tuple[float, float, float, float]:
    import math

    east, north = HALF_M / (111_320 * math.cos(math.radians(CENTRE[1]))), HALF_M / 110_574
    return CENTRE[0] - east, CENTRE[1] - north, CENTRE[0] + east, CENTRE[1] + north


def _cells() -> list[str]:
    """Every cell that may hold a point."""
    import h3

    west, south, east, north = _box()
    spare = 0.01
    corners = [
        (south - spare, west - spare),
        (south - spare, east + spare),
        (north + spare, east + spare),
        (north + spare, west - spare),
    ]
    return sorted(h3.polygon_to_cells(h3.LatLngPoly(corners), RESOLUTION))


def _areas() -> Any:
    """Voronoi cells of random points over the box, shapely polygons."""
    import numpy as np
    import shapely

    west, south, east, north = _box()
    seeds = np.random.default_rng(2).uniform([west, south], [east, north], (AREAS, 2))
    around = shapely.box(west - 0.01, south - 0.01, east + 0.01, north + 0.01)
    return np.array(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=around).geoms, object)


def reading(clock: Clock, path: str, columns: list[str]) -> dict[str, Any]:
    """Reading the columns and nothing else, row groups in turn on one thread each."""
    from concurrent.futures import ThreadPoolExecutor

    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)

    def read(group: int) -> int:
        with pq.ParquetFile(path) as own:
            return sum(
                b.num_rows for b in own.iter_batches(1 << 16, row_groups=[group], columns=columns, use_threads=False)
            )

    with clock(COUNTED), ThreadPoolExecutor(_threads()) as pool:
        rows = sum(pool.map(read, range(file.num_row_groups)))
    return {"rows": rows}


def _threads() -> int:
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def ours_h3(clock: Clock, path: str, answers: str) -> dict[str, Any]:
    """Ours: a raster of the cells, then every row."""
    with clock("import"):
        import numpy as np

        from stadslab.build.pointcounts import count_points
        from stadslab.build.pointfiles import PointColumns, opened, span_of
        from stadslab.build.pointunits import finder_of_h3
        from stadslab.build.timebins import in_quarters, time_bins
    cells = _cells()
    finder_of_h3(cells[:50])
    with clock("raster"):
        finder = finder_of_h3(cells)
    files = opened([Path(path)], PointColumns("lon", "lat", "t"))
    count_points(files, finder, time_bins("hour", START, START + 3600))  # compile
    with clock(COUNTED):
        files = opened([Path(path)], PointColumns("lon", "lat", "t"))
        bins = time_bins("hour", *in_quarters(span_of(files) or (0, 0)))
        found = count_points(files, finder, bins)
    dense = np.zeros((len(cells), HOURS), np.uint32)
    hour = (np.array([label.value for label in bins.labels], np.int64) - START) // 3600
    dense[found.unit, hour[found.bin]] = found.count
    np.savez(answers, cells=np.array([int(c, 16) for c in cells], np.uint64), counts=dense)
    return {"counted": found.counted, "rows": found.rows, "raster_mb": finder.raster.nbytes / 1e6}


def polars_h3(clock: Clock, path: str, answers: str) -> dict[str, Any]:
    """polars-h3, streaming."""
    try:
        import polars as pl
        import polars_h3 as h3
    except ModuleNotFoundError as why:
        raise SkippedError(f"{why.name} is not in this environment; `make bench` installs it") from None
    with clock(COUNTED):
        cell = h3.latlng_to_cell("lat", "lon", RESOLUTION).alias("cell")
        hour = ((pl.col("t") - START) // 3600).alias("hour")
        found = pl.scan_parquet(path).select(cell, hour).group_by("cell", "hour").len().collect(engine="streaming")
    return _dense(found["cell"].to_numpy(), found["hour"].to_numpy(), found["len"].to_numpy(), answers)


def h3ronpy(clock: Clock, path: str, answers: str) -> dict[str, Any]:
    """h3ronpy and polars, row group by row group."""
    try:
        import polars as pl
        import pyarrow as pa
        from h3ronpy.vector import coordinates_to_cells
    except ModuleNotFoundError as why:
        raise SkippedError(f"{why.name} is not in this environment; `make bench` installs it") from None
    import pyarrow.parquet as pq

    with clock(COUNTED):
        file, parts = pq.ParquetFile(path), []
        for group in range(file.num_row_groups):
            read = file.read_row_group(group)
            cells = pa.array(coordinates_to_cells(read["lat"].chunk(0), read["lon"].chunk(0), RESOLUTION))
            rows = pl.DataFrame(
                {"cell": pl.Series(cells), "hour": (pl.Series(pl.from_arrow(read["t"])) - START) // 3600}
            )
            parts.append(rows.group_by("cell", "hour").len())
        found = pl.concat(parts).group_by("cell", "hour").agg(pl.col("len").sum())
    return _dense(found["cell"].to_numpy(), found["hour"].to_numpy(), found["len"].to_numpy(), answers)


def _dense(cell: Any, hour: Any, count: Any, answers: str) -> dict[str, Any]:
    """The peer's answer beside ours: how many counts differ?"""
    import numpy as np

    ours = np.load(answers)
    at = np.searchsorted(ours["cells"], cell.astype(np.uint64))
    dense = np.zeros_like(ours["counts"])
    np.add.at(dense, (at, hour), count.astype(np.uint32))
    assert (ours["cells"][at] == cell.astype(np.uint64)).all()
    return {"counted": int(count.sum()), "differ": int((dense != ours["counts"]).sum())}


def ours_areas(clock: Clock, path: str, answers: str, sample: int) -> dict[str, Any]:
    """Ours: a raster of the areas, then every row; and the sample that peers get, for comparison."""
    with clock("import"):
        import numpy as np
        import pyarrow.parquet as pq

        from stadslab.build.pointcounts import count_points
        from stadslab.build.pointfiles import PointColumns, opened
        from stadslab.build.pointunits import finder_of_areas
    areas = _areas()
    finder_of_areas(areas[:50])
    with clock("raster"):
        finder = finder_of_areas(areas)
    files = opened([Path(path)], PointColumns("lon", "lat"))
    few = opened([Path(path)], PointColumns("lon", "lat"))
    few = type(few)(few.pieces[: _groups(path, sample)], few.columns)
    part = count_points(few, finder)
    with clock(COUNTED):
        found = count_points(files, finder)
    counts = np.zeros(len(areas), np.int64)
    counts[part.unit] = part.count
    np.save(answers, counts)
    rows = pq.ParquetFile(path).metadata.num_rows
    return {"counted": found.counted, "rows": rows, "raster_mb": finder.raster.nbytes / 1e6}


def _groups(path: str, rows: int) -> int:
    """How many row groups hold so many rows?"""
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path)
    return max(1, min(file.num_row_groups, round(rows / file.metadata.row_group(0).num_rows)))


def _sample(path: str, rows: int) -> Any:
    import pyarrow.parquet as pq

    return pq.ParquetFile(path).read_row_groups(list(range(_groups(path, rows))), columns=["lon", "lat"])


def sedona(clock: Clock, path: str, answers: str, sample: int) -> dict[str, Any]:
    """A spatial join in sedonadb."""
    try:
        import sedonadb
    except ModuleNotFoundError:
        raise SkippedError("sedonadb is not in this environment; `make bench` installs it") from None
    import numpy as np
    import pyarrow as pa
    import shapely

    areas = _areas()
    wkb = pa.table({"id": np.arange(len(areas)), "g": pa.array(shapely.to_wkb(areas))})
    engine = sedonadb.connect()
    with clock(COUNTED):
        points = _sample(path, sample)
        engine.create_data_frame(wkb).to_view("w", overwrite=True)
        engine.create_data_frame(points).to_view("s", overwrite=True)
        found = engine.sql(
            "SELECT p.id, count(*) AS n FROM (SELECT ST_Point(lon, lat) AS pt FROM s) AS q JOIN "
            "(SELECT id, ST_GeomFromWKB(g) AS geom FROM w) AS p ON ST_Intersects(p.geom, q.pt) GROUP BY p.id"
        ).to_arrow_table()
    return _beside(found["id"].to_numpy(), found["n"].to_numpy(), answers, points.num_rows)


def geopandas(clock: Clock, path: str, answers: str, sample: int) -> dict[str, Any]:
    """A spatial join in geopandas."""
    import geopandas as gpd
    import numpy as np

    areas = _areas()
    frame = gpd.GeoDataFrame({"id": np.arange(len(areas))}, geometry=areas, crs="OGC:CRS84")
    with clock(COUNTED):
        read = _sample(path, sample)
        at = gpd.points_from_xy(read["lon"].to_numpy(), read["lat"].to_numpy(), crs="OGC:CRS84")
        found = gpd.sjoin(gpd.GeoDataFrame(geometry=at), frame, predicate="intersects").groupby("id").size()
    return _beside(found.index.to_numpy(), found.to_numpy(), answers, read.num_rows)


def _beside(area: Any, count: Any, answers: str, rows: int) -> dict[str, Any]:
    import numpy as np

    ours = np.load(answers)
    theirs = np.zeros_like(ours)
    theirs[area] = count
    return {"counted": int(count.sum()), "rows": rows, "differ": int(np.abs(theirs - ours).sum())}


def measure(rounds: int, say: Callable[[str], None], rows: int = ROWS, sample: int = SAMPLE) -> list[Section]:
    """One table for cells by the hour, one for areas."""
    with tempfile.TemporaryDirectory() as folder:
        path, compiled = str(Path(folder) / "points.parquet"), {"NUMBA_CACHE_DIR": str(Path(folder) / "compiled")}
        say(f"making {rows:,} points")
        facts = run("points.made", path=path, rows=rows).facts
        size = f"{rows / 1e6:g} million points, {facts['megabytes']:,.0f} MB"
        h3_answers, area_answers = str(Path(folder) / "h3.npz"), str(Path(folder) / "areas.npy")
        run("points.ours_h3", compiled, path=path, answers=h3_answers)
        run("points.ours_areas", compiled, path=path, answers=area_answers, sample=sample)
        cells = _beside_peers(
            f"points: to H3 cells (resolution {RESOLUTION}) by the hour, {size}",
            {
                "ours": partial(run, "points.ours_h3", compiled, path=path, answers=h3_answers),
                "reading the file": partial(run, "points.reading", path=path, columns=["lon", "lat", "t"]),
                "polars-h3, streaming": partial(run, "points.polars_h3", path=path, answers=h3_answers),
                "h3ronpy and polars": partial(run, "points.h3ronpy", path=path, answers=h3_answers),
            },
            rows, rounds, say,
        )  # fmt: skip
        part = {"path": path, "answers": area_answers, "sample": sample}
        areas = _beside_peers(
            f"points: to {AREAS:,} areas, {size}",
            {
                "ours": partial(run, "points.ours_areas", compiled, **part),
                "reading the file": partial(run, "points.reading", path=path, columns=["lon", "lat"]),
                "sedonadb": partial(run, "points.sedona", **part),
                "geopandas": partial(run, "points.geopandas", **part),
            },
            rows, rounds, say,
        )  # fmt: skip
    return [cells, areas]


def _beside_peers(
    title: str, contenders: dict[str, Callable[[], Outcome]], rows: int, rounds: int, say: Callable[[str], None]
) -> Section:
    seen = in_turn(contenders, rounds, under(title.partition(",")[0], say))
    section = Section(
        title,
        ("contender", "wall s", "cpu s", "million rows/s", "wall / ours", "cpu / ours", "peak MB"),
        raw=plain(seen),
    )
    ours = median(seen["ours"])
    wall, cpu = ours.phases[COUNTED]
    for name, outcomes in seen.items():
        middle = median(outcomes)
        if middle.skipped:
            section.notes.append(f"{name} skipped: {middle.skipped}")
            continue
        done = middle.facts.get("rows", rows)
        scale = rows / done
        own_wall, own_cpu = (spent * scale for spent in middle.phases[COUNTED])
        section.rows.append(
            (
                name if scale == 1 else f"{name} (on {done / 1e6:g} million, scaled)", seconds(own_wall),
                seconds(own_cpu), f"{rows / own_wall / 1e6:.1f}", _times(own_wall, wall), _times(own_cpu, cpu),
                f"{middle.peak_mb:.0f}",
            )
        )  # fmt: skip
        differ = middle.facts.get("differ", 0)
        assert differ == 0, f"{name}: {differ} counts differ from ours"
    raster = f"{seconds(ours.phases['raster'][1])} cpu s, {ours.facts['raster_mb']:.0f} MB"
    section.notes += [
        f"not in the figures: ours makes its raster first, once ({raster}), and what is compiled is kept",
        f"{ours.facts['counted']:,} points counted; of the peers' counts 0 differ from ours",
    ]
    return section


def _times(peer: float, ours: float) -> str:
    return ratio(peer, ours) if peer < ours * 10 else f"{peer / ours:.0f}"
