"""What a brief is made of comes from the lab: the plan's sentences, its marks, and one answer a question."""

from __future__ import annotations

import pytest

from stadslab.brief.asked import questions
from stadslab.brief.gathered import gathered
from stadslab.core.errors import InputError
from stadslab.core.scenario import Scenario
from stadslab.edits.remove_place import RemovePlace
from stadslab.lab.lab import Lab
from stadslab.store import manifests
from stadslab.testing.gridcity import grid

PLAN = Scenario("fewer", (RemovePlace("grid:place/0,0"),), why="One school closes.")
MEASURES = ("walk_to_nearest:kind=school", "walk_access:kind=school,minutes=5")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    made = Lab(tmp_path_factory.mktemp("gathered") / "grid.lab")
    manifests.save_city(made.folder, grid(5))
    return made


def test_a_plan_that_nobody_saved_can_be_told(lab: Lab) -> None:
    city = lab.city("grid")
    content, answers = gathered(lab, city, PLAN, questions(MEASURES, city, "h3:11", 1, 1))
    assert content.title == "fewer: who gains, who loses"
    assert content.question == "One school closes."
    assert list(content.sentences) == PLAN.sentences(city)
    assert [which.id for which, _ in content.comparisons] == ["walk_to_nearest", "walk_access"]
    assert [mark.number for mark in content.marks] == [1]
    assert len(answers) == 2
    assert lab.scenarios("grid") == []


def test_without_a_plan_it_is_the_city_as_it_is(lab: Lab) -> None:
    city = lab.city("grid")
    content, answers = gathered(
        lab, city, None, questions(MEASURES[:1], city, "h3:11", 1, 1), title="Nu", written="2026"
    )
    assert (content.title, content.written, content.scenario) == ("Nu", "2026", None)
    ((which, values, people),) = content.measurements
    assert which.id == "walk_to_nearest"
    assert people is not None
    assert values.support.digest == people.support_digest
    assert len(answers) == 1


def test_a_plan_that_does_not_fit_is_refused_with_all_problems(lab: Lab) -> None:
    city = lab.city("grid")
    wrong = Scenario("wrong", (RemovePlace("grid:place/9,9"), RemovePlace("grid:place/8,9")))
    with pytest.raises(InputError) as refused:
        gathered(lab, city, wrong, questions(MEASURES[:1], city, "h3:11", 1, 1))
    assert len(refused.value.problems) == 2
