"""Who may use a street: one line of tags, one answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadslab.sources.osm.streets import (
    CLASSES,
    KMH_PER_MPH,
    limit_kmh,
    speed_value,
    street_class,
    use_of,
    why_not,
)


def tags(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split())


def who(text: str) -> str:
    """Walking, cycling there and back, driving there and back, as letters: `w cC dD`."""
    use = use_of(tags(text))
    flags = (use.walk, use.cycle_forward, use.cycle_backward, use.drive_forward, use.drive_backward)
    return "".join(letter for letter, flag in zip("wcCdD", flags, strict=True) if flag)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the class alone
        ("highway=residential", "wcCdD"),
        ("highway=service", "wcCdD"),
        ("highway=motorway", "d"),
        ("highway=motorway_link", "dD"),
        ("highway=trunk", "dD"),
        ("highway=footway", "w"),
        ("highway=pedestrian", "w"),
        ("highway=cycleway", "wcC"),
        ("highway=path", "wcC"),
        ("highway=track", "wcC"),
        ("highway=steps", "w"),
        ("highway=bridleway", "w"),
        ("highway=platform", "w"),
        ("railway=platform", "w"),
        ("public_transport=platform", "w"),
        ("highway=busway", ""),
        ("highway=trail", "w"),  # not a word of the wiki: walking only
        # on foot
        ("highway=residential foot=no", "cCdD"),
        ("highway=residential foot=use_sidepath", "cCdD"),
        ("highway=residential access=private", ""),
        ("highway=residential access=no foot=yes", "w"),
        ("highway=service access=private foot=designated bicycle=yes", "wcC"),
        ("highway=track access=agricultural", "w"),
        ("highway=service access=customers", "wcCdD"),
        ("highway=trunk sidewalk=both", "wdD"),
        ("highway=trunk sidewalk:right=yes", "wdD"),
        ("highway=trunk sidewalk=no", "dD"),
        ("highway=trunk maxspeed=50", "wcCdD"),
        ("highway=trunk maxspeed=90", "dD"),
        ("highway=trunk foot=yes", "wdD"),
        ("highway=motorway foot=yes", "wd"),
        ("highway=primary motorroad=yes", "dD"),
        # by bicycle
        ("highway=footway bicycle=yes", "wcC"),
        ("highway=footway bicycle=designated", "wcC"),
        ("highway=footway access=yes", "w"),
        ("highway=pedestrian bicycle=permissive", "wcC"),
        ("highway=steps bicycle=yes", "w"),
        ("highway=residential bicycle=no", "wdD"),
        ("highway=residential bicycle=dismount", "wdD"),
        ("highway=primary bicycle=use_sidepath", "wdD"),
        ("highway=residential vehicle=no", "w"),
        ("highway=residential access=no vehicle=yes", "cCdD"),
        ("highway=residential vehicle=no bicycle=yes", "wcC"),
        ("highway=trunk cycleway=lane", "cCdD"),
        ("highway=path bicycle=no", "w"),
        # by car
        ("highway=residential motor_vehicle=no", "wcC"),
        ("highway=residential motor_vehicle=no motorcar=yes", "wcCdD"),
        ("highway=residential motorcar=private", "wcC"),
        ("highway=residential motor_vehicle=destination", "wcCdD"),
        ("highway=residential access=psv bicycle=yes", "wcC"),
        ("highway=track motor_vehicle=yes", "wcCdD"),
        ("highway=track access=yes", "wcC"),
        ("highway=pedestrian motor_vehicle=yes", "wdD"),
        ("highway=pedestrian motor_vehicle=destination", "w"),
        ("highway=service service=emergency_access", "wcC"),
        # one way
        ("highway=residential oneway=yes", "wcd"),
        ("highway=residential oneway=1", "wcd"),
        ("highway=residential oneway=-1", "wCD"),
        ("highway=residential oneway=no", "wcCdD"),
        ("highway=residential oneway=reversible", "wcCdD"),
        ("highway=tertiary junction=roundabout", "wcd"),
        ("highway=tertiary junction=circular", "wcd"),
        ("highway=tertiary junction=roundabout oneway=no", "wcCdD"),
        ("highway=motorway oneway=no", "dD"),
        ("highway=residential oneway=yes oneway:bicycle=no", "wcCd"),
        ("highway=residential oneway=yes cycleway=opposite", "wcCd"),
        ("highway=residential oneway=yes cycleway:left=opposite_lane", "wcCd"),
        ("highway=residential oneway=yes cycleway:right=lane", "wcd"),
        ("highway=residential oneway=yes cycleway:left=track cycleway:left:oneway=no", "wcCd"),
        ("highway=residential oneway=-1 cycleway=opposite_track", "wcCD"),
        ("highway=cycleway oneway=yes", "wc"),
        ("highway=residential bicycle:backward=no", "wcdD"),
        ("highway=residential oneway:motor_vehicle=yes oneway=no", "wcCd"),
        ("highway=residential oneway:bicycle=yes", "wcdD"),
    ],
)
def test_who_may_use_it(text: str, expected: str) -> None:
    assert who(text) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("50", 50.0),
        ("50 km/h", 50.0),
        ("30 mph", 30 * KMH_PER_MPH),
        ("20mph", 20 * KMH_PER_MPH),
        ("walk", 7.0),
        ("none", 130.0),
        ("SE:urban", 50.0),
        ("RO:rural", 90.0),
        ("DE:zone:30", 30.0),
        ("DE:zone30", 30.0),
        ("urban", 50.0),
        ("XX:rural", 80.0),
        ("50;30", 30.0),
        ("50|80", 50.0),
        ("7,5", 7.5),
        ("0", None),
        ("signals", None),
        ("variable", None),
        ("fast", None),
        ("-50", None),
        ("", None),
        (None, None),
    ],
)
def test_speed_values(value: str | None, expected: float | None) -> None:
    assert speed_value(value) == expected


def test_a_limit_may_stand_in_several_tags() -> None:
    assert limit_kmh(tags("maxspeed=40 maxspeed:type=RO:rural")) == 40
    assert limit_kmh(tags("maxspeed=signals maxspeed:forward=70 maxspeed:backward=50")) == 50
    assert limit_kmh(tags("source:maxspeed=DE:urban")) == 50
    assert limit_kmh(tags("source:maxspeed=sign")) is None
    assert use_of(tags("highway=residential")).speed_kmh == CLASSES["residential"].speed_kmh


def test_what_it_is_like() -> None:
    use = use_of(tags("highway=steps bridge=yes tunnel=no layer=1 surface=stone"))
    assert (use.steps, use.bridge, use.tunnel, use.level, use.surface) == (True, True, False, 1, "stone")
    assert use_of(tags("highway=footway tunnel=building_passage layer=-2")).tunnel
    assert use_of(tags("highway=footway layer=-2")).level == -2
    assert use_of(tags("highway=footway layer=roof")).level == 0
    assert use_of(tags("highway=footway layer=1;2")).level == 1


def test_what_is_no_street() -> None:
    assert street_class(tags("building=yes")) is None
    assert why_not("construction") == "under construction or proposed"
    assert why_not("razed") == "abandoned or removed"
    assert why_not("rest_area") == "not a street or path"
    assert all(why_not(name) is None for name in CLASSES)


VALUES = st.sampled_from(["yes", "no", "private", "designated", "destination", "-1", "opposite", "lane", "50", "x", ""])
KEYS = st.sampled_from(["access", "foot", "bicycle", "vehicle", "motorcar", "oneway", "cycleway", "maxspeed", "layer"])


@given(st.sampled_from([*CLASSES, "trail"]), st.dictionaries(KEYS, VALUES))
def test_any_tags_give_an_answer_and_closing_all_closes_all(highway: str, more: dict[str, str]) -> None:
    use = use_of({"highway": highway, **more})
    assert use.speed_kmh > 0
    closed = use_of({"highway": highway, **more, "foot": "no", "bicycle": "no", "motorcar": "no"})
    assert not any(
        (closed.walk, closed.cycle_forward, closed.cycle_backward, closed.drive_forward, closed.drive_backward)
    )
