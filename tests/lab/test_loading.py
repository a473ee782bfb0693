"""Loading: one spelling of a name, one projection, layers added to what is there."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from stadslab.core.errors import InputError, NotFoundError
from stadslab.lab.lab import Lab
from tests.faces.town import Town, build


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build(tmp_path_factory.mktemp("town"))


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path / "a.lab")


def test_layers_are_added_to_what_is_there(lab: Lab, town: Town) -> None:
    first = lab.load("town", town.streets)
    second = lab.load("town", town.districts, source="areas", id_column="area")
    assert first.version != second.version
    assert {"streets", "areas"} <= set(lab.city("town").layers)
    assert "areas" not in lab.city(f"town@{first.version}").layers


def test_loading_the_same_again_is_the_same_version(lab: Lab, town: Town) -> None:
    assert lab.load("town", town.streets).version == lab.load("town", town.streets).version


def test_a_name_has_one_spelling(lab: Lab, town: Town) -> None:
    composed, taken_apart = (unicodedata.normalize(form, "Malmö") for form in ("NFC", "NFD"))
    assert composed != taken_apart
    lab.load(composed, town.streets)
    lab.load(taken_apart, town.districts, source="areas", id_column="area")
    assert lab.cities() == [composed]
    assert {"streets", "areas"} <= set(lab.city(composed).layers)


def test_the_projection_is_chosen_by_the_first_load_and_stays(lab: Lab, town: Town) -> None:
    assert lab.load("a", town.streets).crs == "EPSG:32634"
    assert lab.load("b", town.streets, projection="EPSG:3006").crs == "EPSG:3006"
    assert lab.load("b", town.districts, source="areas", id_column="area").crs == "EPSG:3006"
    with pytest.raises(InputError, match=r"--projection: city b already works in EPSG:3006, not EPSG:32634"):
        lab.load("b", town.streets, projection="EPSG:32634")
    for projection, told in (("EPSG:4326", "is not in metres"), ("EPSG:99", "is no known coordinate system")):
        with pytest.raises(InputError, match=told):
            lab.load("c", town.streets, projection=projection)


def test_another_name_for_one_layer(lab: Lab, town: Town) -> None:
    lab.load("a", town.districts, source="areas", id_column="area", name="districts")
    assert list(lab.city("a").layers) == ["districts"]
    with pytest.raises(InputError, match=r"--name: \d layers came out: .* \(a name can be given to one layer only\)"):
        lab.load("a", town.streets, name="x")
    with pytest.raises(InputError, match="layer name 'a/b': has '/'"):
        lab.load("a", town.districts, source="areas", id_column="area", name="a/b")


def test_parameters_of_fetching_are_no_use_with_files(lab: Lab, town: Town) -> None:
    with pytest.raises(InputError, match="source osm: unknown parameter 'place'"):
        lab.load("a", town.streets, place="Vaduz")


def test_a_file_that_may_not_be_read(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.osm"
    secret.write_text("x")

    def refused(self: Path, *args: object, **kwargs: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(InputError, match=r"secret.osm: cannot be read: Permission denied"):
        lab.load("a", secret)


def test_what_is_no_file(lab: Lab, tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.osm")
    with pytest.raises(NotFoundError) as caught:
        lab.load("a", tmp_path / "pipe.osm", tmp_path, tmp_path / "none.osm")
    assert [p.what for p in caught.value.problems] == ["this is no ordinary file", "there is no such file"]
    with pytest.raises(NotFoundError, match=r"this is a folder .name the files in it; osm reads files"):
        lab.load("a", tmp_path, source="osm")


def test_people_with_a_key_file_can_be_kept(lab: Lab, town: Town, tmp_path: Path) -> None:
    """A path among the parameters is part of the stamp, and the stamp of the manifest."""
    lab.load("a", town.districts, source="areas", id_column="area", vintage="new")
    (tmp_path / "key.csv").write_text("old,new,share\nw,west,1\ne,east,1\ni,island,1\n")
    (tmp_path / "people.csv").write_text("area,total\nw,10\ne,20\ni,30\n")
    reply = lab.load(
        "a", tmp_path / "people.csv", source="people", key="area", vintage="old", key_file=tmp_path / "key.csv"
    )
    assert reply.to_json()["layers"][0]["rows"] == 3
    assert lab.city("a")["people"].stamp == lab.city(f"a@{reply.version}")["people"].stamp


def test_progress_is_told(lab: Lab, town: Town) -> None:
    seen: list[tuple[str, int, int]] = []
    lab.load("a", town.streets, progress=lambda *step: seen.append(step))
    assert seen[-2:] == [("storing", 0, 1), ("storing", 1, 1)]
    assert all(0 <= done <= max(total, done) for _, done, total in seen)


def test_plans_drawn_on_different_versions_are_not_mixed(lab: Lab, town: Town, tmp_path: Path) -> None:
    """Two plans together: one that was drawn before a street was renamed is refused as it is alone."""
    from stadslab.core.scenario import Scenario
    from stadslab.edits.close_street import CloseStreet

    lab.load("town", town.streets)
    lab.save_scenario("town", Scenario("early", (CloseStreet("osm:way/503"),)).pinned(lab.city("town")))
    renamed = tmp_path / "renamed.osm"
    renamed.write_text(town.streets.read_text().replace("Street 4", "Fourth Street"))
    lab.load("town", renamed)
    lab.save_scenario("town", Scenario("late", (CloseStreet("osm:way/504"),)).pinned(lab.city("town")))
    assert lab.scenarios_together("town", []) is None
    assert lab.scenarios_together("town", ["late"]) is not None
    with pytest.raises(InputError, match="scenario early: it was drawn on version"):
        lab.scenarios_together("town", ["early", "late"])
    with pytest.raises(InputError, match="scenario early: it was drawn on version"):
        lab.scenarios_together("town", ["late", "early"])


def test_plans_together_are_one_plan(lab: Lab, town: Town) -> None:
    from stadslab.core.scenario import Scenario
    from stadslab.edits.close_street import CloseStreet

    lab.load("town", town.streets)
    for name, way in (("a", "503"), ("b", "504")):
        plan = Scenario(name, (CloseStreet(f"osm:way/{way}"),), why=f"Why {name}.")
        lab.save_scenario("town", plan.pinned(lab.city("town")))
    both = lab.scenarios_together("town", ["a", "b"])
    assert both is not None
    assert (both.name, both.why, len(both.edits)) == ("a + b", "Why a.; Why b.", 2)
    assert both.check(lab.city("town")) == []
