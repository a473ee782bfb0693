"""An answer as what a map in a notebook is told."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pytest
import shapely

from stadslab.build.projection import shapes_of
from stadslab.core.support import Support
from stadslab.faces.mapped import STEPS_A_DEGREE, mapped
from tests.brief import samples


def _without_bytes(value):
    if isinstance(value, bytes):
        return len(value)
    if isinstance(value, dict):
        return {key: _without_bytes(one) for key, one in value.items()}
    return [_without_bytes(one) for one in value] if isinstance(value, list | tuple) else value


def _rings(told):
    corners = np.frombuffer(told["outlines"], "<i4").reshape(-1, 2) / STEPS_A_DEGREE
    about = np.frombuffer(told["rings"], "<i4").reshape(-1, 3)
    return about, np.split(corners, np.cumsum(about[:, 2])[:-1])


def test_values_are_told_in_the_classes_of_the_picture():
    values = samples.school_comparison(1).base
    told = mapped(values, samples.city()).told
    (view,) = told["views"]
    assert told["ids"] == list(values.support.ids)
    assert told["title"] == (values.title or values.question)
    assert np.array_equal(np.frombuffer(view["values"], "<f8"), values.mean(), equal_nan=True)
    assert np.frombuffer(view["reason"], np.int8).tolist() == values.reason.tolist()
    codes = np.frombuffer(view["codes"], "<i2")
    assert len(codes) == len(values)
    assert codes.max() < len(view["legend"])
    assert "low" not in view  # one draw states no uncertainty
    assert told["credit"]
    json.dumps(_without_bytes(told))


def test_uncertain_values_carry_their_range():
    values = samples.school_comparison(9).base
    (view,) = mapped(values, None).told["views"]
    assert np.array_equal(np.frombuffer(view["low"], "<f8"), values.quantile(0.05), equal_nan=True)
    assert np.array_equal(np.frombuffer(view["high"], "<f8"), values.quantile(0.95), equal_nan=True)


def test_before_and_after_share_their_classes():
    compared = samples.school_comparison(9)
    change, before, after = mapped(compared, None).told["views"]
    assert [view["name"] for view in (change, before, after)] == ["change", "before", "after"]
    assert np.array_equal(np.frombuffer(change["values"], "<f8"), compared.change(), equal_nan=True)
    shared = [s["colour"] for s in before["legend"] if not s["hatched"]]
    assert shared == [s["colour"] for s in after["legend"] if not s["hatched"]]
    unsure = compared.known() & (compared.better() != 0) & (compared.agreement() < 0.9)
    assert unsure.any()
    assert np.frombuffer(change["textured"], np.uint8)[unsure].all()


def test_outlines_come_back_to_the_centimetre():
    values = samples.school_comparison(1).base
    told = mapped(values, None).told
    about, rings = _rings(told)
    assert about[:, 0].tolist() == list(range(len(values)))
    assert (about[:, 1] == 1).all()
    for ring, outline in zip(rings, shapes_of(values.support.geometry), strict=True):
        assert np.abs(ring - shapely.get_coordinates(outline)).max() < 1e-7


@pytest.mark.parametrize("shape", [None, shapely.Polygon(), shapely.Point(1, 1)])
def test_units_without_an_area_leave_the_others_where_they_are(shape):
    from dataclasses import replace

    values = samples.school_comparison(1).base
    odd = values.support.geometry.to_pylist()
    ring = shapely.box(0, 0, 3, 3).exterior
    odd[0] = None if shape is None else shapely.to_wkb(shape)
    odd[1] = shapely.to_wkb(
        shapely.MultiPolygon([shapely.Polygon(ring, [shapely.box(1, 1, 2, 2).exterior]), shapely.box(5, 5, 6, 6)])
    )
    support = Support(values.support.kind, values.support.ids, pa.array(odd, pa.binary()), values.support.points)
    about, _ = _rings(mapped(replace(values, support=support), None).told)
    assert about[:3].tolist() == [[1, 1, 5], [1, 0, 5], [1, 1, 5]]
    assert about[3:, 0].tolist() == list(range(2, len(values)))


def test_without_a_city_there_is_no_map_around():
    told = mapped(samples.school_comparison(1).base, None).told
    assert (told["city_tiles"], told["city"]["index"], told["credit"]) == (b"", {}, "")
