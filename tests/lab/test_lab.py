"""One lab and several who ask at once: no answer is lost, none is worked out twice, nobody disturbs another."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from stadslab.core.scenario import Scenario
from stadslab.edits.close_street import CloseStreet
from stadslab.lab import lab as module
from stadslab.lab.lab import Lab
from stadslab.store import manifests, values
from tests.lab.cities import city, kept, water

WAIT_S = 120
QUESTIONS = [("walk_access", {"minutes": m}) for m in (4, 6, 8)] + [("walk_to_nearest", {"rank": r}) for r in (1, 2)]


def together(tasks: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each returns when all begin at the same moment."""
    start = threading.Barrier(len(tasks), timeout=WAIT_S)

    def run(task: Callable[[], Any]) -> Any:
        start.wait()
        return task()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return [future.result(WAIT_S) for future in [pool.submit(run, task) for task in tasks]]


def ask(lab: Lab, name: str, params: dict[str, Any], scenario: Scenario | None = None) -> bytes:
    return lab.measure("grid", name, support="h3:10", scenario=scenario, kind="any", **params).draws.tobytes()


def plans(lab: Lab) -> list[Scenario | None]:
    streets = lab.city("grid")["streets"].scan("id")["id"].to_pylist()
    return [None, *(Scenario(f"p{n}", (CloseStreet(street),)) for n, street in enumerate(streets[:3]))]


def test_many_different_questions_at_once_are_answered_as_one_by_one(tmp_path):
    alone, busy = kept(tmp_path / "alone", city()), kept(tmp_path / "busy", city())
    asked = [(name, params, plan) for name, params in QUESTIONS for plan in plans(alone)]
    one_by_one = [ask(alone, *one) for one in asked]
    assert together([lambda one=one: ask(busy, *one) for one in asked]) == one_by_one
    files = sorted(path.stem for path in busy.folder.values.glob("*.arrow"))
    assert files == sorted(path.stem for path in alone.folder.values.glob("*.arrow"))
    assert all(values.load_values(busy.folder, key) is not None for key in files)
    assert list(busy.folder.tmp.iterdir()) == []


def test_the_same_question_at_once_is_worked_out_once(tmp_path, monkeypatch):
    lab, runs = kept(tmp_path / "lab", city()), Counter[str]()

    def counted(*args: Any) -> Any:
        runs[args[0].indicator.id] += 1
        return real(*args)

    real = module.run
    monkeypatch.setattr(module, "run", counted)
    found = together([lambda: ask(lab, "walk_access", {"minutes": 6})] * 8)
    assert len(set(found)) == 1
    assert runs == {"walk_access": 1}


def test_one_who_calls_it_off_disturbs_nobody(tmp_path):
    lab = kept(tmp_path / "lab", city())
    inside = threading.Event()

    class EnoughError(Exception):
        pass

    def enough(stage: str, done: int, total: int) -> None:
        inside.set()
        threading.Event().wait(0.3)  # the others come to wait for what is in the making
        raise EnoughError

    def later() -> bytes:
        assert inside.wait(WAIT_S)
        return ask(lab, "walk_access", {"minutes": 6})

    def call_off() -> str:
        with pytest.raises(EnoughError):
            lab.measure("grid", "walk_access", support="h3:10", kind="any", minutes=6, progress=enough)
        return "called off"

    found = together([call_off, *[later] * 3])
    assert found[0] == "called off"
    assert len(set(found[1:])) == 1


def test_a_city_is_read_whole_while_others_load_into_it(tmp_path):
    lab = kept(tmp_path / "lab", city())
    versions = [city(), city().with_layer(water())] * 4
    allowed = {city().key(), city().with_layer(water()).key()}

    def save() -> set[str]:
        for version in versions:
            manifests.save_city(lab.folder, version)
        return allowed

    def read() -> set[str]:
        return {lab.city("grid").key() for _ in range(40)}

    assert all(seen <= allowed for seen in together([save, *[read] * 4]))
    assert lab.city("grid").key() == versions[-1].key()


def test_plans_saved_at_once_are_all_kept(tmp_path):
    lab = kept(tmp_path / "lab", city())
    names = [f"plan-{n}" for n in range(12)]
    together([lambda n=name: lab.save_scenario("grid", Scenario(n)) for name in names])
    assert lab.scenarios("grid") == sorted(names)
