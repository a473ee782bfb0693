"""A lab with a small town in it, and a client that talks to its web face as a browser on the same machine would."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from stadslab.faces.web.access import Access
from stadslab.faces.web.app import create_app
from stadslab.lab.lab import Lab

TOWN = "town"


@pytest.fixture(scope="session")
def town_lab(tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """A lab with an invented town of 800 people; tests share it, so they change nothing that others see."""
    lab = Lab(tmp_path_factory.mktemp("web") / "town.lab")
    lab.load(TOWN, source="synthetic", people=800)
    return lab


@pytest.fixture
def empty_lab(tmp_path: Path) -> Lab:
    """A lab without a city."""
    return Lab(tmp_path / "empty.lab")


@pytest.fixture
def client(town_lab: Lab) -> Iterator[TestClient]:
    """A browser on the machine itself, without login."""
    with TestClient(create_app(town_lab), base_url="http://127.0.0.1:8765") as found:
        yield found


@pytest.fixture
def guarded(town_lab: Lab) -> Iterator[TestClient]:
    """A browser elsewhere, of a server that demands a token."""
    access = Access(token="let-me-in", hosts=("city.example",))
    with TestClient(create_app(town_lab, access), base_url="http://city.example") as found:
        yield found
