"""The live what-if over HTTP: a preview, then exactly what measuring the scenario says, then the people."""

from __future__ import annotations

import asyncio
import json
import math
import threading
import time
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from stadslab.core.scenario import Scenario, scenario_from_json
from stadslab.core.suppression import rows_of
from stadslab.core.unit_counts import told_per_unit
from stadslab.faces.web import live
from stadslab.faces.web.app import create_app
from stadslab.faces.web.desk import Desk
from stadslab.faces.web.live_chunks import LiveChunk
from stadslab.faces.web.live_sessions import StaleError
from stadslab.lab import catalog, whatif
from stadslab.lab.lab import Lab

TOWN = "town"
WAIT_S = 60.0
WALK = {"city": TOWN, "indicator": "walk_to_nearest", "params": {"kind": "school"}, "support": "h3:10"}


def streets(lab: Lab) -> list[str]:
    return lab.city(TOWN)["streets"].scan("id")["id"].to_pylist()


def close(street: str) -> dict[str, Any]:
    return {"kind": "close_street", "street": street}


class Session:
    """Somebody who draws."""

    def __init__(self, client: TestClient, name: str, question: dict[str, Any]) -> None:
        self.client, self.name, self.question, self.serial = client, name, question, 0

    def ask(self, *edits: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
        self.serial += 1
        body = {"session": self.name, "serial": self.serial, "question": self.question, "edits": list(edits)}
        reply = self.client.post("/api/live", json=body | more)
        assert reply.status_code == 200, reply.text
        assert reply.headers["content-type"].startswith("application/x-ndjson")
        chunks = [json.loads(text) for text in reply.text.splitlines()]
        for chunk in chunks:
            LiveChunk.model_validate(chunk)
        return chunks


def stage(chunks: list[dict[str, Any]], name: str) -> dict[str, Any]:
    (found,) = [chunk for chunk in chunks if chunk["stage"] == name]
    return found


def shown(base: Any, exact: dict[str, Any]) -> np.ndarray:
    """The answer as the page has it: the city as it is with what the stream says laid over it."""
    values = base.draws[:, 0].copy()
    after = [math.nan if value is None else value for value in exact["after"]]
    values[exact["units"]] = after
    values[exact["unreachable"]] = math.inf
    return values


def plan_of(*edits: dict[str, Any]) -> Scenario:
    return scenario_from_json({"format": 1, "name": "p", "edits": list(edits)}, catalog.edits())


def test_each_list_of_edits_is_answered_as_measuring_it_does(town_lab: Lab, client: TestClient):
    ids = streets(town_lab)
    base = town_lab.measure(TOWN, "walk_to_nearest", support="h3:10", kind="school")
    where = [float(x) for x in base.support.points[0]]
    place = {"kind": "add_place", "place_kind": "school", "at": where}
    session = Session(client, "draws", WALK)
    lists = [
        (close(ids[5]),),
        (close(ids[5]), place),
        (place, close(ids[9])),
        (close(ids[9]),),
        (close(ids[9]), close(ids[12]), place),
        (),
    ]
    changed = 0
    for edits in lists:
        chunks = session.ask(*edits)
        exact = stage(chunks, "exact")
        after = town_lab.measure(TOWN, "walk_to_nearest", support="h3:10", kind="school", scenario=plan_of(*edits))
        np.testing.assert_array_equal(shown(base, exact), after.draws[:, 0])
        reasons = base.reason.copy()
        reasons[exact["units"]] = exact["reason"]
        np.testing.assert_array_equal(reasons, after.reason)
        comparison = town_lab.compare(TOWN, "walk_to_nearest", plan_of(*edits), support="h3:10", kind="school")
        better = np.zeros(len(base), int)
        better[exact["units"]] = exact["better"]
        np.testing.assert_array_equal(better, comparison.better())
        told = stage(chunks, "people")
        rows = rows_of(comparison, told_per_unit(comparison.people))
        assert told["groups"] == {name: [row.published() for row in some] for name, some in rows.items()}
        assert told["sentences"] == plan_of(*edits).sentences(town_lab.city(TOWN))
        assert told["values"] == ""
        changed += len(exact["units"])
    assert changed
    assert exact["units"] == []


def test_the_first_chunk_says_what_the_rest_is_told_against(town_lab: Lab, client: TestClient):
    session = Session(client, "opens", WALK)
    first, again = session.ask(), session.ask()
    assert stage(first, "open")["anew"] == "first"
    assert stage(again, "open")["anew"] == ""
    base = town_lab.measure(TOWN, "walk_to_nearest", support="h3:10", kind="school")
    told = stage(again, "open")
    assert (told["version"], told["support_digest"], told["count"]) == (
        town_lab.version(TOWN), base.support.digest, len(base),
    )  # fmt: skip
    assert (town_lab.folder.values / f"{told['base']}.arrow").exists()
    assert (told["unit"], told["direction"], told["follows"]) == (base.unit, "cost", True)


def test_when_the_pencil_is_lifted_the_answer_is_kept_under_the_key_of_the_scenario(town_lab: Lab, client: TestClient):
    edit = close(streets(town_lab)[20])
    session = Session(client, "settles", WALK)
    told = stage(session.ask(edit, settled=True, by="total"), "people")
    kept = town_lab.folder.values / f"{told['values']}.arrow"
    assert kept.exists()
    seen = kept.stat().st_mtime_ns
    town_lab.measure(TOWN, "walk_to_nearest", support="h3:10", kind="school", scenario=plan_of(edit))
    assert kept.stat().st_mtime_ns == seen
    assert list(told["groups"]) == ["total"]


def test_what_cannot_be_carried_out_is_told_edit_by_edit_and_the_answer_before_stands(
    town_lab: Lab, client: TestClient
):
    ids = streets(town_lab)
    session = Session(client, "errs", WALK)
    good = stage(session.ask(close(ids[5])), "exact")
    refused = stage(session.ask(close(ids[5]), close("no-such"), {"kind": "remove_place", "place": "none"}), "refused")
    assert [problem["edit"] for problem in refused["problems"]] == [1, 2]
    assert "there is no street 'no-such'" in refused["problems"][0]["what"]
    malformed = session.ask({"kind": "close_streat"}, {"kind": "close_street"}, close(ids[5]), {})
    assert [problem["edit"] for problem in stage(malformed, "refused")["problems"]] == [0, 1, 3]
    assert "no kind of edit is called 'close_streat'" in stage(malformed, "refused")["problems"][0]["what"]
    again = stage(session.ask(close(ids[5])), "exact")
    assert {k: v for k, v in again.items() if k not in ("serial", "milliseconds")} == {
        k: v for k, v in good.items() if k not in ("serial", "milliseconds")
    }
    warned = stage(session.ask(close(ids[5]), close(ids[5])), "exact")
    assert [(w["edit"], w["severity"]) for w in warned["warnings"]] == [(1, "warning")]


def test_an_older_request_is_stale(town_lab: Lab, client: TestClient):
    session = Session(client, "races", WALK)
    session.serial = 9
    session.ask()
    session.serial = 3
    assert [chunk["stage"] for chunk in session.ask(close(streets(town_lab)[5]))] == ["stale"]


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"city": "nowhere"}, 404, "there is no city 'nowhere'"),
        ({"indicator": "walk_acess"}, 422, "no indicator is called"),
        ({"params": {"kind": "school", "minuts": 3}}, 422, "unknown parameter 'minuts'"),
    ],
)
def test_a_question_that_cannot_be_is_refused_before_anything_is_streamed(client, change, status, said):
    body = {"session": "a", "serial": 1, "question": WALK | change, "edits": []}
    reply = client.post("/api/live", json=body)
    assert reply.status_code == status
    assert said in reply.json()["problems"][0]["what"]


