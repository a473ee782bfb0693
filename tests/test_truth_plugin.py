"""The page of reproduced numbers says what is so, and nothing else."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from tests.truth_plugin import INTRODUCTION, Row, Truth, number

pytestmark = pytest.mark.usefixtures("a_project")


@pytest.fixture
def a_project(pytester: pytest.Pytester, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(repository))
    pytester.makeconftest('pytest_plugins = ["tests.truth_plugin"]')
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider -p no:randomly\n")


SUITE = """
    import pytest

    @pytest.mark.truth(what="Corners of a square", source="geometry", expected=4, unit="corners")
    def test_corners(truth):
        truth.check(4)

    @pytest.mark.truth(id="pi", what="Circle's ratio", source="Archimedes", expected=3.14159, tolerance=0.0005)
    @pytest.mark.truth(id="share", what="Share | within a minute", source="somebody 2020", at_least=0.95)
    def test_two(truth):
        truth.check(0.96, id="share")
        truth.check(3.1418, id="pi")

    @pytest.mark.truth(what="Not here", source="elsewhere", expected=1)
    def test_absent(truth):
        pytest.skip("data absent: no such folder")

    @pytest.mark.truth(what="Not today", source="elsewhere", expected=1)
    def test_skipped(truth):
        pytest.skip("some other reason")

    def test_without():
        assert True
"""

PAGE = (
    INTRODUCTION
    + """
**3 of 5 numbers reproduced, 1 data absent, 1 skipped.**

## `test_the_page_lists_every_declared_number.py`

| what | source | unit | expected | ours | difference | result |
| --- | --- | --- | --- | --- | --- | --- |
| Not here | elsewhere |  | 1 | – | – | data absent |
| Corners of a square | geometry | corners | 4 | 4 | 0 | pass |
| Not today | elsewhere |  | 1 | – | – | skipped |
| Circle's ratio | Archimedes |  | 3.14159 ± 0.0005 | 3.1418 | 0.00021 | pass |
| Share \\| within a minute | somebody 2020 |  | ≥ 0.95 | 0.96 | 0.01 | pass |
"""
)


@pytest.mark.parametrize("processes", [[], ["-n", "2"]], ids=["one process", "two processes"])
def test_the_page_lists_every_declared_number(pytester: pytest.Pytester, processes: list[str]) -> None:
    pytester.makepyfile(SUITE)
    result = pytester.runpytest("--truth-page", "truth.md", *processes)
    result.assert_outcomes(passed=3, skipped=2)
    page = (pytester.path / "truth.md").read_text()
    assert page == PAGE  # to the letter, and whoever ran which test


def test_a_wrong_number_fails_and_is_shown(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.truth(what="Legs of a dog", source="zoology", expected=4, tolerance=0.5)
        def test_legs(truth):
            truth.check(5)
    """)
    result = pytester.runpytest("--truth-page", "truth.md")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*Legs of a dog (zoology): expected 4 ± 0.5, ours 5.0, difference 1.0*"])
    assert "| Legs of a dog | zoology |  | 4 ± 0.5 | 5 | 1 | FAIL |" in (pytester.path / "truth.md").read_text()
    assert "0 of 1 numbers reproduced, 1 FAIL." in (pytester.path / "truth.md").read_text()


@pytest.mark.parametrize(
    ("test", "complaint"),
    [
        ("def test_it():\n    pass", "*truth.check was never called for: ''*"),
        ("def test_it(truth):\n    pass", "*truth.check was never called for: ''*"),
        ("def test_it(truth):\n    truth.check(1, id='b')", "*no such number is declared on this test; declared: ''*"),
        ("def test_it(truth):\n    truth.check(1)\n    truth.check(1)", "*was called twice*"),
        ("def test_it(truth):\n    truth.check(float('nan'))", "*expected 1, ours nan*"),
    ],
    ids=["no fixture", "no check", "unknown id", "twice", "not a number"],
)
def test_a_declaration_has_to_be_settled(pytester: pytest.Pytester, test: str, complaint: str) -> None:
    mark = 'import pytest\n\n@pytest.mark.truth(what="One", source="counting", expected=1)\n'
    pytester.makepyfile(mark + test)
    result = pytester.runpytest()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([complaint])


