"""One village and one small town, generated once for all tests here."""

from pathlib import Path

import pytest

from stadslab.sources.synthetic.generate import SyntheticCity, generate
from tests.sources.synthetic.reading import OsmFile, read_osm


@pytest.fixture(scope="session")
def village(tmp_path_factory: pytest.TempPathFactory) -> SyntheticCity:
    return generate(tmp_path_factory.mktemp("village"), people=800, seed=3)


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> SyntheticCity:
    return generate(tmp_path_factory.mktemp("town"), people=5000, seed=1)


@pytest.fixture(scope="session")
def larger_town(tmp_path_factory: pytest.TempPathFactory) -> SyntheticCity:
    return generate(tmp_path_factory.mktemp("larger-town"), people=12_000, seed=1)


@pytest.fixture(scope="session", params=["village", "town"])
def city(request: pytest.FixtureRequest) -> SyntheticCity:
    found: SyntheticCity = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def osm(city: SyntheticCity) -> OsmFile:
    return read_osm(city.osm)


@pytest.fixture
def fresh_folder(tmp_path: Path) -> Path:
    return tmp_path / "fresh"
