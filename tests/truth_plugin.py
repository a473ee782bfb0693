"""Numbers others have published, or that follow from a formula, and whether we reproduce them.

Each is declared once, beside the test that computes it::

    @pytest.mark.truth(
        what="Junctions within k blocks of the centre, k = 5",
        source="closed form 2k(k+1)+1",
        expected=61,
    )
    def test_reach(truth):
        truth.check(reach_of_the_centre(5))

``expected`` goes with ``tolerance`` (absolute, 0 when left out); a bound is declared with ``at_least`` and/or
``at_most`` instead. ``unit`` is optional. A test that settles several numbers repeats the mark, each with its own
``id``, and calls ``truth.check(ours, id=...)`` once for each.

``--truth-page=PATH`` writes the page, ``--truth-check=PATH`` fails when the page there is not what this run finds.
A number whose data is absent is shown as such and is not counted among the reproduced ones.
"""

from __future__ import annotations

import json
import math
from collections.abc import Generator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

PROPERTY = "stadslab-truth"
FIELDS = frozenset({"what", "source", "expected", "tolerance", "at_least", "at_most", "unit", "id"})
NEGLIGIBLE = 1e-9
"""Differences smaller than this, relative to the expected size, are rounding and not printed."""

HEADER = ("what", "source", "unit", "expected", "ours", "difference", "result")
INTRODUCTION = """\
# Truth

Every published or closed-form number that Stadslab reproduces, with the test that recomputes it.
`make truth` recomputes all of them and writes this page; `make test-long` fails when it no longer holds.
A row whose data is absent where the page was made says so and is not counted as reproduced.
"""


@dataclass(frozen=True)
class Truth:
    """One declared number.

    Attributes:
        id: Distinguishes the numbers of one test; empty where it has only one.
        what: The quantity, in words.
        source: Who published it, or the formula it follows from.
        expected: The published value; None where only bounds are given.
        tolerance: Largest absolute difference from ``expected`` that counts as reproduced.
        at_least: Lower bound, None where there is none.
        at_most: Upper bound, None where there is none.
        unit: Unit of all of these, empty for pure numbers.
    """

    id: str
    what: str
    source: str
    expected: float | None = None
    tolerance: float = 0.0
    at_least: float | None = None
    at_most: float | None = None
    unit: str = ""

    def difference(self, ours: float) -> float:
        """How far is `ours` from the expected value, or from the bound it is nearest to breaking?"""
        if self.expected is not None:
            return 0.0 if ours == self.expected else ours - self.expected
        distances = [ours - bound for bound in (self.at_least, self.at_most) if bound is not None]
        return min(distances, key=abs)

    def holds(self, ours: float) -> bool:
        """Is `ours` within the tolerance or the bounds? NaN never is."""
        if math.isnan(ours):
            return False
        if self.expected is not None:
            return abs(self.difference(ours)) <= self.tolerance
        above = self.at_least is None or ours >= self.at_least
        below = self.at_most is None or ours <= self.at_most
        return above and below

    def expectation(self) -> str:
        """What must come out, as printed on the page."""
        if self.expected is not None:
            return number(self.expected) + (f" ± {number(self.tolerance)}" if self.tolerance else "")
        bounds = [("≥ ", self.at_least), ("≤ ", self.at_most)]
        return " and ".join(sign + number(bound) for sign, bound in bounds if bound is not None)


@dataclass
class Row:
    """One line of the page: a declared number and what became of it."""

    test: str
    order: int
    truth: Truth
    ours: float | None = None
    result: str = "not run"

    @property
    def settled(self) -> bool:
        """Did this run compute the number at all?"""
        return self.result in {"pass", "FAIL"}

    def cells(self) -> list[str]:
        """The columns of HEADER."""
        truth = self.truth
        ours = difference = "–"
        if self.ours is not None:
            scale = max(abs(truth.expected or 0.0), 1.0)
            distance = truth.difference(self.ours)
            negligible = truth.expected is not None and abs(distance) <= NEGLIGIBLE * scale
            ours = number(truth.expected if negligible and truth.expected is not None else self.ours)
            difference = "0" if negligible else number(distance, digits=3)
        return [truth.what, truth.source, truth.unit, truth.expectation(), ours, difference, self.result]


class Checker:
    """What the ``truth`` fixture hands to a test."""

    def __init__(self, declared: Mapping[str, Truth], settle: Any) -> None:
        self._declared = declared
        self._settle = settle
        self.checked: set[str] = set()

    def check(self, ours: float, id: str = "") -> None:  # noqa: A002 - the same word as in the mark
        """Record our value of a declared number and fail unless it is within the tolerance or the bounds."""
        if id not in self._declared:
            known = ", ".join(repr(known) for known in self._declared) or "none"
            pytest.fail(f"truth.check(id={id!r}): no such number is declared on this test; declared: {known}")
        if id in self.checked:
            pytest.fail(f"truth.check(id={id!r}) was called twice; one number has one value")
        self.checked.add(id)
        truth, ours = self._declared[id], float(ours)
        self._settle(truth, ours)
        if not truth.holds(ours):
            unit = f" {truth.unit}" if truth.unit else ""
            pytest.fail(
                f"{truth.what} ({truth.source}): expected {truth.expectation()}{unit}, ours {ours!r}, "
                f"difference {truth.difference(ours)!r}"
            )


