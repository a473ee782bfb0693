"""Reporting units by their digest."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from stadslab.core.errors import NotFoundError
from stadslab.core.support import Support
from stadslab.faces.web import rulers
from stadslab.faces.web.desk import Desk


def _unit(name: str) -> Support:
    return Support("test", (name,), pa.array([b"\x01"], pa.binary()), np.zeros((1, 2)))


def test_units_given_out_are_found_and_the_oldest_forgotten(empty_lab):
    desk = Desk(empty_lab)
    units = [_unit(f"u{number}") for number in range(rulers.KEEP + 1)]
    for unit in units:
        rulers.remember(desk, unit)
    assert rulers.ruler(desk, units[-1].digest) is units[-1]
    with pytest.raises(NotFoundError, match="ask the question again"):
        rulers.ruler(desk, units[0].digest)


def test_after_a_restart_units_are_found_in_answers_on_disk(town_lab):
    answer = town_lab.measure("town", "walk_to_nearest", kind="school", support="square:500")
    found = rulers.ruler(Desk(town_lab), answer.support.digest)
    assert found.ids == answer.support.ids
    assert found.geometry.equals(answer.support.geometry)
