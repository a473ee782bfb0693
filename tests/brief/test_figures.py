"""Pictures show what they are said to show: pixels are looked at, not only file sizes."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pyarrow as pa
import pytest
import shapely
from PIL import Image

from stadslab.brief import colours
from stadslab.brief.basemap import Basemap, Flat
from stadslab.brief.drawing import Mark, numbered
from stadslab.brief.figures import change_map, group_chart, value_map
from stadslab.brief.picture import Picture
from stadslab.core.compare import Comparison
from tests.brief import samples


def share(picture: Picture, colour: str) -> float:
    """Share of pixels of exactly this colour."""
    pixels = np.asarray(Image.open(io.BytesIO(picture.png)).convert("RGB"))
    wanted = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return float((pixels == wanted).all(axis=2).mean())


def test_the_area_of_each_class_on_paper_is_its_share_of_the_units() -> None:
    base = samples.school_comparison(1).base
    picture = value_map(base, legend=False)
    assert picture.legend is not None
    drawn = np.array([share(picture, s.colour) for s in picture.legend.swatches if not s.hatch])
    finite = np.isfinite(base.mean())
    from stadslab.brief.classes import classes_of

    classes = classes_of(base.mean())
    expected = np.bincount(classes.of(base.mean()[finite]), minlength=len(classes)) / finite.sum()
    assert drawn / drawn.sum() == pytest.approx(expected, abs=0.02)


def test_losers_gainers_and_the_unchanged_have_their_colours() -> None:
    compared = samples.school_comparison(1)
    picture = change_map(compared, legend=False)
    better, known = compared.better(), compared.known()
    finite = np.isfinite(compared.change())
    lose = sum(share(picture, c) for c in colours.WORSE)
    gain = sum(share(picture, c) for c in colours.BETTER)
    same = share(picture, colours.NO_CHANGE)
    total = (known & finite).sum()
    counts = [(better[finite] < 0).sum(), (better[finite] > 0).sum(), (known & (better == 0)).sum()]
    assert np.array([lose, gain, same]) / (lose + gain + same) == pytest.approx(np.array(counts) / total, abs=0.02)
    assert picture.legend is not None
    labels = [s.label for s in picture.legend.swatches]
    assert labels[0] == "no longer reached"
    assert "newly reached" in labels
    assert labels[-1] == "not known"


def test_unsure_units_are_marked_only_when_uncertainty_is_stated() -> None:
    assert "white lines" not in str(change_map(samples.school_comparison(1), legend=False).legend)
    assert "white lines" in str(change_map(samples.school_comparison(20), legend=False).legend)


def test_reasons_are_in_the_legend() -> None:
    legend = value_map(samples.school_comparison(1).base, legend=False).legend
    assert legend is not None
    assert legend.title == "Value, minutes"
    assert [s.label for s in legend.swatches if s.hatch] == [
        "unreachable: no way through the network",
        "unknown: no street near enough to start from",
    ]


def test_the_same_input_gives_the_same_bytes_and_settings_are_left_alone() -> None:
    before = dict(mpl.rcParams)
    compared, basemap = samples.school_comparison(10), Basemap.of(samples.city())
    marks = samples.marks(compared.base.support)
    one, two = (change_map(compared, basemap, marks=marks, title="Change") for _ in range(2))
    assert one.png == two.png
    assert dict(mpl.rcParams) == before
    assert Image.open(io.BytesIO(one.png)).info.keys() <= {"transparency"}


def test_water_and_a_synthetic_label_are_drawn() -> None:
    base = samples.school_comparison(1).base
    plain, wet = value_map(base), value_map(base, Basemap.of(samples.city()))
    made_up = value_map(base, Basemap.of(samples.city(synthetic=True)))
    assert share(plain, colours.WATER) == 0
    assert share(wet, colours.WATER) > 0.005
    red = colours.MARK_COLOUR["closed"]
    assert share(wet, red) == 0
    assert share(made_up, red) > 0


def test_marks_are_drawn() -> None:
    compared = samples.school_comparison(1)
    marks = samples.marks(compared.base.support)
    none, both = change_map(compared, legend=False), change_map(compared, marks=marks, legend=False)
    for colour in (colours.MARK_COLOUR["closed"], colours.MARK_COLOUR["new_place"]):
        assert share(none, colour) == 0
        assert share(both, colour) > 0


def test_a_street_closed_in_pieces_is_numbered_once_at_its_longest() -> None:
    import shapely

    pieces = [shapely.LineString([(0, 0), (0, length)]) for length in (3, 9, 4)]
    marks = [(Mark(b"", "closed", "", 1), piece) for piece in pieces] + [(Mark(b"", "changed", "", 0), pieces[0])]
    assert {number: shape.length for number, (_, shape) in numbered(marks).items()} == {1: 9}


def test_a_change_in_one_corner_is_looked_at_closely() -> None:
    ruler = samples.hexagons(20)
    before = np.full(len(ruler), 5.0)
    after = before.copy()
    west = np.argsort(ruler.points[:, 0])[:5]
    after[west] = 9.0
    people = samples.population(ruler)
    compared = Comparison(samples.values(ruler, before), samples.values(ruler, after), people)
    whole, close = (change_map(compared, legend=False, closer=closer) for closer in (False, True))
    assert share(close, colours.WORSE[2]) > 8 * share(whole, colours.WORSE[2])
    assert (whole.note, close.note) == ("", "the part of the city where anything changes")
    after = np.full(len(ruler), 9.0)
    everywhere = Comparison(samples.values(ruler, before), samples.values(ruler, after), people)
    assert change_map(everywhere, legend=False, closer=True).note == ""


def test_nothing_known_is_still_a_map() -> None:
    ruler = samples.hexagons(1)
    picture = value_map(samples.values(ruler, np.full(7, np.nan)), legend=False)
    assert picture.legend is not None
    assert [s.label for s in picture.legend.swatches] == ["unknown: no street near enough to start from"]


def test_the_chart_tells_hidden_counts_in_words_only() -> None:
    picture = group_chart(samples.school_comparison(1), "age")
    assert picture.alt.startswith("Chart by age. 0–17: ")
    assert share(picture, colours.WORSE[1]) > 0
    assert share(picture, colours.BETTER[1]) > 0


def test_the_plane_is_true_to_a_thousandth_within_a_city() -> None:
    from pyproj import Geod

    here, there = np.array([18.06, 59.33]), np.array([18.16, 59.38])
    flat = Flat(18.06, 59.33)
    metres = float(np.hypot(*(flat(there[None])[0] - flat(here[None])[0])))
    assert metres == pytest.approx(Geod(ellps="WGS84").inv(*here, *there)[2], rel=4e-3)


def test_importing_the_brief_draws_nothing_in() -> None:
    heavy = "matplotlib,shapely,pandas,geopandas,jinja2,PIL,scipy"
    code = (
        "import sys, stadslab.brief.document, stadslab.brief.verify, stadslab.faces.notebook\n"
        f"print([m for m in {heavy.split(',')!r} if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip() == "[]"
    )


def test_areas_of_several_parts_are_drawn_like_those_of_one() -> None:
    values = samples.school_comparison(1).base
    whole = [shapely.from_wkb(wkb) for wkb in values.support.geometry.to_pylist()]
    parts = [shapely.to_wkb(shapely.multipolygons([one])) for one in whole]
    apart = replace(values, support=replace(values.support, geometry=pa.array(parts, pa.binary())))
    assert value_map(apart, Basemap()).png == value_map(values, Basemap()).png
