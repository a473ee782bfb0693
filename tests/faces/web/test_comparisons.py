"""Before and after a plan over HTTP: the same numbers as the lab's own comparison, and nothing that may not be told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stadslab.core.scenario import Scenario
from stadslab.core.suppression import rows_of
from stadslab.core.unit_counts import told_per_unit
from stadslab.edits.close_street import CloseStreet
from stadslab.faces.web.jobs import jobs_of
from stadslab.lab.lab import Lab
from tests.faces.web.conftest import TOWN

CLOSED = {"kind": "close_street", "street": "osm:way/49#58-65"}
QUESTION = {"city": TOWN, "indicator": "walk_to_nearest", "params": {"kind": "preschool"}, "support": "h3:10"}
LIMIT_S = 60.0


def replied(client: Any, path: str, body: dict[str, Any]) -> Any:
    """The reply, after the job if there is one."""
    reply = client.post(path, json=body)
    if reply.status_code == 202:
        job = jobs_of(client.app.state.desk).named(reply.json()["id"])
        assert job.ended.wait(LIMIT_S), job.stage
        reply = client.get(f"/api/jobs/{job.id}/reply")
    return reply


@pytest.fixture
def head(client):
    reply = replied(client, "/api/comparisons", {**QUESTION, "edits": [CLOSED]})
    assert reply.status_code == 200, reply.text
    return reply.json()


def compared(lab: Lab, *edits: Any, **more: Any) -> Any:
    """The lab's own answer."""
    scenario = Scenario("plan", edits or (CloseStreet(CLOSED["street"]),))
    return lab.compare(TOWN, "walk_to_nearest", scenario, support="h3:10", kind="preschool", **more)


def test_units_change_as_the_lab_says(client, town_lab, head):
    told = client.get(head["url"]).json()
    found = compared(town_lab)
    change = found.change()
    finite = np.isfinite(change)
    assert (found.better() < 0).any()
    assert told["better"] == found.better().tolist()
    assert [told["change"][n] for n in np.flatnonzero(finite)] == change[finite].round(6).tolist()
    assert {told["change"][n] for n in np.flatnonzero(~finite)} <= {None}
    before, after = found.base.mean(), found.after.mean()
    assert told["lost"] == np.flatnonzero(np.isfinite(before) & np.isinf(after)).tolist()
    assert told["won"] == np.flatnonzero(np.isinf(before) & np.isfinite(after)).tolist()
    assert told["unknown"] == np.flatnonzero(np.isnan(change)).tolist()
    assert told["agreement"] is None
    assert (told["unit"], told["direction"]) == ("min", "cost")


def test_groups_are_told_as_the_table_beside_a_map_may_be(town_lab, head):
    found = compared(town_lab)
    rows = [row for group in rows_of(found, told_per_unit(found.people)).values() for row in group]
    assert [(g["dimension"], g["group"]) for g in head["groups"]] == [(r.dimension, r.group) for r in rows]
    for told, row in zip(head["groups"], rows, strict=True):
        for name in ("people", "lose", "gain", "same", "unknown", "cut_off", "reached"):
            count = row[name]
            assert told[name] == {"number": count.number if count.visible else None, "state": count.state}
        assert told["sure_lose"] is None
        assert told["mean_change"] == row.mean_change


def test_a_head_says_what_was_asked_and_what_was_left_out(head):
    assert len(head["sentences"]) == 1
    assert head["sentences"][0].startswith("Close ")
    assert head["assumption"].startswith("no behavioural response modelled")
    assert head["url"] == f"/api/comparisons/{head['before']}/{head['after']}"
    assert not head["uncertain"]
    assert head["newcomers"] == {"number": 0, "state": "told"}
    assert "lose" in head["answer"][0]
    assert all(unit["near"] for unit in head["losers"])


def test_the_plan_is_told_in_the_language_of_the_reader(client):
    told = replied(client, "/api/comparisons?language=sv", {**QUESTION, "edits": [CLOSED]}).json()
    assert told["sentences"][0].startswith("Stäng ")


def test_what_is_worth_a_word_about_a_plan_is_told_in_the_language_of_the_reader(client):
    twice = {**QUESTION, "edits": [CLOSED, CLOSED]}
    heads = [replied(client, f"/api/comparisons?language={to}", twice).json() for to in ("en", "sv")]
    english, swedish = ({one["what"] for one in head["warnings"]} for head in heads)
    assert english
    assert swedish
    assert not english & swedish


def test_the_second_to_ask_waits_for_no_job(client, head):
    again = client.post("/api/comparisons", json={**QUESTION, "edits": [CLOSED]})
    assert again.status_code == 200
    assert again.json() == {**head, "cached": True}


def test_what_changes_is_kept_for_ever(client, head):
    first = client.get(head["url"])
    assert "immutable" in first.headers["cache-control"]
    assert client.get(head["url"], headers={"If-None-Match": first.headers["etag"]}).status_code == 304


