"""The planted field and the planted effect are recovered from the files alone."""

import geopandas
import numpy as np
import pytest
import shapely

from stadslab.sources.synthetic.generate import SyntheticCity
from tests.sources.synthetic.reading import OsmFile, metric, table


def test_the_pollution_field_is_recovered(city: SyntheticCity, osm: OsmFile) -> None:
    truth = city.truths["pollution_field"]
    rows = table(city.sensors)
    assert len(rows) == truth["readings"]
    stuck, stuck_from = truth["stuck_sensor"]["sensor_id"], truth["stuck_sensor"]["from_hour"]
    start = np.datetime64("2026-03-02T00:00")
    names = np.array([row["sensor_id"] for row in rows])
    time = np.array([row["time"].removesuffix("Z") for row in rows], dtype="datetime64[m]")
    value = np.array([float(row["no2_ug_m3"]) for row in rows])
    hours = ((time - start).astype(int)) // 60
    sound = ~((names == stuck) & (hours >= stuck_from))
    spots = metric(np.array([float(row["lon"]) for row in rows]), np.array([float(row["lat"]) for row in rows]))
    roads = shapely.union_all([osm.line(way) for way in osm.ways_with("highway", *truth["main_roads"])])
    to_road = shapely.distance(roads, shapely.points(spots))
    centre = metric(np.array([city.truths["centre"]["lon"]]), np.array([city.truths["centre"]["lat"]]))[0]
    to_centre = np.hypot(*(spots - centre).T)
    c = truth["coefficients"]
    hour = hours % 24
    factor = 1 + 0.35 * np.cos(2 * np.pi * (hour - 8) / 12) * np.where((hour >= 5) & (hour <= 20), 1, 0.4)
    # Least squares on the two shapes gives the three planted heights back.
    design = np.column_stack([
        np.ones(len(rows)),
        np.exp(-to_road / c["road_m"]) * factor,
        np.exp(-((to_centre / c["centre_m"]) ** 2)) * factor
    ])  # fmt: skip
    fitted = np.linalg.lstsq(design[sound], value[sound], rcond=None)[0]
    assert fitted == pytest.approx([c["background"], c["road"], c["centre"]], abs=0.35)
    residual = value[sound] - design[sound] @ [c["background"], c["road"], c["centre"]]
    assert residual.mean() == pytest.approx(0, abs=0.1)
    assert residual.std() == pytest.approx(truth["noise_standard_deviation"], rel=0.1)
    assert len(set(value[~sound])) == 1
    assert len(set(names)) == truth["sensors"]
    assert truth["missing_readings"] == truth["sensors"] * 14 * 24 - len(rows) > 0


def test_the_lighting_effect_is_recovered(city: SyntheticCity) -> None:
    truth = city.truths["lighting"]
    rows = table(city.incidents)
    assert len(rows) == truth["incidents"]
    spots = shapely.points(
        metric(np.array([float(row["lon"]) for row in rows]), np.array([float(row["lat"]) for row in rows]))
    )
    areas = geopandas.read_file(city.areas)
    row_of, area_of = shapely.STRtree(areas.geometry.to_numpy()).query(spots, predicate="within")
    assert sorted(row_of.tolist()) == list(range(len(rows)))
    code = np.empty(len(rows), dtype=object)
    code[row_of] = areas["area_code"].to_numpy()[area_of]
    time = np.array([row["time"] for row in rows], dtype="datetime64[m]")
    hour = (time - time.astype("datetime64[D]")).astype(int) // 60
    night = (hour >= 20) | (hour < 6)
    after = time >= np.datetime64(truth["date"])
    ratio = {}
    for name in ("treated", "control"):
        group = np.isin(code, truth[f"{name}_area_codes"]) & night
        counts = truth["night_incidents"][name]
        assert ((group & ~after).sum(), (group & after).sum()) == (counts["before"], counts["after"])
        ratio[name] = counts["after"] / counts["before"]
    effect = ratio["treated"] / ratio["control"] - 1
    assert effect == pytest.approx(truth["effect_realised_in_the_file"], abs=1e-6)
    assert effect == pytest.approx(truth["effect_on_night_incidents"], abs=0.01)
    assert not set(truth["treated_area_codes"]) & set(truth["control_area_codes"])