@pytest.mark.parametrize(
    ("mark", "complaint"),
    [
        ('source="x", expected=1', "*what is missing*"),
        ('what="x", source="x"', "*needs either expected (with tolerance) or at_least / at_most*"),
        ('what="x", source="x", expected=1, at_most=2', "*needs either expected*"),
        ('what="x", source="x", at_most=2, tolerance=1', "*tolerance goes with expected, not with bounds*"),
        ('what="x", source="x", expected=1, tollerance=1', "*unknown tollerance; known: at_least, *"),
    ],
)
def test_a_senseless_declaration_fails_its_test(pytester: pytest.Pytester, mark: str, complaint: str) -> None:
    pytester.makepyfile(f"""
        import pytest

        @pytest.mark.truth({mark})
        def test_it():
            pass
    """)
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([complaint])


def test_the_fixture_without_a_mark_is_an_error(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(truth):\n    truth.check(1)")
    result = pytester.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*needs at least one @pytest.mark.truth*"])


def test_a_page_that_still_holds_is_accepted(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    pytester.runpytest("--truth-page", "truth.md")
    assert pytester.runpytest("--truth-check", "truth.md").ret == 0


@pytest.mark.parametrize(
    ("before", "after", "processes", "complaint"),
    [
        ("3.1418", "3.1417", [], "*not on the page: | Circle's ratio*"),
        ("| Corners", "| Edges", ["-n", "2"], "*on the page, but not found by this run: | Edges of a square*"),
    ],
    ids=["another value", "a row nobody computes"],
)
def test_a_page_that_no_longer_holds_fails_the_run(
    pytester: pytest.Pytester, before: str, after: str, processes: list[str], complaint: str
) -> None:
    pytester.makepyfile(SUITE)
    pytester.runpytest("--truth-page", "truth.md")
    page = pytester.path / "truth.md"
    page.write_text(page.read_text().replace(before, after))
    result = pytester.runpytest("--truth-check", "truth.md", *processes)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([complaint])


def test_a_missing_page_fails_the_run(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(SUITE)
    assert pytester.runpytest("--truth-check", "truth.md").ret == pytest.ExitCode.TESTS_FAILED


def test_rows_without_data_here_are_not_compared_with_the_page(pytester: pytest.Pytester) -> None:
    """Somebody without the data can still check the rest of a page made with it."""
    pytester.makepyfile(SUITE)
    pytester.runpytest("--truth-page", "truth.md")
    page = pytester.path / "truth.md"
    page.write_text(page.read_text().replace("| 1 | – | – | data absent |", "| 1 | 1 | 0 | pass |"))
    assert pytester.runpytest("--truth-check", "truth.md").ret == 0


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0, "0"),
        (2_440_027, "2,440,027"),
        (-3.0, "-3"),
        (0.1 + 0.2, "0.3"),
        (1234.56789, "1,234.57"),
        (0.000123456789, "0.000123457"),
        (1.5e-9, "1.5e-9"),
        (math.inf, "∞"),
        (math.nan, "unknown"),
    ],
)
def test_numbers_are_printed_alike_everywhere(value: float, printed: str) -> None:
    assert number(value) == printed


def test_rounding_is_not_shown_as_a_difference() -> None:
    row = Row("test", 0, Truth("", "what", "source", expected=0.0, tolerance=1e-6), ours=7e-10, result="pass")
    assert row.cells()[4:6] == ["0", "0"]


@pytest.mark.parametrize(
    ("ours", "holds"), [(0.95, True), (1.0, True), (0.9499, False), (1.01, False), (math.nan, False)]
)
def test_bounds_include_their_ends(ours: float, holds: bool) -> None:
    assert Truth("", "what", "source", at_least=0.95, at_most=1.0).holds(ours) is holds


def test_an_infinite_expectation_can_be_met() -> None:
    assert Truth("", "what", "source", expected=math.inf).holds(math.inf)
    assert not Truth("", "what", "source", expected=math.inf).holds(1.0)
