"""The generated metropolis goes through the readers a real city takes, and is the same every time."""

import hashlib
from pathlib import Path

import pytest

from benchmarks import metropolis
from benchmarks.child import Clock, Outcome
from benchmarks.metropolis_city import generate

PEOPLE = 4000


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("metropolis")
    return folder, generate(folder, PEOPLE)


def test_the_same_city_every_time(made, tmp_path):
    again = generate(tmp_path, PEOPLE)
    for sort, path in made[1]["files"].items():
        assert _digest(path) == _digest(again["files"][sort]), sort


@pytest.mark.long
def test_from_files_to_answers(made):
    folder, facts = made
    clock = Clock()
    loaded = metropolis.load(clock, str(folder), **facts)
    walked = metropolis.walk(clock, str(folder), **facts)
    compared = metropolis.whatif(clock, str(folder), **facts)
    travelled = metropolis.transit(clock, str(folder), **facts)
    assert loaded["people"] == compared["people"] == PEOPLE
    assert walked["units"] == compared["units"] == travelled["units"] > 100
    assert walked["nodes"] > 0.4 * PEOPLE
    assert travelled["jobs"] > PEOPLE


def test_growth_is_told_as_a_power_of_the_people():
    sizes = (1000, 10_000, 100_000)
    seen = [{"load": Outcome(0, 0, mb, {"load": (1.0, cpu)}, {})} for mb, cpu in ((1, 1.0), (1, 10.0), (10, 1000.0))]
    assert metropolis._times(sizes, seen, {}).rows == [
        ("load", "1.000 (1.000)", "1.000 (10.0)", "1.000 (1000.0)", "1.00", "2.00")
    ]
    assert metropolis._memory(sizes, seen).rows == [("load", "1", "1", "10", "0.00", "1.00")]


def _digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
