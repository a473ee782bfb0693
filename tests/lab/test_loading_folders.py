"""A folder is one file for sources that read folders, and refused by all others."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadslab.core.errors import InputError, NotFoundError
from stadslab.lab import catalog
from stadslab.lab.lab import Lab
from tests.sources.gtfs.feeds import folder, stops, tiny, zipped


def test_a_folder_is_loaded_by_the_source_that_knows_it(tmp_path: Path) -> None:
    lab = Lab(tmp_path / "a.lab")
    whole = folder(tmp_path / "town", tiny())
    assert catalog.source_for(whole).id == "gtfs"
    reply = lab.load("town", whole)
    assert reply.source == "gtfs"
    assert reply.crs == "EPSG:32634"  # chosen by the stops: routes and trips have no place
    zipped(tmp_path / "town.zip", tiny())
    assert lab.load("other", tmp_path / "town.zip").version != reply.version
    assert lab.city("other")["trips"].digest == lab.city("town")["trips"].digest
    assert [name for name, _ in lab.city("town")["trips"].stamp.inputs] == ["town"]


def test_the_digest_of_a_folder_is_that_of_its_files(tmp_path: Path) -> None:
    def digest(at: Path) -> str:
        return Lab(tmp_path / "a.lab").load("town", at, feed="town").layers[0].stamp.inputs[0][1]

    whole = folder(tmp_path / "town", tiny())
    first = digest(whole)
    assert len(first) == 64
    (whole / ".hidden").write_text("of the system", encoding="utf-8")
    assert digest(whole) == first
    moved = whole.rename(tmp_path / "moved")
    assert digest(moved) == first
    (moved / "stops.txt").write_text((moved / "stops.txt").read_text().replace("Stop A", "Stop a"), encoding="utf-8")
    assert digest(moved) != first


def test_other_folders_and_other_sources_are_refused(tmp_path: Path) -> None:
    lab = Lab(tmp_path / "a.lab")
    whole = folder(tmp_path / "town", tiny())
    (tmp_path / "plain").mkdir()
    with pytest.raises(InputError, match=r"this is a folder \(name the files in it, or say --source: .*gtfs"):
        lab.load("town", tmp_path / "plain")
    with pytest.raises(NotFoundError, match=r"this is a folder \(name the files in it; osm reads files"):
        lab.load("town", whole, source="osm")
    assert lab.cities() == []


def test_a_refused_timetable_leaves_the_city_as_it_was(tmp_path: Path) -> None:
    lab = Lab(tmp_path / "a.lab")
    lab.load("town", zipped(tmp_path / "town.zip", tiny()))
    before = lab.version("town")
    far = [{**row, "stop_lat": 91} for row in stops("A", "B", "C")]
    with pytest.raises(InputError, match="stop_lat '91'"):
        lab.load("town", zipped(tmp_path / "bad.zip", tiny(stops=far)))
    assert lab.version("town") == before


def test_a_timetable_comes_back_from_disk(tmp_path: Path) -> None:
    """The stamp keeps each feed's verdict, so that a feed can be replaced in another process."""
    lab = Lab(tmp_path / "a.lab")
    lab.load("town", zipped(tmp_path / "bus.zip", tiny()))
    lab.load("town", zipped(tmp_path / "rail.zip", tiny(stops=stops("A", "B", "C", "D"))))
    again = Lab(tmp_path / "a.lab")
    again.load("town", zipped(tmp_path / "rail.zip", tiny(stops=stops("A", "B", "C", "D", "E"))))
    city = again.city("town")
    assert city["stops"].rows == 3 + 5
    assert city["stops"].stamp.verdict.rows_in == 3 + 5
    assert "rail: 2 stops are used by no trip" in city["stops"].stamp.verdict.notes