@pytest.mark.parametrize("session", ["", "a b", "x" * 65, "../up"])
def test_a_session_has_a_plain_name(client: TestClient, session: str):
    assert client.post("/api/live", json={"session": session, "serial": 1, "question": WALK}).status_code == 422


def test_too_many_edits_are_refused(client: TestClient):
    body = {"session": "a", "serial": 1, "question": WALK, "edits": [close("x")] * (live.MOST_EDITS + 1)}
    assert client.post("/api/live", json=body).status_code == 422


def test_a_question_the_city_cannot_answer_is_refused_and_says_what_is_missing(client: TestClient):
    question = {"city": TOWN, "indicator": "matrix_access", "params": {}, "support": "h3:10"}
    reply = client.post("/api/live", json={"session": "lacks", "serial": 1, "question": question})
    assert reply.status_code == 422
    assert "it needs the layer" in reply.json()["problems"][0]["what"]


def test_what_is_wrong_with_the_question_itself_is_told_while_it_is_asked(town_lab: Lab, client: TestClient):
    question = {"city": TOWN, "indicator": "transit_access", "params": {"date": "1999-01-01"}, "support": "h3:10"}
    problems = stage(Session(client, "late", question).ask(), "failed")["problems"]
    assert problems
    assert all(problem["edit"] is None for problem in problems)