def number(value: float, digits: int = 6) -> str:
    """How is a number printed, the same on every machine? Whole numbers in full, others to `digits` digits."""
    if not math.isfinite(value):
        return {math.inf: "∞", -math.inf: "−∞"}.get(value, "unknown")
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    magnitude = math.floor(math.log10(abs(value)))
    if magnitude < -4:
        mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"
    return f"{value:,.{max(digits - 1 - magnitude, 0)}f}".rstrip("0").rstrip(".")


def declared(item: pytest.Item) -> dict[str, Truth]:
    """Which numbers does this test declare, by id? Raises ValueError with all that is wrong with them."""
    truths: dict[str, Truth] = {}
    wrong = []
    # the mark nearest to the function comes first, which is the lowest on the screen: turn them round
    for mark in reversed(list(item.iter_markers("truth"))):
        problems = []
        if mark.args:
            problems.append("takes keywords only")
        if unknown := sorted(set(mark.kwargs) - FIELDS):
            problems.append(f"unknown {', '.join(unknown)}; known: {', '.join(sorted(FIELDS))}")
        problems += [f"{name} is missing" for name in ("what", "source") if not mark.kwargs.get(name)]
        has_bound = "at_least" in mark.kwargs or "at_most" in mark.kwargs
        if ("expected" in mark.kwargs) == has_bound:
            problems.append("needs either expected (with tolerance) or at_least / at_most")
        if has_bound and "tolerance" in mark.kwargs:
            problems.append("tolerance goes with expected, not with bounds")
        if (key := mark.kwargs.get("id", "")) in truths:
            problems.append("id is used twice on one test")
        if problems:
            wrong.append(f"@pytest.mark.truth(id={key!r}): {'; '.join(problems)}")
        else:
            truths[key] = Truth(**{"id": "", **mark.kwargs})
    if wrong:
        raise ValueError("\n".join(wrong))
    return truths


@dataclass
class Ledger:
    """Collects rows from the reports, which reach the controlling process under xdist too."""

    data_absent: str
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)

    def read(self, report: pytest.TestReport) -> None:
        """Take the rows out of one phase of one test; later phases know more."""
        for name, value in report.user_properties:
            if name != PROPERTY:
                continue
            entry = json.loads(str(value))
            key = (report.nodeid, entry["truth"]["id"])
            row = self.rows.setdefault(key, Row(report.nodeid, entry["order"], Truth(**entry["truth"])))
            if entry["ours"] is not None:
                row.ours = float(entry["ours"])
                row.result = "pass" if row.truth.holds(row.ours) else "FAIL"
            elif report.skipped:
                reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
                row.result = "data absent" if self.data_absent in reason else "skipped"
            elif report.failed:
                row.result = "FAIL"

    def sorted(self) -> list[Row]:
        """Rows by test file, then by the test's place in the collection's alphabetical order."""
        return sorted(self.rows.values(), key=lambda row: (row.test, row.order))

    def summary(self) -> str:
        """How many of the declared numbers are reproduced, in one line."""
        results = [row.result for row in self.rows.values()]
        counts = {result: results.count(result) for result in sorted(set(results) - {"pass"})}
        others = "".join(f", {count} {result}" for result, count in counts.items())
        return f"{results.count('pass')} of {len(results)} numbers reproduced{others}."

    def page(self) -> str:
        """The whole page, as Markdown."""
        parts = [INTRODUCTION, f"**{self.summary()}**", ""]
        previous = ""
        for row in self.sorted():
            file = row.test.partition("::")[0]
            if file != previous:
                parts += ["", f"## `{file}`", "", line(HEADER), line(["---"] * len(HEADER))]
                previous = file
            parts.append(line(row.cells()))
        return "\n".join(parts).replace("\n\n\n", "\n\n") + "\n"

    def disagreements(self, page: str) -> list[str]:
        """Where does a written page differ from this run? Rows this machine has no data for are not compared."""
        written = [text for text in page.splitlines() if text.startswith("| ") and not text.startswith("| ---")]
        written = [text for text in written if text != line(HEADER)]
        complaints = []
        unmatched = list(written)
        for row in self.sorted():
            cells = row.cells()
            same = (
                [text for text in unmatched if text == line(cells)]
                if row.settled
                else [text for text in unmatched if text.startswith(line(cells[:4]))]
            )
            if same:
                unmatched.remove(same[0])
            else:
                complaints.append(f"not on the page: {line(cells)}  ({row.test})")
        complaints += [f"on the page, but not found by this run: {text}" for text in unmatched]
        return complaints


