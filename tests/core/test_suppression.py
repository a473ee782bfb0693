"""Small counts are hidden, and cannot be had by subtraction either."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from stadslab.brief import words
from stadslab.brief.document import compose
from stadslab.brief.model import BriefContent
from stadslab.brief.printed import printed, published_rows
from stadslab.core.compare import Comparison
from stadslab.core.support import Population
from stadslab.core.suppression import Row, count_of, rows_of, told_together
from stadslab.core.unit_counts import told_per_unit
from tests.brief import samples

SIDES = ("lose", "gain", "same", "unknown")
RULER = samples.hexagons(1)  # seven cells: one for each thing that can happen to people, and three without anybody


def comparison(counts: dict[str, tuple[int, int, int, int]], withheld: frozenset[str] = frozenset()) -> Comparison:
    """People of each group in a cell that loses, gains, keeps and is unknown."""
    before = np.array([7.0, 17.0, 9.0, np.nan, 8.0, 8.0, 8.0])
    after = np.array([17.0, 7.0, 9.0, np.nan, 8.0, 8.0, 8.0])
    groups = {("age", g): np.array([*n, 0, 0, 0], np.int64) for g, n in counts.items()}
    total = {("total", "all"): np.sum(list(groups.values()), axis=0)}
    held = {("age", g): np.array([True] + [False] * 6) for g in withheld}
    people = Population(RULER.digest, total | groups, held, {}, "")
    return Comparison(samples.values(RULER, before), samples.values(RULER, after), people)


counted = st.one_of(st.integers(0, 6), st.integers(0, 60), st.integers(1_000, 90_000))
tables = st.dictionaries(
    st.sampled_from(["young", "grown", "old", "oldest"]), st.tuples(counted, counted, counted, counted), min_size=1
)


def told_range(rows: dict[str, list[Row]], wanted: tuple[str, str]) -> tuple[int, int]:
    """The least and the most a reader can deduce for one cell from everything printed, by integer programming."""
    by_name = {(row.group, name): row[name] for row in (*rows["total"], *rows["age"]) for name in (*SIDES, "people")}
    at = {key: i for i, key in enumerate(by_name)}
    groups = [row.group for row in rows["age"]]
    matrix = []
    for group in ("all", *groups):
        line = np.zeros(len(at))
        line[[at[group, name] for name in SIDES]] = 1
        line[at[group, "people"]] = -1
        matrix.append(line)
    for name in (*SIDES, "people"):
        line = np.zeros(len(at))
        line[[at[group, name] for group in groups]] = 1
        line[at["all", name]] = -1
        matrix.append(line)
    low = [c.number if c.visible else {"small": 1, "covered": 1}[c.state] for c in by_name.values()]
    high = [c.number if c.visible else {"small": 4, "covered": 10**7}[c.state] for c in by_name.values()]
    cost = np.zeros(len(at))
    cost[at[wanted]] = 1
    ends = []
    for sign in (1, -1):
        found = milp(
            sign * cost,
            integrality=np.ones(len(at)),
            bounds=Bounds(low, high),
            constraints=LinearConstraint(np.array(matrix), 0, 0),
        )
        assert found.success
        ends.append(round(sign * found.fun))
    return ends[0], ends[1]


@settings(max_examples=60)
@given(tables)
def test_no_small_count_is_told_nor_found_by_subtraction(table: dict[str, tuple[int, int, int, int]]) -> None:
    rows = rows_of(comparison(table))
    for groups in rows.values():
        for row in groups:
            for name, count in row.counts.items():
                if count is None:
                    continue
                assert count.visible == (count.state == "told")
                assert not (0 < count.number < 5 and count.visible)
                assert 0 < count.number < 5 or count.state != "small"
                assert count.published is None or not 0 < count.published < 5
                if 0 < count.number < 5 and name in SIDES:
                    least, most = told_range(rows, (row.group, name))
                    assert least < most, (row.group, name)


@given(tables)
def test_zero_stays_zero_and_hidden_never_becomes_zero(table: dict[str, tuple[int, int, int, int]]) -> None:
    for groups in rows_of(comparison(table)).values():
        for row in groups:
            for count in row.counts.values():
                if count is not None:
                    assert (count.text == "0") == (count.number == 0)
                    assert (count.published == 0) == (count.number == 0)


@given(tables)
def test_words_and_data_tell_no_small_count(table: dict[str, tuple[int, int, int, int]]) -> None:
    compared = comparison(table)
    texts = [*words.answer(compared), *words.not_known(compared, ("slope",)), *printed(compared).values()]
    for text in texts:
        for said in re.findall(r"(?<![\d.,])[1-4](?![\d.,%])(?= people| of those| who|$)", text):
            raise AssertionError(f"{said!r} in {text!r}")
    for row in published_rows(compared):
        assert not [v for k, v in row.items() if isinstance(v, int) and not isinstance(v, bool) and 0 < v < 5]


def test_a_share_or_mean_that_would_tell_a_small_count_is_left_out() -> None:
    old = next(
        r for r in rows_of(comparison({"old": (2, 0, 98, 0), "young": (500, 0, 900, 0)}))["age"] if r.group == "old"
    )
    assert old["lose"].text == "fewer than 5"
    assert old.share("lose") is None
    assert old.mean_change is None
    assert not old["same"].visible


def test_the_headline_is_kept_where_groups_can_give_way() -> None:
    """Eight people in two groups of "fewer than 5" would be four and four: the groups say less, not the headline."""
    rows = rows_of(comparison({"old": (4, 0, 500, 0), "young": (4, 0, 900, 0)}))
    assert rows["total"][0]["lose"].text == "8"
    assert rows["total"][0]["people"].text == "1,408"
    assert sorted(row["lose"].text for row in rows["age"]) == ["fewer than 5", "not shown"]


def test_what_is_left_of_a_whole_beside_its_part_is_not_told_either() -> None:
    """Of 82 who lose, 80 are cut off: the other two are not named, so the part may not be printed beside the whole."""
    before = np.array([7.0, 7.0, 9.0, 8.0, 8.0, 8.0, 8.0])
    after = np.array([17.0, np.inf, 9.0, 8.0, 8.0, 8.0, 8.0])
    people = Population(RULER.digest, {("total", "all"): np.array([2, 80, 400, 0, 0, 0, 0])}, {}, {}, "")
    row = rows_of(Comparison(samples.values(RULER, before), samples.values(RULER, after), people))["total"][0]
    assert (row["lose"].text, row["cut_off"].text) == ("82", "not shown")


def test_withheld_counts_are_lower_bounds_and_never_zero() -> None:
    compared = comparison({"old": (0, 40, 0, 0), "young": (500, 0, 900, 0)}, frozenset({"old"}))
    old = next(r for r in rows_of(compared)["age"] if r.group == "old")
    assert [old[n].text for n in ("lose", "gain", "same")] == ["withheld", "at least 40", "withheld"]
    assert [old[n].published for n in ("lose", "gain", "same")] == [None, None, None]
    assert old.share("gain") is None
    assert count_of(0, suppressed=True).text == "withheld"


@pytest.mark.parametrize("small", [1, 2, 3, 4])
def test_a_whole_brief_tells_no_small_count(small: int) -> None:
    """People of a tiny group appear nowhere: a brief with one more or one less of them differs only in digests."""

    def brief(number: int) -> str:
        compared = comparison({"young": (700, 900, 4_000, 60), "old": (number, 80, 90, 70)})
        content = BriefContent(
            "t", "q", samples.city(1), samples.Scenario("plan"), (), ((samples.minutes_to_school, compared),)
        )
        return compose(content)

    def without_digests(text: str) -> str:
        return re.sub(r"[0-9a-f]{32}", "digest", text)

    def numbers(text: str) -> list[str]:
        return re.findall(r'data-figure="[^"]*/old/(?:lose|lose_share|mean_change)">([^<]*)<', text)

    one = brief(small)
    assert numbers(one) == ["fewer than 5", "–", "–"]
    block = json.loads(one[one.index('id="stadslab-receipt">') + 22 : one.rindex("</script>")])
    old = next(row for row in block["measures"][0]["groups"] if row["group"] == "old")
    assert old["lose"] is None
    assert old["mean_change"] is None
    assert old["hidden"]["lose"] == "small"
    assert "fewer than 5" in without_digests(one)


@given(st.lists(st.tuples(counted, counted), min_size=1, max_size=4))
def test_counts_told_together_hide_small_ones_from_subtraction(groups: list[tuple[int, int]]) -> None:
    """Groups by side, with the sums of both: every small count could be at least two numbers."""
    numbers = {f"{g}:{side}": pair[side] for g, pair in enumerate(groups) for side in (0, 1)}
    numbers |= {f"{g}:all": sum(pair) for g, pair in enumerate(groups)}
    numbers |= {f"all:{side}": sum(pair[side] for pair in groups) for side in (0, 1)}
    numbers["all:all"] = sum(map(sum, groups))
    rows = [*map(str, range(len(groups))), "all"]
    sums = [([f"{row}:0", f"{row}:1"], f"{row}:all") for row in rows]
    sums += [([f"{g}:{side}" for g in rows[:-1]], f"all:{side}") for side in ("0", "1", "all")]
    told = told_together(numbers, sums)
    at = {name: i for i, name in enumerate(numbers)}
    matrix = np.zeros((len(sums), len(at)))
    for line, (parts, whole) in zip(matrix, sums, strict=True):
        line[[at[part] for part in parts]] = 1
        line[at[whole]] -= 1
    low = [c.number if c.visible else 1 for c in told.values()]
    high = [c.number if c.visible else {"small": 4, "covered": 10**7}[c.state] for c in told.values()]
    for name, count in told.items():
        assert count.number == numbers[name]
        if 0 < count.number < 5:
            assert not count.visible
            ends = []
            for sign in (1, -1):
                cost = np.zeros(len(at))
                cost[at[name]] = sign
                found = milp(
                    cost,
                    integrality=np.ones(len(at)),
                    bounds=Bounds(low, high),
                    constraints=LinearConstraint(matrix, 0, 0),
                )
                ends.append(round(sign * found.fun))
            assert ends[0] < ends[1], (name, told)


def moved(signs: list[int], groups: dict[str, list[int]]) -> Comparison:
    """Seven units that lose (-1), keep (0) or gain (1), and who lives there by age."""
    before = np.full(7, 10.0)
    ages = {("age", g): np.array(n, np.int64) for g, n in groups.items()}
    people = Population(RULER.digest, {("total", "all"): np.sum(list(ages.values()), axis=0)} | ages, {}, {}, "")
    return Comparison(samples.values(RULER, before), samples.values(RULER, before - np.array(signs)), people)


def test_a_map_beside_the_table_may_not_give_a_small_unit_away() -> None:
    # 5 rounds from 5..7: a total of 11 that lose can only be 7 and 4
    told = moved([-1, -1, 0, 0, 0, 0, 0], {"all ages": [7, 4, 60, 60, 60, 60, 60]})
    assert rows_of(told, beside={})["total"][0]["lose"].state == "told"
    assert not rows_of(told, told_per_unit(told.people))["total"][0]["lose"].visible
    other = moved([-1, -1, 0, 0, 0, 0, 0], {"all ages": [6, 4, 60, 60, 60, 60, 60]})
    assert rows_of(other, told_per_unit(other.people))["total"][0]["lose"].text == "10"


def test_a_map_takes_little_away_from_an_ordinary_table() -> None:
    counts = {"young": [30, 3, 41, 0, 25, 3, 60], "old": [2, 21, 18, 33, 0, 90, 1]}
    told = moved([-1, -1, -1, 0, 0, 1, 1], counts)
    beside, alone = rows_of(told)["total"][0], rows_of(told, beside={})["total"][0]
    assert beside.counts == alone.counts
    assert beside.mean_change == pytest.approx(alone.mean_change, abs=0.02)


def test_a_mean_beside_a_map_does_not_tell_how_few_live_in_a_unit() -> None:
    def mean(few: int, beside: Any = None) -> float | None:
        told = moved([-1, -1, -1, 0, 0, 0, 1], {"all ages": [30, few, 41, 60, 60, 60, 60]})
        return rows_of(told, beside)["total"][0].mean_change

    assert len({mean(few, {}) for few in (1, 2, 3, 4)}) == 4
    assert len({mean(few) for few in (1, 2, 3, 4)}) < 3


some = st.lists(st.one_of(st.integers(0, 6), st.integers(0, 40)), min_size=7, max_size=7)


@given(st.lists(st.integers(-1, 1), min_size=7, max_size=7), some, some)
@settings(max_examples=60)
def test_no_small_unit_is_told_by_the_map_and_the_table_together(
    signs: list[int], young: list[int], old: list[int]
) -> None:
    compared = moved(signs, {"young": young, "old": old})
    units = told_per_unit(compared.people)
    rows = rows_of(compared, units)
    keys, side_of = [("age", "young"), ("age", "old"), ("total", "all")], {"lose": -1, "gain": 1, "same": 0}
    at = {(key, unit): 7 * n + unit for n, key in enumerate(keys) for unit in range(7)}
    lines, least, most = [], [], []
    for unit in range(7):
        line = np.zeros(21)
        line[[at[keys[0], unit], at[keys[1], unit]]], line[at[keys[2], unit]] = 1, -1
        lines, least, most = [*lines, line], [*least, 0], [*most, 0]
    for row in (*rows["age"], *rows["total"]):
        for name in ("people", *side_of):
            line = np.zeros(21)
            inside = [u for u in range(7) if name == "people" or signs[u] == side_of[name]]
            line[[at[(row.dimension, row.group), u] for u in inside]] = 1
            number, state = row[name].number, row[name].state
            lines.append(line)
            least.append(number if state == "told" else 1)
            most.append(number if state == "told" else 4 if state == "small" else 10**6)
    low = np.array([units[key].low[u] for key in keys for u in range(7)])
    high = np.minimum([units[key].high[u] for key in keys for u in range(7)], 10**6)
    every, matrix = np.ones(21), LinearConstraint(np.array(lines), least, most)
    for (key, unit), n in at.items():
        number = int(compared.people.counts[key][unit])
        if not 0 < number < 5:
            continue
        ends = []
        for sign in (1, -1):
            goal = np.zeros(21)
            goal[n] = sign
            found = milp(goal, integrality=every, bounds=Bounds(low, high), constraints=matrix)
            assert found.success
            ends.append(round(found.x[n]))
        assert ends[0] < ends[1], (key, unit, signs, young, old)
