"""Rounds, medians, tables, and the command itself."""

import json

from benchmarks import starting
from benchmarks.__main__ import main
from benchmarks.child import Outcome
from benchmarks.report import in_turn, median, ratio


def _outcome(wall, skipped=""):
    return Outcome(wall, 2 * wall, 100 - wall, {"read": (wall, wall)}, {"rows": 1}, skipped)


def test_contenders_take_turns_and_a_skipped_one_is_asked_once():
    order = []

    def contender(name, skipped=""):
        def work():
            order.append(name)
            return _outcome(len(order), skipped)

        return work

    seen = in_turn({"a": contender("a"), "b": contender("b", "absent"), "c": contender("c")}, 3, lambda _: None)
    assert order == ["a", "b", "c", "a", "c", "a", "c"]
    assert [len(rounds) for rounds in seen.values()] == [3, 1, 3]


def test_medians_are_of_each_figure_by_itself():
    middle = median([_outcome(9.0), _outcome(1.0), _outcome(2.0)])
    assert (middle.wall, middle.cpu, middle.peak_mb) == (2.0, 4.0, 98.0)
    assert middle.phases == {"read": (2.0, 2.0)}


def test_a_ratio_is_ours_by_theirs():
    assert ratio(1.0, 4.0) == "0.25"
    assert ratio(0.002, 4.0) == "0.0005"
    assert ratio(1.0, 0.0) == "-"


def test_the_command_prints_a_table_and_keeps_every_figure(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(starting, "TIMES", 1)
    assert main(["--only", "start", "--rounds", "1", "--date", "2026-11-23", "--to", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("2026-11-23. ")
    assert "| import stadslab |" in said
    kept = json.loads((tmp_path / "start.json").read_text())
    assert [len(rows) for rows in kept["sections"]["start: before anything is asked"].values()] == [1, 1, 1, 1]
