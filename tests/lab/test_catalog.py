"""What there is to ask, load and change, found by file name."""

from __future__ import annotations

from pathlib import Path

import pytest

from stadslab.core.edit import Edit
from stadslab.core.errors import InputError, NotFoundError
from stadslab.core.indicator import Indicator
from stadslab.core.source import Source
from stadslab.lab import catalog

ROOMS = ("indicators", "edits", "sources")


@pytest.mark.parametrize("room", ROOMS)
def test_every_file_is_found_under_its_own_name(room: str) -> None:
    import stadslab

    folder = Path(stadslab.__file__).parent / room
    files = {p.stem for p in folder.iterdir() if p.suffix == ".py" or (p.is_dir() and (p / "__init__.py").exists())}
    assert catalog.names(room) == sorted(n for n in files if not n.startswith("_"))
    for name in catalog.names(room):
        thing = getattr(catalog, room[:-1])(name)
        if room == "edits":
            assert issubclass(thing, Edit)
            assert thing.kind == name
            assert thing.question.endswith("?")
        else:
            assert isinstance(thing, Indicator | Source)
            assert thing.id == name
        assert getattr(catalog, room[:-1])(name.replace("_", "-")) is thing


@pytest.mark.parametrize("room", ROOMS)
def test_every_parameter_is_explained_and_no_two_mean_different_things(room: str) -> None:
    for name in catalog.names(room):
        thing = getattr(catalog, room[:-1])(name)
        params = thing.params() if room == "edits" else (*thing.params, *getattr(thing, "fetch_params", ()))
        for param in params:
            assert param.about, f"{name}, {param.name}"
            same = [p for p in params if p.name == param.name]
            assert len({(p.type, p.unit, p.many, p.choices) for p in same}) == 1, f"{name}, {param.name}"


@pytest.mark.parametrize(
    ("find", "name", "told"),
    [
        (catalog.indicator, "walk_acess", r"no indicator is called 'walk_acess' \(did you mean walk_access"),
        (catalog.edit, "close_steet", r"no edit is called 'close_steet' \(did you mean close_street"),
        (catalog.source, "zzz", r"no source is called 'zzz' \(known: areas, "),
        (catalog.indicator, "_private", r"no indicator is called '_private'"),
        (catalog.indicator, "../lab", r"no indicator is called '../lab'"),
    ],
)
def test_a_name_nobody_knows(find: object, name: str, told: str) -> None:
    assert callable(find)
    with pytest.raises(NotFoundError, match=told):
        find(name)


@pytest.mark.parametrize(
    ("name", "source"), [("a.osm.pbf", "osm"), ("B.OSM", "osm"), ("c.osm.bz2", "osm"), ("d.graphml", "network_files")]
)
def test_sources_are_told_by_endings_where_one_has_them(tmp_path: Path, name: str, source: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    assert catalog.source_for(tmp_path / name).id == source


def test_an_ending_of_many_is_asked_about(tmp_path: Path) -> None:
    (tmp_path / "x.unknown").write_bytes(b"x")
    with pytest.raises(InputError, match=r"cannot tell what sort of data this is .say --source, one of: areas, "):
        catalog.source_for(tmp_path / "x.unknown")
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="say --source, one of: "):
        catalog.source_for(tmp_path / "x.csv")


def test_plugins_are_found_by_entry_points(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plugged.py").write_text(
        "from stadslab.core.indicator import indicator\n"
        "@indicator(question='?', unit='1', default_direction='benefit')\n"
        "def my_measure(support):\n    return [0.0] * len(support)\n"
    )
    made = tmp_path / "plugged-1.0.dist-info"
    made.mkdir()
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: plugged\nVersion: 1.0\n")
    (made / "entry_points.txt").write_text("[stadslab.indicators]\nmy_measure = plugged:my_measure\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert "my_measure" in catalog.names("indicators")
    assert catalog.indicator("my-measure").question == "?"
