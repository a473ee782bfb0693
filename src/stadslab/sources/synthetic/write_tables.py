"""Areas as a GeoPackage, people, readings and incidents as CSV; the same rows always give the same bytes."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import shapely

from stadslab.sources.synthetic.frame import METRIC_CRS, lonlat, origin_m
from stadslab.sources.synthetic.people import AGES, INCOMES, ORIGINS, Areas, as_polygons
from stadslab.sources.synthetic.sensors import START, Incidents, Readings

PEOPLE_COLUMNS = ("total", *AGES, *INCOMES, *ORIGINS, "jobs")
SUPPRESSED = ".."


def write_areas(path: Path, areas: Areas) -> None:
    """Outlines in SWEREF 99 TM with `area_code` and `area_name`."""
    import pyogrio

    path.unlink(missing_ok=True)
    shift = np.array(origin_m())
    shapes = shapely.transform(np.array(as_polygons(areas.outline), dtype=object), lambda xy: np.round(xy + shift, 2))
    # GeoPackage stamps the hour of writing unless told a date.
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": "2026-01-01T00:00:00.000Z"})
    try:
        pyogrio.raw.write(
            path,
            geometry=shapely.to_wkb(shapes),
            field_data=[np.array(areas.code, dtype=object), np.array(areas.name, dtype=object)],
            fields=["area_code", "area_name"],
            geometry_type="MultiPolygon",
            crs=METRIC_CRS,
            driver="GPKG",
            layer="areas",
        )
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def write_people(path: Path, areas: Areas) -> None:
    """One row per area; withheld cells are written as two dots."""
    withheld = set(areas.withheld)
    rows = [
        [code, *(SUPPRESSED if (code, name) in withheld else int(areas.counts[name][index]) for name in PEOPLE_COLUMNS)]
        for index, code in enumerate(areas.code)
    ]
    _write(path, ["area_code", *PEOPLE_COLUMNS], rows)


def write_sensors(path: Path, readings: Readings) -> None:
    """Hourly readings: sensor, place, time (UTC) and NO2 in micrograms per cubic metre."""
    place = lonlat(readings.xy)
    lon, lat = [f"{value:.7f}" for value in place[:, 0]], [f"{value:.7f}" for value in place[:, 1]]
    clock = [
        f"{time}:00Z" for time in (START + np.arange(readings.hour.max() + 1).astype("timedelta64[h]")).astype(str)
    ]
    rows = [
        [f"no2-{sensor + 1:02d}", lon[sensor], lat[sensor], clock[hour], value]
        for sensor, hour, value in zip(
            readings.sensor.tolist(), readings.hour.tolist(), readings.value.tolist(), strict=True
        )
    ]
    _write(path, ["sensor_id", "lon", "lat", "time", "no2_ug_m3"], rows)


def write_incidents(path: Path, incidents: Incidents) -> None:
    """One row per incident: time is the local wall clock."""
    place = lonlat(incidents.xy)
    rows = [
        [f"incident-{number:06d}", str(time), category, f"{lon:.7f}", f"{lat:.7f}"]
        for number, (time, category, (lon, lat)) in enumerate(
            zip(incidents.time, incidents.category.tolist(), place.tolist(), strict=True), start=1
        )
    ]
    _write(path, ["incident_id", "time", "category", "lon", "lat"], rows)


def _write(path: Path, header: list[str], rows: Sequence[Sequence[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)
