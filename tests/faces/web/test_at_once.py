"""Twenty people at once: every answer is the lab's own, and nobody is turned away."""

from __future__ import annotations

import asyncio
from itertools import product
from typing import Any

import httpx

from stadslab.core.scenario import Scenario
from stadslab.faces.web.answers import numbers
from stadslab.lab import catalog
from tests.faces.web.asking import WAIT_S

PEOPLE = 20
KINDS, RULERS, PLANS = ("school", "pharmacy", "any"), ("h3:9", "square:500"), (0, 1, 2)


async def answer(client: httpx.AsyncClient, asked: dict[str, Any]) -> list[float | None]:
    """The numbers of an answer, as the page comes to them."""
    reply = await client.post("/api/answers", json=asked)
    if reply.status_code == 202:
        job = reply.json()["id"]
        events = (await client.get(f"/api/jobs/{job}/events")).text
        assert "event: done" in events, events
        reply = await client.get(f"/api/jobs/{job}/reply")
    assert reply.status_code == 200, reply.text
    head = reply.json()
    values, units, people = await asyncio.gather(
        client.get(f"/api/values/{head['key']}"),
        client.get(f"/api/units/{head['support_digest']}"),
        client.get(f"/api/people/town/{head['support_digest']}"),
    )
    found: list[float | None] = values.json()["value"]
    assert len(found) == units.json()["count"] == len(people.json()["people"]["total"]["all"])
    return found


async def all_at_once(app: Any, questions: list[dict[str, Any]]) -> list[list[float | None]]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8765", timeout=WAIT_S) as client:
        asked = [answer(client, questions[n % len(questions)]) for n in range(PEOPLE)]
        return await asyncio.wait_for(asyncio.gather(*asked), WAIT_S)


def test_twenty_people_at_once_get_the_answers_of_the_lab(client, town_lab):
    streets = sorted(set(town_lab.city("town")["streets"].scan("id")["id"].to_pylist()))[: len(PLANS)]
    questions, expected = [], []
    for kind, ruler, plan in product(KINDS, RULERS, PLANS):
        edits = [{"kind": "close_street", "street": street} for street in streets[:plan]]
        params = {"kind": kind, "max_minutes": 17}
        asked = {"city": "town", "indicator": "walk_to_nearest", "params": params, "support": ruler}
        questions.append({**asked, "edits": edits})
    found = asyncio.run(all_at_once(client.app, questions))
    for asked in questions:
        closed = [catalog.edit("close_street")(street=edit["street"]) for edit in asked["edits"]]
        plan = Scenario("p", tuple(closed)) if closed else None
        values = town_lab.measure("town", "walk_to_nearest", support=asked["support"], scenario=plan, **asked["params"])
        expected.append(numbers(values.mean()))
    assert found == [expected[n % len(questions)] for n in range(PEOPLE)]