def line(cells: list[str] | tuple[str, ...]) -> str:
    """One line of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two options, for `make truth` and `make test-long`."""
    group = parser.getgroup("truth")
    group.addoption("--truth-page", metavar="PATH", help="write the numbers we reproduce, as a Markdown page")
    group.addoption("--truth-check", metavar="PATH", help="fail when the page at PATH is not what this run finds")
    parser.addini("truth_data_absent", "words in a skip's reason which say that data is absent", default="data absent")


def pytest_configure(config: pytest.Config) -> None:
    """Register the mark and start the ledger."""
    config.addinivalue_line("markers", "truth: a published or closed-form number (tests/truth_plugin.py)")
    config.stash[LEDGER] = Ledger(data_absent=config.getini("truth_data_absent"))


LEDGER = pytest.StashKey[Ledger]()
DECLARED = pytest.StashKey[dict[str, Truth]]()
CHECKER = pytest.StashKey[Checker]()


def pytest_itemcollected(item: pytest.Item) -> None:
    """Attach the declarations to the test, so that every one of its reports carries them."""
    try:
        item.stash[DECLARED] = declared(item)
    except ValueError:
        return  # told, as a failure, when the test is set up
    for order, truth in enumerate(item.stash[DECLARED].values()):
        record(item, truth, None, order)


def record(item: pytest.Item, truth: Truth, ours: float | None, order: int) -> None:
    """Write one entry into the properties of the test; JSON, so that it survives the way between processes."""
    # repr keeps every digit and writes inf and nan, which JSON has no words for
    entry = {"truth": asdict(truth), "ours": None if ours is None else repr(ours), "order": order}
    item.user_properties.append((PROPERTY, json.dumps(entry)))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A declaration that makes no sense fails its test."""
    if DECLARED not in item.stash:
        try:
            declared(item)
        except ValueError as error:
            pytest.fail(str(error), pytrace=False)


@pytest.fixture
def truth(request: pytest.FixtureRequest) -> Checker:
    """Settles the numbers which this test declares with ``@pytest.mark.truth``."""
    item = request.node
    numbers = item.stash[DECLARED]
    if not numbers:
        pytest.fail("the truth fixture needs at least one @pytest.mark.truth on the test", pytrace=False)
    order = {key: place for place, key in enumerate(numbers)}
    checker = Checker(numbers, lambda number, ours: record(item, number, ours, order[number.id]))
    item.stash[CHECKER] = checker
    return checker


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """A declared number that the test never settles fails it."""
    outcome = yield
    checked = item.stash[CHECKER].checked if CHECKER in item.stash else set()
    missing = [repr(key) for key in item.stash.get(DECLARED, {}) if key not in checked]
    if missing:
        pytest.fail(f"declared, but truth.check was never called for: {', '.join(missing)}", pytrace=False)
    return outcome


# The reports of all workers come together in the controlling process, which is where the page is made.
class Reporter:
    """Reads reports and writes or checks the page."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._complaints: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Hand each report to the ledger."""
        self._config.stash[LEDGER].read(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the page, or compare it."""
        ledger = self._config.stash[LEDGER]
        if page := self._config.getoption("--truth-page"):
            Path(page).write_text(ledger.page(), encoding="utf-8")
        if page := self._config.getoption("--truth-check"):
            written = Path(page).read_text(encoding="utf-8") if Path(page).exists() else ""
            self._complaints = ledger.disagreements(written)
            if self._complaints and session.exitstatus == pytest.ExitCode.OK:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the numbers, and what is wrong with the page."""
        ledger = self._config.stash[LEDGER]
        page, check = self._config.getoption("--truth-page"), self._config.getoption("--truth-check")
        if not (page or check):
            return
        terminalreporter.section("truth")
        for row in ledger.sorted():
            what, source, unit, expected, ours, _difference, result = row.cells()
            terminalreporter.line(
                f"{result:>11}  {what}: {ours} {unit}".rstrip() + f"  (expected {expected}; {source})",
                red=result == "FAIL",
                yellow=not row.settled,
            )
        terminalreporter.line(ledger.summary())
        if page:
            terminalreporter.line(f"written to {page}")
        for complaint in self._complaints:
            terminalreporter.line(f"{check}: {complaint}", red=True)
        if self._complaints:
            terminalreporter.line(
                f"{check} is out of date: run `make truth`, read what changed, and commit it", red=True
            )


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Only the controlling process, or the single one, reports."""
    if not hasattr(session.config, "workerinput"):
        session.config.pluginmanager.register(Reporter(session.config), "stadslab-truth-reporter")
