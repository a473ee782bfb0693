"""Plans over HTTP: read, saved without losing anybody's work, deleted, checked while they are drawn."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from stadslab.core.scenario import Scenario
from stadslab.edits.close_street import CloseStreet
from stadslab.faces.web.access import Access
from stadslab.faces.web.app import create_app
from stadslab.lab.lab import Lab
from stadslab.store import manifests
from tests.edits.village import at, village

PLANS = "/api/cities/village/plans"
CLOSE = {"kind": "close_street", "street": "osm:way/4", "modes": ["walk", "cycle", "drive"]}
SCHOOL = {"kind": "add_place", "place_kind": "school", "at": list(at(40, 10)), "name": "Nya skolan", "capacity": None}
NEW = {"If-None-Match": "*"}


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    lab = Lab(tmp_path / "village.lab")
    city = village()
    manifests.save_city(lab.folder, type(city)("village", city.crs, city.layers))
    return lab


@pytest.fixture
def here(lab: Lab) -> Iterator[TestClient]:
    with TestClient(create_app(lab), base_url="http://127.0.0.1:8765") as found:
        yield found


def save(here: TestClient, name: str, edits: list[object], headers: dict[str, str], **more: object):
    return here.put(f"{PLANS}/{name}", json={"edits": edits, **more}, headers=headers)


def what(reply) -> list[str]:
    return [problem["what"] for problem in reply.json()["problems"]]


def test_a_plan_is_saved_read_listed_and_deleted(here, lab):
    assert here.get(PLANS).json() == {"city": "village", "plans": []}
    saved = save(here, "bro", [CLOSE, SCHOOL], NEW, why="Reparation", by="Nämnden", from_date="2027-01-01")
    assert saved.status_code == 200
    plan = saved.json()
    assert saved.headers["etag"] == f'"{plan["tag"]}"'
    assert plan["edits"] == [CLOSE, SCHOOL]
    assert plan["moved"] == []
    assert plan["sentences"][1] == "Add a school, Nya skolan, by Storgatan."
    read = here.get(f"{PLANS}/bro", params={"language": "sv"})
    assert read.headers["etag"] == saved.headers["etag"]
    assert read.json()["sentences"][1] == "Lägg till skola, Nya skolan, vid Storgatan."
    kept = lab.scenario("village", "bro")
    assert (kept.why, kept.by, kept.from_date) == ("Reparation", "Nämnden", "2027-01-01")
    assert set(kept.drawn_on) == {"streets", "places"}
    (head,) = here.get(PLANS).json()["plans"]
    assert (head["name"], head["edits"], head["by"], head["problems"]) == ("bro", 2, "Nämnden", [])
    assert here.delete(f"{PLANS}/bro", headers={"If-Match": saved.headers["etag"]}).status_code == 204
    assert here.get(f"{PLANS}/bro").status_code == 404


def test_a_reader_with_the_newest_version_is_told_so(here):
    tag = save(here, "a", [CLOSE], NEW).headers["etag"]
    assert here.get(f"{PLANS}/a", headers={"If-None-Match": tag}).status_code == 304
    newer = save(here, "a", [SCHOOL], {"If-Match": tag}).headers["etag"]
    again = here.get(f"{PLANS}/a", headers={"If-None-Match": tag})
    assert (again.status_code, again.headers["etag"]) == (200, newer)


def test_the_second_of_two_tabs_is_told_what_the_first_saved(here):
    tag = save(here, "a", [CLOSE], NEW).headers["etag"]
    first = save(here, "a", [CLOSE, SCHOOL], {"If-Match": tag}, by="Ada")
    second = save(here, "a", [SCHOOL], {"If-Match": tag}, by="Bo")
    assert second.status_code == 412
    told = second.json()
    assert told["theirs"]["edits"] == [CLOSE, SCHOOL]
    assert told["theirs"]["by"] == "Ada"
    assert second.headers["etag"] == first.headers["etag"]
    assert [(d["what"], d["yours"], d["theirs"][:5]) for d in told["differences"]] == [
        ("only_theirs", "", "Close"),
        ("by", "Bo", "Ada"),
    ]
    assert here.get(f"{PLANS}/a").json()["edits"] == [CLOSE, SCHOOL]
    assert here.delete(f"{PLANS}/a", headers={"If-Match": tag}).status_code == 412
    assert here.get(f"{PLANS}/a").status_code == 200
    order = save(here, "a", [SCHOOL, CLOSE], {"If-Match": tag}, by="Ada").json()["differences"]
    assert [d["what"] for d in order] == ["order"]


def test_a_new_plan_never_replaces_one_of_its_name(here):
    save(here, "a", [CLOSE], NEW)
    again = save(here, "a", [SCHOOL], NEW)
    assert again.status_code == 412
    assert what(again) == ["there is one of this name already"]


def test_a_plan_deleted_meanwhile_is_told_of(here):
    tag = save(here, "a", [CLOSE], NEW).headers["etag"]
    here.delete(f"{PLANS}/a", headers={"If-Match": tag})
    late = save(here, "a", [SCHOOL], {"If-Match": tag})
    assert (late.status_code, late.json()["theirs"]) == (412, None)
    assert what(late) == ["it was deleted since you read it"]


def test_who_does_not_say_which_version_is_refused(here):
    assert save(here, "a", [CLOSE], {}).status_code == 428
    save(here, "a", [CLOSE], NEW)
    assert here.delete(f"{PLANS}/a").status_code == 428
    assert save(here, "a", [SCHOOL], {"If-Match": "*"}).status_code == 200


def test_of_many_who_save_at_once_one_wins(here):
    tag = save(here, "a", [CLOSE], NEW).headers["etag"]
    start, codes = threading.Barrier(6), []

    def one(number: int) -> None:
        start.wait(timeout=60)
        codes.append(save(here, "a", [{**SCHOOL, "capacity": number}], {"If-Match": tag}).status_code)

    threads = [threading.Thread(target=one, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(codes) == [200] + [412] * 5


def test_a_shell_that_edits_meanwhile_loses_nothing_and_takes_nothing(here, lab):
    tag = save(here, "a", [CLOSE], NEW).headers["etag"]
    lon, lat = at(10, 10)
    command = [sys.executable, "-m", "stadslab", "edit", "village", "a", "add_place", "--place-kind", "school"]
    command += ["--at", f"{lon},{lat}", "--lab", str(lab.folder.path)]
    shell = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert shell.returncode == 0, shell.stderr
    late = save(here, "a", [], {"If-Match": tag})
    assert late.status_code == 412
    assert [e["kind"] for e in late.json()["theirs"]["edits"]] == ["close_street", "add_place"]


def test_a_shell_waits_while_a_plan_is_read_and_saved(lab):
    """Both add one edit to the same plan many times; were one step not whole, edits would be lost."""
    from stadslab.lab.verbs.edit import EditRequest, edit

    other = Lab(lab.folder.path)
    failed = []

    def add(into: Lab, start: int) -> None:
        try:
            for n in range(start, start + 4):
                params = {"place_kind": "school", "at": at(10 + 3 * n, 10)}
                edit(into, EditRequest("village", "a", "add_place", params=params), lambda *told: None)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=add, args=(which, k * 100)) for k, which in enumerate((lab, other))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert failed == []
    assert len(lab.scenario("village", "a").edits) == 8


def test_nothing_is_saved_when_an_edit_cannot_be_made(here):
    refused = save(here, "a", [CLOSE, {"kind": "close_street", "street": "osm:way/99"}, 3], NEW)
    assert refused.status_code == 422
    where = [problem["where"] for problem in refused.json()["problems"]]
    assert where == ["edit 2 (close_street), street", "edit 3"]
    assert here.get(PLANS).json()["plans"] == []


def test_a_plan_drawn_on_another_version_says_what_moved_and_can_be_redrawn(here, lab):
    city = lab.city("village")
    old = Scenario("a", (CloseStreet("osm:way/4"),)).pinned(city)
    rows = [{**row, "name": "Nygatan"} for row in city["streets"].find(["osm:way/4#2-6"]).to_pylist()]
    import pyarrow as pa

    from stadslab.core.layer import Layer

    table = city["streets"].overlaid(frozenset(), pa.Table.from_pylist(rows, schema=city["streets"].schema.arrow))
    newer = Layer.of("streets", table.scan(), city["streets"].stamp)
    manifests.save_city(lab.folder, city.with_layer(newer))
    lab.save_scenario("village", old)
    plan = here.get(f"{PLANS}/a")
    assert 'name "Kyrkogatan" -> "Nygatan"' in plan.json()["moved"][0]["what"]
    told = {"edits": plan.json()["edits"], "drawn_on": plan.json()["drawn_on"]}
    assert len(here.post(f"{PLANS}/check", json=told).json()["moved"]) == 1
    tag = {"If-Match": plan.headers["etag"]}
    refused = here.put(f"{PLANS}/a", json=told, headers=tag)
    assert refused.status_code == 422
    redrawn = here.put(f"{PLANS}/a", json={**told, "redraw": True}, headers=tag)
    assert (redrawn.status_code, redrawn.json()["moved"]) == (200, [])
    assert redrawn.json()["sentences"][0].startswith("Close Nygatan")


def test_every_edit_is_told_with_its_problems_and_its_sketch(here):
    reply = here.post(f"{PLANS}/check", json={"edits": [CLOSE, {"kind": "nonsense"}, SCHOOL]}).json()
    assert [(s["kind"], s["made"]) for s in reply["steps"]] == [
        ("close_street", True),
        ("nonsense", False),
        ("add_place", True),
    ]
    assert reply["steps"][0]["sketch"]["features"][0]["properties"]["role"] == "closed"
    assert reply["moved"] == []


@pytest.mark.parametrize(
    "body",
    ["{", "[]", "null", '{"edits": 5}', '{"edits": [], "more": 1}', '{"edits": [' + "[" * 5000 + "]" * 5000 + "]}",
     '{"edits": [], "drawn_on": {"streets": 5}}', '{"edits": [' + ",".join(["1"] * 1000) + "]}", b"\xff\xfe"],
)  # fmt: skip
def test_malformed_bodies_are_refused_with_problems(here, body):
    reply = here.post(f"{PLANS}/check", content=body, headers={"Content-Type": "application/json"})
    assert 400 <= reply.status_code < 500
    assert reply.json()["problems"]


@pytest.mark.parametrize(
    "edit",
    ['{"kind": "add_place", "place_kind": "school", "at": [NaN, 59]}', '{"kind": "add_street", "line": [[1e999, 2]]}',
     '{"kind": "add_homes", "at": [18, 59], "people": 1e30}', '{"kind": ["a"]}', '"\\u0000"'],
)  # fmt: skip
def test_odd_values_are_told_of_and_never_a_failure(here, edit):
    body = '{"edits": [' + edit + "]}"
    reply = here.post(f"{PLANS}/check", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code == 200
    (step,) = reply.json()["steps"]
    assert step["problems"]
    assert not step["made"]


@pytest.mark.parametrize("name", ["..", "a b", "%2e%2e%2fx", ".hidden", "x" * 100, "a%00b"])
def test_names_that_would_leave_the_folder(here, lab, name):
    reply = save(here, name, [CLOSE], NEW)
    assert reply.status_code in (404, 405, 422)
    assert lab.scenarios("village") == []


def test_a_file_that_somebody_broke_is_listed_with_what_is_wrong(here, lab):
    save(here, "a", [CLOSE], NEW)
    (lab.folder.scenarios / "village" / "b.json").write_text('{"format": 1, "name": "b", "edits": [5]}')
    heads = here.get(PLANS).json()["plans"]
    assert [bool(h["problems"]) for h in heads] == [False, True]
    assert here.get(f"{PLANS}/b").status_code == 422
    tag = {"If-Match": f'"{heads[1]["tag"]}"'}
    assert save(here, "b", [CLOSE], tag).status_code == 200


def test_a_city_that_is_not_there(here):
    for path in ("plans", "near?at=18,59", "named?text=a&sort=streets", "lines"):
        assert here.get(f"/api/cities/nowhere/{path}").status_code == 404


def test_only_editors_change_plans(lab):
    access = Access(token="let-me-in", hosts=("city.example",))
    with TestClient(create_app(lab, access), base_url="http://city.example") as there:
        for method, path in (("PUT", "/a"), ("DELETE", "/a"), ("GET", ""), ("POST", "/check")):
            assert there.request(method, PLANS + path, json={"edits": []}).status_code == 401
        shown = {"Authorization": "Bearer let-me-in", **NEW}
        assert there.put(f"{PLANS}/a", json={"edits": []}, headers=shown).status_code == 200


def test_what_is_near_is_told_in_the_readers_language(here):
    lon, lat = at(120, 8)
    reply = here.get("/api/cities/village/near", params={"at": f"{lon},{lat}", "within_m": 30, "language": "sv"}).json()
    assert reply["streets"][0]["whole"].startswith("Storgatan (bostadsgata, 300 m i 3 delar")
    only = here.get("/api/cities/village/near", params={"at": f"{lon},{lat}", "sorts": "places"}).json()
    assert (only["streets"], only["stops"]) == ([], [])


@pytest.mark.parametrize(
    "params",
    [{"at": "x"}, {"at": "1"}, {"at": "nan,5"}, {"at": "1,2,3"}, {"at": "999,5"}, {"at": "18,59", "within_m": "1e9"},
     {"at": "18,59", "sorts": "cows"}, {}],
)  # fmt: skip
def test_nowhere_is_told_of(here, params):
    reply = here.get("/api/cities/village/near", params=params)
    assert reply.status_code == 422
    assert reply.json()["problems"]


def test_lines_and_names(here):
    lines = here.get("/api/cities/village/lines", params={"language": "sv"}).json()["lines"]
    assert "buss 55" in [line["words"] for line in lines]
    found = here.get("/api/cities/village/named", params={"text": "kyrko", "sort": "streets"}).json()["matches"]
    assert [m["id"] for m in found] == ["osm:way/4"]
    assert here.get("/api/cities/village/named", params={"text": "x", "sort": "cows"}).status_code == 422
