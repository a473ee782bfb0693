"""Expected failures become messages with an exit code."""

from __future__ import annotations

import json
import math

import click
import pytest

from stadslab.core.errors import InputError, Problem
from stadslab.faces.complaints import explain, json_text

WRONG = InputError(Problem("people.csv, row 3", "-4 people", "counts are 0 or more"), Problem("", "another"))


def test_all_problems_are_told_and_the_code_is_two(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(WRONG, as_json=False) == 2
    told = capsys.readouterr()
    assert "people.csv, row 3: -4 people (counts are 0 or more)" in told.err
    assert "another" in told.err
    assert told.out == ""


def test_as_json_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    explain(WRONG, as_json=True)
    first, second = json.loads(capsys.readouterr().out)["problems"]
    assert (first["where"], first["what"], first["hint"]) == ("people.csv, row 3", "-4 people", "counts are 0 or more")
    assert second["what"] == "another"


def test_usage_errors_keep_their_code_and_stopping_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(click.UsageError("no such option"), as_json=False) == 2
    assert "no such option" in capsys.readouterr().err
    assert explain(KeyboardInterrupt(), as_json=False) == 130
    assert "stopped" in capsys.readouterr().err


def test_json_that_any_reader_takes() -> None:
    value = json.loads(json_text({"a": math.nan, "b": (math.inf, 1.5), 3: "å"}))
    assert value == {"a": None, "b": ["infinite", 1.5], "3": "å"}
