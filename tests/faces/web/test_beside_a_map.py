"""What verbs reply beside a map."""

from __future__ import annotations

import pytest

from stadslab.core.scenario import Scenario
from stadslab.core.suppression import rows_of
from stadslab.core.unit_counts import told_per_unit
from stadslab.faces import verbs
from stadslab.faces.web.beside_a_map import beside_a_map
from stadslab.lab import catalog
from stadslab.lab.lab import Lab
from tests.faces.web.asking import a_street

SCHOOL = {"kind": "school", "max_minutes": 10}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    found = Lab(tmp_path_factory.mktemp("beside") / "lab")
    found.load("town", source="synthetic", people=800)
    found.save_scenario("town", Scenario("closed", (catalog.edit("close_street")(street=a_street(found)),)))
    return found


def asked(lab, name, **fields):
    verb = verbs.verb(name)
    return verb.run(lab, verbs.request(verb, {"city": "town", **fields}, SCHOOL), lambda *_: None)


def test_a_summary_is_rounded(lab):
    reply = asked(lab, "measure", indicator="walk_to_nearest")
    exact, told = reply.to_json(), beside_a_map(reply)
    assert exact["summary"]["none"] is not None
    assert told["summary"]["none"] % 5 == 0
    assert abs(told["summary"]["none"] - exact["summary"]["none"]) <= 2
    assert told["summary"]["mean"] == pytest.approx(exact["summary"]["mean"], rel=0.1)
    assert told["units"] == exact["units"]


def test_groups_are_covered_as_a_map_makes_necessary(lab):
    reply = asked(lab, "compare", indicator="walk_to_nearest", scenario=("closed",))
    rows = rows_of(reply.comparison, beside=told_per_unit(reply.comparison.people))
    assert beside_a_map(reply)["groups"] == [row.published() for d in reply.dimensions for row in rows[d]]


def test_people_counted_for_equity_are_rounded(lab):
    reply = asked(lab, "equity", indicator="walk_to_nearest", scenario=("closed",))
    exact, told = reply.to_json(), beside_a_map(reply)
    counts = [*told["people"].values(), *told["people_after"].values(), *(row["people"] for row in told["groups"])]
    assert any(counts)
    assert all(count is None or count % 5 == 0 for count in counts)
    assert told["measures"] == exact["measures"]


def test_replies_without_people_are_as_they_are(lab):
    verb = verbs.verb("find")
    reply = verb.run(lab, verbs.request(verb, {"city": "town", "words": "a"}, {}), lambda *_: None)
    assert beside_a_map(reply) == reply.to_json()