def test_draws_tell_how_sure_it_is(client, town_lab):
    body = {**QUESTION, "edits": [CLOSED], "draws": 4, "seed": 2}
    told = replied(client, "/api/comparisons", body).json()
    found = compared(town_lab, draws=4, seed=2)
    units = client.get(told["url"]).json()
    assert units["agreement"] == found.agreement().round(6).tolist()
    everybody = told["groups"][0]
    assert everybody["sure_lose"] is not None
    assert (told["uncertain"], told["draws"], told["sure"]) == (True, 4, 0.9)


def test_a_saved_plan_and_edits_are_carried_out_in_order(client, town_lab):
    other = {"kind": "close_street", "street": "osm:way/82#94-98"}
    town_lab.save_scenario(TOWN, Scenario("close-a-street", (CloseStreet(CLOSED["street"]),)))
    told = replied(client, "/api/comparisons", {**QUESTION, "plans": ["close-a-street"]}).json()
    bare = replied(client, "/api/comparisons", {**QUESTION, "edits": [CLOSED]}).json()
    assert (told["before"], told["after"], told["plan"]) == (bare["before"], bare["after"], "close-a-street")
    both = {**QUESTION, "plans": ["close-a-street"], "edits": [other], "plan": "both"}
    drawn = replied(client, "/api/comparisons", {**QUESTION, "edits": [CLOSED, other]}).json()
    told = replied(client, "/api/comparisons", both).json()
    assert (told["after"], told["plan"], len(told["sentences"])) == (drawn["after"], "both", 2)


def test_without_a_plan_there_is_nothing_to_compare(client):
    reply = client.post("/api/comparisons", json=QUESTION)
    assert reply.status_code == 422
    assert "nothing to compare" in reply.json()["problems"][0]["what"]


@pytest.mark.parametrize("name", ["/etc/passwd.json", "../town.json", "plan.json"])
def test_a_plan_is_named_not_a_file_of_the_machine(client, name):
    reply = client.post("/api/comparisons", json={**QUESTION, "plans": [name]})
    assert reply.status_code in (404, 422)
    assert "JSON" not in reply.text  # the file was not read


def test_a_plan_that_is_not_there(client):
    assert client.post("/api/comparisons", json={**QUESTION, "plans": ["never-drawn"]}).status_code == 404


def test_all_problems_of_a_plan_are_told(client):
    edits = [{"kind": "close_street", "street": "nowhere"}, {"kind": "close_street", "street": "elsewhere"}]
    reply = client.post("/api/comparisons", json={**QUESTION, "edits": edits})
    assert reply.status_code == 422
    assert [p["where"].split(",")[0] for p in reply.json()["problems"]] == [
        "edit 1 (close_street)",
        "edit 2 (close_street)",
    ]


def test_several_plans_side_by_side(client, head):
    other = {"kind": "close_street", "street": "osm:way/82#94-98"}
    pinned = [{"plan": "one", "edits": [CLOSED]}, {"plan": "both", "edits": [CLOSED, other]}]
    told = replied(client, "/api/comparisons/several", {**QUESTION, "pinned": pinned}).json()["comparisons"]
    assert [c["plan"] for c in told] == ["one", "both"]
    assert told[0]["after"] == head["after"] != told[1]["after"]
    assert told[0]["before"] == told[1]["before"]
    alone = replied(client, "/api/comparisons", {**QUESTION, "edits": [CLOSED, other], "plan": "both"}).json()
    assert told[1]["groups"] == alone["groups"]
    again = client.post("/api/comparisons/several", json={**QUESTION, "pinned": pinned})
    assert again.status_code == 200


def test_problems_of_several_plans_say_of_which(client):
    bad = {"kind": "close_street", "street": "nowhere"}
    pinned = [{"plan": "good", "edits": [CLOSED]}, {"plan": "bad", "edits": [bad]}, {"edits": []}]
    reply = client.post("/api/comparisons/several", json={**QUESTION, "pinned": pinned})
    assert reply.status_code == 422
    assert [p["where"].split(",")[0] for p in reply.json()["problems"]] == ["plan 'bad'", "plan 3"]


def test_more_plans_than_fit_side_by_side_are_refused(client):
    pinned = [{"edits": [CLOSED]}] * 7
    assert client.post("/api/comparisons/several", json={**QUESTION, "pinned": pinned}).status_code == 422


def test_answers_to_different_questions_are_not_compared(client, head):
    other = replied(client, "/api/answers", {**QUESTION, "params": {"kind": "school"}}).json()["key"]
    reply = client.get(f"/api/comparisons/{head['before']}/{other}")
    assert reply.status_code == 422
    assert "different parameters" in reply.json()["problems"][0]["what"]
    assert client.get(f"/api/comparisons/{head['before']}/{'0' * 64}").status_code == 404
