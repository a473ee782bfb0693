"""Cities on disk: names move, versions stay, damage is named."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from stadslab.core.city import City
from stadslab.core.errors import InputError, NotFoundError, StoreError
from stadslab.store.audit import audit
from stadslab.store.folder import LabFolder
from stadslab.store.manifests import history, list_cities, load_city, remove_city, save_city
from stadslab.store.objects import ParquetHandle, object_path
from tests.store import made


@pytest.fixture
def folder(tmp_path: Path) -> LabFolder:
    return LabFolder.open(tmp_path / "a.lab")


def test_a_city_comes_back_as_it_was(folder: LabFolder) -> None:
    city = made.city()
    version = save_city(folder, city)
    back = load_city(LabFolder.open(folder.path), "Åre")
    assert (back.name, back.crs, back.key()) == (city.name, city.crs, city.key())
    assert set(back.layers) == {"places", "water"}
    for name, layer in city.layers.items():
        assert back[name].stamp == layer.stamp
        assert back[name].schema == layer.schema
        assert back[name].rows == layer.rows
        assert back[name].scan().equals(layer.scan())
    assert history(folder, "Åre") == [version]
    assert list_cities(folder) == ["Åre"]


def test_a_city_without_layers_and_a_layer_of_another_name(folder: LabFolder) -> None:
    save_city(folder, City("empty", "EPSG:3006"))
    assert not load_city(folder, "empty").layers
    named = replace(made.places(3), name="shops")
    save_city(folder, City("named", "EPSG:3006").with_layer(named))
    assert load_city(folder, "named")["shops"].schema.name == "places"


def test_saving_again_keeps_the_version_and_writes_no_rows(folder: LabFolder) -> None:
    first = save_city(folder, made.city())
    back = load_city(folder, "Åre")
    for path in folder.objects.iterdir():
        os.utime(path, ns=(1, 1))
    assert save_city(folder, back) == first
    assert history(folder, "Åre") == [first]
    assert {p.stat().st_mtime_ns for p in folder.objects.iterdir()} == {1}


def test_versions_by_the_start_of_their_digest(folder: LabFolder) -> None:
    versions = [save_city(folder, made.city(generation=n)) for n in range(20)]
    assert history(folder, "Åre") == versions
    for generation, version in enumerate(versions):
        for start in (version, version[:12], version[:12].upper()):
            city = load_city(folder, f"Åre@{start}")
            assert city.name == "Åre"
            assert set(city["places"].scan("capacity")["capacity"].to_pylist()) == {float(generation)}
    assert load_city(folder, "Åre").key() == load_city(folder, f"Åre@{versions[-1]}").key()
    # 20 digests share 16 first digits: some start fits several
    shared = next(c for c in "0123456789abcdef" if sum(v.startswith(c) for v in versions) > 1)
    with pytest.raises(InputError, match=rf"versions start with '{shared}' \(write more of"):
        load_city(folder, f"Åre@{shared}")
    for start in ("", "xyz"):
        with pytest.raises(NotFoundError, match=rf"newest first: {versions[-1][:8]}"):
            load_city(folder, f"Åre@{start}")


def test_going_back_to_an_older_version(folder: LabFolder) -> None:
    first, second = (save_city(folder, made.city(generation=n)) for n in range(2))
    assert save_city(folder, load_city(folder, f"Åre@{first}")) == first
    assert history(folder, "Åre") == [first, second, first]
    assert load_city(folder, f"Åre@{first[:6]}").key() == load_city(folder, "Åre").key()


def test_what_is_not_there_says_what_is(folder: LabFolder) -> None:
    with pytest.raises(NotFoundError, match="no city 'Oslo' \\(it has: no cities yet\\)"):
        load_city(folder, "Oslo")
    save_city(folder, made.city())
    for act in (load_city, history, remove_city):
        with pytest.raises(NotFoundError, match="it has: Åre"):
            act(folder, "Oslo")


@pytest.mark.parametrize("name", ["../x", "", ".x", "a/b"])
def test_names_that_would_leave_the_folder(folder: LabFolder, name: str) -> None:
    with pytest.raises(InputError, match="city name"):
        save_city(folder, City(name, "EPSG:3006"))
    for act in (load_city, remove_city):
        with pytest.raises(InputError, match="city name"):
            act(folder, name)
    assert not list_cities(folder)


def test_removing_keeps_what_others_use(folder: LabFolder) -> None:
    save_city(folder, made.city("one", 1))
    save_city(folder, made.city("one", 2))
    save_city(folder, made.city("two", 2))
    assert len(list(folder.objects.iterdir())) == 4
    remove_city(folder, "one")
    assert list_cities(folder) == ["two"]
    assert len(list(folder.versions.iterdir())) == 1
    assert len(list(folder.objects.iterdir())) == 2
    assert audit(folder) == []


def test_removing_beside_a_damaged_manifest_keeps_all_rows(folder: LabFolder) -> None:
    save_city(folder, made.city("one", 1))
    version = save_city(folder, made.city("two", 2))
    (folder.versions / f"{version}.json").write_text("{")
    remove_city(folder, "one")
    assert list_cities(folder) == ["two"]
    assert len(list(folder.objects.iterdir())) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"format": 1,\n "name" "Åre"}', "line 2, column 9"),
        ("", "line 1, column 1"),
        ("[1]", "must be a JSON object, not list"),
        ('{"format": 1, "name": "Åre"}', "key 'history' is missing"),
        ('{"format": 1, "name": "Åre", "history": [], "x": 1}', "unknown key 'x'"),
        ('{"format": 1, "name": "Åre", "history": []}', "must list digests"),
        ('{"format": 1, "name": "Åre", "history": ["../../secret"]}', "must list digests"),
        ('{"format": 1, "name": 4, "history": []}', "'name' must be str, not 4"),
        ('{"format": 2, "name": "Åre", "history": []}', "newer stadslab"),
        ('{"format": 1, "name": "Åre", "name": "Oslo", "history": []}', "'name' is given twice"),
    ],
)
def test_a_damaged_name_file(folder: LabFolder, text: str, said: str) -> None:
    save_city(folder, made.city())
    path = folder.cities / "Åre.json"
    path.write_text(text, "utf-8")
    for act in (load_city, history):
        with pytest.raises(StoreError) as caught:
            act(folder, "Åre")
        assert said in str(caught.value)
        assert str(path) in str(caught.value)
    assert [p.where.startswith(str(path)) for p in audit(folder)] == [True]
    with pytest.raises(StoreError):
        save_city(folder, made.city(generation=1))
    assert path.read_text("utf-8") == text


def test_text_that_is_not_utf8_names_the_line(folder: LabFolder) -> None:
    save_city(folder, made.city())
    (folder.cities / "Åre.json").write_bytes('{"format": 1,\n "name": "Åre"}'.encode("latin-1"))
    with pytest.raises(StoreError, match=r"line 2: byte 0xc5 is not UTF-8"):
        load_city(folder, "Åre")


def test_an_edited_or_absent_version_is_refused_and_older_ones_stay(folder: LabFolder) -> None:
    first, second = (save_city(folder, made.city(generation=n)) for n in range(2))
    path = folder.versions / f"{second}.json"
    value = json.loads(path.read_text("utf-8"))
    value["layers"]["places"]["rows"] += 1
    path.write_text(json.dumps(value), "utf-8")
    with pytest.raises(StoreError, match="damaged or was edited"):
        load_city(folder, "Åre")
    path.unlink()
    with pytest.raises(StoreError, match=r"cannot be read: No such file.*show an older version"):
        load_city(folder, "Åre")
    assert load_city(folder, f"Åre@{first[:10]}")["places"].rows == 20


def test_a_newer_version_is_named_as_newer_rather_than_damaged(folder: LabFolder) -> None:
    version = save_city(folder, made.city())
    path = folder.versions / f"{version}.json"
    path.write_text(path.read_text("utf-8").replace('"format": 1', '"format": 9'), "utf-8")
    with pytest.raises(StoreError, match=r"has format 9.*upgrade"):
        load_city(folder, "Åre")


def test_audit_finds_missing_and_damaged_rows(folder: LabFolder) -> None:
    save_city(folder, made.city("one", 1))
    save_city(folder, made.city("two", 1))
    city = load_city(folder, "one")
    assert audit(folder) == []
    first, second = (object_path(folder, city[name].digest) for name in ("places", "water"))
    first.unlink()
    second.write_bytes(second.read_bytes()[:-20])
    seen: list[tuple[int, int]] = []
    problems = audit(folder, lambda _, done, total: seen.append((done, total)))
    assert seen == [(0, 2), (1, 2), (2, 2)]
    assert {p.where for p in problems} == {str(first), str(second)}
    assert all("one@" in p.what and "two@" in p.what and p.hint == "load the layer again" for p in problems)
    save_city(folder, made.city("one", 1))  # the remedy
    assert audit(folder) == []


def test_a_lost_object_is_not_saved_over_in_silence(folder: LabFolder) -> None:
    save_city(folder, made.city())
    city = load_city(folder, "Åre")
    object_path(folder, city["water"].digest).unlink()
    with pytest.raises(StoreError, match="is missing"):
        save_city(folder, city.with_layer(made.places(3, 9)))
    assert len(history(folder, "Åre")) == 1


def test_a_city_moves_to_another_lab(folder: LabFolder, tmp_path: Path) -> None:
    save_city(folder, made.city())
    other = LabFolder.open(tmp_path / "b.lab")
    version = save_city(other, load_city(folder, "Åre"))
    assert version == history(folder, "Åre")[0]
    handle = load_city(other, "Åre")["places"].handle
    assert isinstance(handle, ParquetHandle)
    assert handle.path.is_relative_to(other.path)
    assert audit(other) == []


def test_threads_saving_at_once_lose_no_version(folder: LabFolder) -> None:
    def save(generation: int) -> None:
        save_city(folder, made.city(generation=generation))

    threads = [threading.Thread(target=save, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(history(folder, "Åre"))) == 8
    assert audit(folder) == []
