"""Names of files tell what is in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadslab.faces.file_names import LONGEST, asked, stem, stem_of
from stadslab.lab.lab import Lab


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("demo", "walk_to_nearest", "school", "h3:9", ""), "demo-walk-to-nearest-school-h3-9"),
        (("Malmö", "../../etc/passwd"), "Malmö-etc-passwd"),
        (("a b", "c\n\"d'", "$(e)"), "a-b-c-d-e"),
        (("", " ", "--"), "stadslab"),
        (("x" * 200,), "x" * LONGEST),
    ],
)
def test_a_name_is_taken_by_every_system_as_it_is(parts: tuple[str, ...], name: str) -> None:
    assert stem(*parts) == name


def test_choices_that_say_what_it_is_about_are_told() -> None:
    params = {"kind": "food_shop", "minutes": 15.0, "walk_speed_m_s": 1.3, "mode": "walk"}
    assert stem(*asked("demo", "walk_access", params, "square:250")) == "demo-walk-access-food-shop-15-min-square-250"


def test_an_answer_names_its_city_question_units_and_plan(loaded: Path) -> None:
    lab = Lab(loaded)
    values = lab.measure("town", "walk_to_nearest", kind="school")
    assert stem_of(values) == "town-walk-to-nearest-school-h3-9"
    assert stem_of(values, made_up=True) == "town-walk-to-nearest-school-h3-9-synthetic"
    change = lab.compare("town", "walk_to_nearest", "no-bridge", kind="school")
    assert stem_of(change) == "town-walk-to-nearest-school-h3-9-no-bridge-change"
