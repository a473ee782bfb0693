"""A brief over HTTP is the one the command writes."""

from __future__ import annotations

import pytest

from stadslab.brief.verb_brief import BriefRequest, brief
from stadslab.brief.verify import verify
from stadslab.core.progress import silent
from stadslab.lab.again import measure_again
from tests.faces.web.asking import a_street, finished, good

MEASURES = [{"indicator": "walk_to_nearest", "params": {"kind": "school"}}]


def written(client, **asked):
    reply = client.post("/api/brief", json={"city": "town", "measures": MEASURES, **asked})
    assert reply.status_code in (200, 202), reply.text
    told = finished(client, reply) if reply.status_code == 202 else reply.json()
    return told, client.get(told["file"])


def test_the_page_is_byte_for_byte_the_command_s(client, town_lab, tmp_path):
    told, page = written(client, title="Nu", written="2027-03-01")
    request = BriefRequest(
        "town", (), ("walk_to_nearest:kind=school",), str(tmp_path / "x.html"), title="Nu", written="2027-03-01"
    )
    reply = brief(town_lab, request, silent)
    assert page.content == (tmp_path / "x.html").read_bytes()
    assert told["answers"] == list(reply.answers)
    assert (told["name"], told["bytes"]) == ("town-now-brief.html", reply.size)
    assert page.headers["Content-Disposition"].startswith("attachment")


def test_edits_that_nobody_saved_are_told_and_verified(client, town_lab):
    edits = [{"kind": "close_street", "street": a_street(town_lab)}]
    told, page = written(client, edits=edits, plan="Stängt", why="För att se.", by="Gatukontoret")
    assert told["name"] == "town-Stängt-brief.html"
    assert "För att se." in page.text
    assert "Gatukontoret" in page.text
    assert verify(page.text, lambda measure: measure_again(town_lab, measure, silent)).equal
    assert town_lab.scenarios("town") == []


def test_in_swedish_it_is_told_and_verified(client, town_lab):
    told, page = written(client, language="sv")
    assert '<html lang="sv">' in page.text
    assert told["answers"][0].startswith("Minuter till fots till närmaste plats: skola: ")
    assert "Hur lång är promenaden till närmaste plats av en sort? · skola" in page.text
    assert verify(page.text, lambda measure: measure_again(town_lab, measure, silent)).equal
    english, other = written(client)
    assert english["file"] != told["file"]
    assert '<html lang="en">' in other.text


def test_a_pdf_and_the_same_again_at_once(client):
    told, file = written(client, format="pdf")
    assert file.content.startswith(b"%PDF")
    assert file.headers["Content-Type"] == "application/pdf"
    assert told["bytes"] == len(file.content)
    again = client.post("/api/brief", json={"city": "town", "measures": MEASURES, "format": "pdf"})
    assert (again.status_code, again.json()) == (200, told)


def test_without_measures_it_tells_of_everyday_errands(client):
    told, _ = written(client, measures=[])
    assert len(told["answers"]) == 4


def test_all_that_is_wrong_is_told_at_once(client):
    asked = {
        "city": "town",
        "measures": [
            {"indicator": "walk_acces"},
            {"indicator": "walk_access", "params": {"kind": "school", "minutes": -1}},
        ],
        "edits": [{"kind": "close_street", "street": "osm:way/0"}],
    }
    reply = client.post("/api/brief", json=asked)
    assert reply.status_code == 422
    told = " ".join(p["what"] for p in reply.json()["problems"])
    for part in ("walk_acces", "-1", "osm:way/0"):
        assert part in told


@pytest.mark.parametrize(
    "asked",
    [
        {"city": "town", "from_date": "soon"},
        {"city": "town", "format": "docx"},
        {"city": "town", "to": "/etc/x"},
        {"city": "town", "language": "xx"},
    ],
)
def test_what_is_malformed_is_refused(client, asked):
    assert client.post("/api/brief", json=asked).status_code == 422


def test_one_that_is_not_kept_is_told(client):
    reply = client.get("/api/briefs/none")
    assert (reply.status_code, reply.json()["problems"][0]["hint"]) == (404, "ask for it again")
    assert good(client.get("/api/health"))
