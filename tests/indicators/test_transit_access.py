"""Reach by public transport on the chessboard: lines help, their loss hurts, and units say why they reach nothing."""

from __future__ import annotations

import numpy as np
import pytest

from stadslab.build.named import BUILDS
from stadslab.core.city import City
from stadslab.core.errors import InputError
from stadslab.core.scenario import Scenario
from stadslab.core.values import Measured, Reason
from stadslab.edits.close_street import CloseStreet
from stadslab.indicators.transit_access import transit_access
from stadslab.indicators.transit_dual_access import transit_dual_access
from stadslab.indicators.transit_time_to import transit_time_to
from stadslab.lab.lab import Lab
from stadslab.store import manifests
from stadslab.testing import gridcity

DATE = gridcity.WEEK[1]
N = 9


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    made = Lab(tmp_path_factory.mktemp("grid") / "grid.lab")
    manifests.save_city(made.folder, gridcity.grid(N, lines=[("row", 4, 10)]))
    return made


def test_a_line_adds_to_what_is_reached_on_foot(lab: Lab) -> None:
    asked = {"date": DATE, "what": "people", "support": "square:130", "window_minutes": 10}
    by_line = lab.measure("grid", "transit_access", minutes=10, **asked)
    barely = lab.measure("grid", "transit_access", minutes=10, max_rides=1, max_walk_minutes=0.5, **asked)
    assert (by_line.mean() >= barely.mean()).all()
    assert by_line.mean().max() > barely.mean().max()


def test_time_and_choice_are_dual(lab: Lab) -> None:
    """Enough is reached within the minutes that the dual gives, and not within a minute less."""
    asked = {"date": DATE, "what": "people", "support": "square:130", "window_minutes": 10}
    minutes = lab.measure("grid", "transit_dual_access", enough=300, **asked).mean()
    unit = int(np.argmin(minutes))
    within = lab.measure("grid", "transit_access", minutes=float(minutes[unit]), **asked).mean()[unit]
    before = lab.measure("grid", "transit_access", minutes=float(minutes[unit] - 1), **asked).mean()[unit]
    assert before < 300 <= within


def test_leaving_at_or_arriving_by_takes_as_long_on_foot(lab: Lab) -> None:
    asked = {"to": "grid:place/4,4", "date": DATE, "support": "square:130", "max_rides": 1, "max_walk_minutes": 60}
    there = lab.measure("grid", "transit_time_to", depart="03:00", window_minutes=1, **asked).mean()
    by = lab.measure("grid", "transit_time_to", arrive="03:30", window_minutes=1, slack_s=30, **asked).mean()
    assert np.allclose(there, by), "before the first vehicle everybody walks"


def test_what_is_not_counted_or_no_time_is_told(lab: Lab) -> None:
    with pytest.raises(InputError, match="'gold' is neither counted nor a kind of place"):
        lab.measure("grid", "transit_access", date=DATE, what="gold")
    for asked in ({"depart": "8 o'clock"}, {"depart": "08:61"}):
        with pytest.raises(InputError, match="is not a time of day"):
            lab.measure("grid", "transit_access", date=DATE, what="people", **asked)
    with pytest.raises(InputError, match="no trip runs on 1999-01-01"):
        lab.measure("grid", "transit_access", date="1999-01-01", what="people")


def test_out_of_reach_says_why(lab: Lab) -> None:
    values = lab.measure(
        "grid", "transit_time_to", to="grid:place/4,4", date=DATE, support="square:130", max_minutes=5, window_minutes=1
    )
    far = np.isinf(values.mean())
    assert far.any()
    assert set(values.reason[far].tolist()) <= {int(Reason.BEYOND_LIMIT), int(Reason.NO_STOP_NEAR)}
    nobody = lab.measure("grid", "transit_time_to", to="pharmacy", date=DATE, support="square:130")
    assert set(nobody.reason.tolist()) == {int(Reason.NO_SUCH_PLACE)}


def test_more_is_better_and_sooner_is_better() -> None:
    assert transit_access.default_direction == "benefit"
    assert transit_dual_access.default_direction == transit_time_to.default_direction == "cost"


def test_who_loses_the_only_street_loses_what_was_in_reach() -> None:
    """Blocks of 1,200 m: with both streets of a corner closed no other is near; it is cut off, not unknown."""
    city, support = gridcity.grid(3, block_m=1200, lines=[("row", 0, 10)]), gridcity.grid_support(3, block_m=1200)
    corner = gridcity.unit_at(3, "corner")
    closed = [CloseStreet(gridcity.street_id((0, 0), end)) for end in ((1, 0), (0, 1))]
    after = city.under(Scenario("no way out", tuple(closed)))
    asked = {"date": DATE, "what": "people", "minutes": 60, "window_minutes": 10}
    people = gridcity.grid_population(support)

    def answer(town: City) -> Measured:
        builds = BUILDS["streetgraph"].make(town), BUILDS["timetable"].make(town)
        found = transit_access.compute(*builds, support, people, **asked)
        assert isinstance(found, Measured)
        return found

    assert answer(city).values[corner] > 0
    assert answer(after).values[corner] == 0
    assert answer(after).reason[corner] == Reason.NOT_CONNECTED