def test_what_cannot_follow_changes_is_asked_for_units_near_the_change_first(tmp_path, monkeypatch):
    monkeypatch.setattr(whatif, "FEWEST_FIRST", 20)
    lab = Lab(tmp_path / "a.lab")
    lab.load(TOWN, source="synthetic", people=800)
    question = {"city": TOWN, "indicator": "walk_gravity", "params": {"kind": "school"}, "support": "h3:11"}
    with TestClient(create_app(lab), base_url="http://127.0.0.1:8765") as client:
        session = Session(client, "waits", question)
        assert stage(session.ask(), "open")["follows"] is False
        edit = close(streets(lab)[40])
        chunks = session.ask(edit)
    names = [chunk["stage"] for chunk in chunks if chunk["stage"] != "progress"]
    assert names == ["open", "preview", "exact", "people"]
    preview = stage(chunks, "preview")
    after = lab.measure(TOWN, "walk_gravity", support="h3:11", kind="school", scenario=plan_of(edit)).draws[:, 0]
    assert 0 < len(preview["units"]) < len(after) / 2
    seen = [math.nan if v is None else v for v in preview["after"]]
    finite = np.isfinite(after[preview["units"]])
    np.testing.assert_array_equal(np.array(seen)[finite], after[preview["units"]][finite])


def test_a_city_that_is_loaded_again_is_asked_anew_and_the_reply_says_so(tmp_path):
    lab = Lab(tmp_path / "a.lab")
    lab.load(TOWN, source="synthetic", people=800)
    with TestClient(create_app(lab), base_url="http://127.0.0.1:8765") as client:
        session = Session(client, "stays", WALK)
        assert stage(session.ask(), "open")["anew"] == "first"
        before = lab.version(TOWN)
        lab.load(TOWN, source="synthetic", people=900, seed=3)
        chunks = session.ask(close(streets(lab)[5]))
        opened = stage(chunks, "open")
        assert opened["anew"] == "version"
        assert before != opened["version"] == lab.version(TOWN)
        base = lab.measure(TOWN, "walk_to_nearest", support="h3:10", kind="school")
        after = lab.measure(
            TOWN, "walk_to_nearest", support="h3:10", kind="school", scenario=plan_of(close(streets(lab)[5]))
        )
        np.testing.assert_array_equal(shown(base, stage(chunks, "exact")), after.draws[:, 0])


def test_a_server_that_was_restarted_goes_on_from_the_whole_list(town_lab: Lab):
    edits = [close(street) for street in streets(town_lab)[30:33]]
    told = []
    for _ in range(2):
        with TestClient(create_app(town_lab), base_url="http://127.0.0.1:8765") as client:
            session = Session(client, "same", WALK)
            session.serial = 17
            told.append(stage(session.ask(*edits), "exact")["after"])
    assert told[0] == told[1]


def test_a_failure_of_ours_is_told_without_its_insides_and_the_question_begins_anew(
    town_lab: Lab, client: TestClient, monkeypatch: pytest.MonkeyPatch
):
    from stadslab.lab.whatif import WhatIf

    session = Session(client, "breaks", WALK)
    session.ask()

    def fail(*_: Any) -> None:
        raise ZeroDivisionError("secret")

    with monkeypatch.context() as patched:
        patched.setattr(WhatIf, "replace", fail)
        chunks = session.ask(close(streets(town_lab)[5]))
    (problem,) = stage(chunks, "failed")["problems"]
    assert "secret" not in json.dumps(chunks)
    assert problem["what"] == "something went wrong in the server"
    assert stage(session.ask(), "open")["anew"] == "first"


def test_work_for_somebody_who_has_gone_stops(town_lab: Lab, monkeypatch: pytest.MonkeyPatch):
    from stadslab.lab.whatif import WhatIf

    app = create_app(town_lab)
    begun, stopped = threading.Event(), threading.Event()
    body = json.dumps({"session": "goes", "serial": 1, "question": WALK, "edits": []}).encode()
    headers = [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")]
    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": "/api/live", "raw_path": b"/api/live", "query_string": b"", "root_path": "",
        "headers": headers, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8765),
    }  # fmt: skip

    def replace(self: WhatIf, edits: Any, watch: Any) -> None:
        begun.set()
        until = time.monotonic() + WAIT_S
        while time.monotonic() < until:
            try:
                watch.step()
            except StaleError:
                stopped.set()
                raise
            threading.Event().wait(0.001)

    monkeypatch.setattr(WhatIf, "replace", replace)
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict[str, Any]:
        if messages:
            return messages.pop()
        await asyncio.to_thread(begun.wait, WAIT_S)
        return {"type": "http.disconnect"}

    async def send(_: dict[str, Any]) -> None:
        return None

    asyncio.run(asyncio.wait_for(app(scope, receive, send), WAIT_S))
    assert stopped.wait(WAIT_S)


def test_a_room_of_its_own_for_each_server(town_lab: Lab):
    one, other = Desk(town_lab), Desk(town_lab)
    assert live.room_of(one) is live.room_of(one) is not live.room_of(other)
    turn = live.room_of(one).sessions.enter("a", "q", 1)
    one.close()
    assert turn.over
