"""A comparison in plain English: losers before gainers, small counts hidden, certainty and ignorance said aloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stadslab.brief.numbers import listed, pair, percent, plain, with_unit
from stadslab.core.compare import SURE, Comparison
from stadslab.core.disclosure import SMALL_COUNT
from stadslab.core.support import Population
from stadslab.core.suppression import Count, Row, count_of, rows_of
from stadslab.core.values import Reason, Values

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOT_PEOPLE = {"jobs": "jobs", "dwellings": "dwellings", "homes": "homes"}  # dimensions that count what their name says
DEFAULT_DIRECTION = "Which way is better is the indicator's default, not a goal that anybody has adopted."
ENOUGH = 20  # people who lose (gain), below which a share of a group among them says nothing
RATIO, POINTS = 1.25, 0.03  # a group is named when its share differs by a quarter and by three percentage points


def noun(dimension: str, number: int = 2) -> str:
    """What is counted in this dimension: people, or what its name says."""
    if dimension in NOT_PEOPLE:
        return NOT_PEOPLE[dimension][:-1] if number == 1 else NOT_PEOPLE[dimension]
    return "person" if number == 1 else "people"


def answer(comparison: Comparison) -> list[str]:
    """The answer in three sentences: how many, how much, and who and how sure."""
    rows = rows_of(comparison)
    size = _joined(size_of_change(comparison, rows), reach(comparison, rows))
    return [
        s for s in (headline(comparison, rows), size, _joined(*representation(rows), certainty(comparison, rows))) if s
    ]


def headline(comparison: Comparison, rows: dict[str, list[Row]] | None = None) -> str:
    """How many people lose and gain, in one honest sentence."""
    row = _everybody(rows_of(comparison) if rows is None else rows)
    if row is None or not (row["people"].number or row.suppressed):
        return _headline_of_units(comparison, counted=row is not None)
    lose, gain, same, unknown = row["lose"], row["gain"], row["same"], row["unknown"]
    if not row.suppressed and unknown.number == row["people"].number:
        return f"Nothing can be said: the change is not known for any of the {_people(row['people'])}."
    if not (lose.number or gain.number or row.suppressed):
        if unknown.number:
            others = f"{_some(same)} see no change, and for {_some(unknown)} it is not known"
            return f"Nobody is known to lose or gain; {others}."
        return f"Nobody loses and nobody gains: nothing changes for {_all_of(row['people'])}."
    first = "nobody loses" if _none(lose) else f"{_some(lose)} lose"
    noun_told = not _none(lose)
    second = "nobody gains" if _none(gain) else f"{_some(gain, short=noun_told)} gain"
    rest = [f"{_some(same, short=True)} see no change"] if not _none(same) else []
    rest += [f"for {_some(unknown, short=True)} it is not known"] if not _none(unknown) else []
    tail = f"; {listed(rest)}" if rest else ""
    return _sentence(f"{first} and {second}{tail}")


def size_of_change(comparison: Comparison, rows: dict[str, list[Row]] | None = None) -> str:
    """How much it changes on average for those who lose and those who gain, from and to, with the unit."""
    row = _everybody(rows_of(comparison) if rows is None else rows)
    better, known = comparison.better(), comparison.known()
    before, after = comparison.base.mean(), comparison.after.mean()
    weight = comparison.people.total if row is not None else np.ones(len(before), np.int64)
    parts: list[str] = []
    for side, name in ((-1, "lose"), (1, "gain")):
        touched = known & (better == side) & (weight > 0)
        chosen = touched & np.isfinite(before) & np.isfinite(after)
        if int(weight[chosen].sum()) < SMALL_COUNT or (row is not None and not row[name].visible):
            continue
        first, second = pair(*(float(np.average(v[chosen], weights=weight[chosen])) for v in (before, after)))
        second = second if parts else with_unit(second, comparison.base.unit)
        rest = {-1: " and still get there", 1: " and got there before"}[side] if (touched & ~chosen).any() else ""
        parts.append(f"from {first} to {second} for those who {name}{rest}")
    return _sentence(f"on average it goes {', and '.join(parts)}") if parts else ""


def reach(comparison: Comparison, rows: dict[str, list[Row]] | None = None) -> str:
    """Who can no longer get there, and who newly can?"""
    row = _everybody(rows_of(comparison) if rows is None else rows)
    if row is None:
        return ""
    cut, newly = row["cut_off"], row["reached"]
    if _none(cut) and _none(newly):
        return ""
    before, after = comparison.base, comparison.after
    lost = np.isfinite(before.mean()) & np.isinf(after.mean())
    won = np.isinf(before.mean()) & np.isfinite(after.mean())
    reasons = {int(r) for r in after.reason[lost]} | {int(r) for r in before.reason[won]}
    far = " within the limit" if Reason.BEYOND_LIMIT in reasons else ""
    parts = []
    if not _none(cut):
        parts.append(f"{_some(cut)} can no longer get there{far}")
    if not _none(newly):
        parts.append(f"{_some(newly, short=bool(parts))} can get there{far} who could not before")
    return _sentence(", and ".join(parts))


def representation(rows: dict[str, list[Row]], limit: int = 2) -> list[str]:
    """Which groups are over- or under-represented among those who lose (or gain, when nobody loses)?"""
    everybody = _everybody(rows)
    side = "gain" if everybody is not None and _none(everybody["lose"]) else "lose"
    found = []
    for dimension, groups in rows.items():
        if dimension == "total" or dimension in NOT_PEOPLE:
            continue
        told = [g for g in groups if g[side].state == "told" and g["people"].state == "told"]
        touched, people = sum(g[side].number for g in told), sum(g["people"].number for g in told)
        if len(told) < len(groups) or len(told) < 2 or touched < 2 * ENOUGH:
            continue
        for g in told:
            among, overall = g[side].number / touched, g["people"].number / people
            larger, smaller = max(among, overall), min(among, overall)
            if g["people"].number < ENOUGH or larger - smaller < POINTS or (smaller and larger / smaller < RATIO):
                continue
            strength = larger / max(smaller, 0.01)
            those = f"{percent(among)} of those who {side} but {percent(overall)} of everyone"
            text = f"By {dimension}, “{g.group}” are {those}"
            found.append((among < overall, -strength, dimension, text))
    chosen: dict[str, str] = {}
    for _, _, dimension, text in sorted(found):  # over-represented first, one group a dimension: the others mirror it
        chosen.setdefault(dimension, text)
    return [f"{text}." for text in list(chosen.values())[:limit]]


def certainty(comparison: Comparison, rows: dict[str, list[Row]] | None = None) -> str:
    """How sure is it? In words."""
    if not comparison.base.uncertain:
        return "Uncertainty was not stated: each figure comes from one computation."
    row = _everybody(rows_of(comparison) if rows is None else rows)
    draws = comparison.base.draws.shape[1]
    often = f"in at least {SURE * 10:.0f} of 10 draws"
    parts = []
    for name, sure_name in (("lose", "sure_lose"), ("gain", "sure_gain")):
        if row is None or _none(row[name]):
            continue
        sure, whole = row.counts[sure_name], row[name]
        if sure is None or not sure.visible or not whole.visible:
            parts.append(f"how many {name} is not shown")
        elif sure.number == whole.number:
            parts.append(f"all who {name} do so")
        elif not sure.number:
            parts.append(f"none of those who {name} does so")
        else:
            parts.append(f"{sure.text} of the {whole.text} who {name} do so")
    if not parts:
        return f"Uncertainty is stated by {draws:,} draws."
    return _sentence(f"{often}, {' and '.join(parts)} ({draws:,} draws were made)")


def direction(values: Values) -> str:
    """Which way is counted as better."""
    return f"{'more' if values.direction == 'benefit' else 'less'} is counted as better"


def not_known(comparison: Comparison, blind_spots: tuple[str, ...] = (), *, responses: bool = False) -> list[str]:
    """Everything the figures do not say, one sentence each."""
    base, after = comparison.base, comparison.after
    rows = rows_of(comparison)
    reason = np.where(np.isnan(base.mean()), base.reason, after.reason)
    sentences = [*_without_answer(~comparison.known(), reason, _everybody(rows)), *_unreachable(comparison, rows)]
    sentences += _hidden(rows)
    if not rows:
        sentences.append("No people are loaded: units are counted, whether anybody lives there or not.")
    sentences += _about_people(comparison.people)
    if comparison.newcomers:
        text = count_of(comparison.newcomers).text
        sentences.append(
            _sentence(
                f"{text} people move in with the plan; they had no before and are not counted among losers or gainers"
            )
        )
    if not base.uncertain:
        sentences.append(certainty(comparison, rows))
    if not responses:
        sentences.append("No behavioural response modelled: people are assumed to live, choose and travel as before.")
    sentences.append(DEFAULT_DIRECTION)
    return [*sentences, *blind(blind_spots), *assumed(after)]


def not_known_of_values(values: Values, people: Population | None, blind_spots: tuple[str, ...] = ()) -> list[str]:
    """Everything a single measurement does not say, one sentence each."""
    total = people.total if people is not None and people.counts else None
    unknown = np.isnan(values.mean())
    row = None
    if total is not None:
        held = people.suppressed.get(("total", "all")) if people is not None else None
        partly = bool(held is not None and held.any())
        row = {"unknown": count_of(int(total[unknown].sum()), partly)}
    sentences = _without_answer(unknown, values.reason, row)
    lost = np.isinf(values.mean())
    if lost.any():
        words = listed(
            [f"{int((values.reason[lost] == r).sum()):,} {Reason(r).words}" for r in _codes(values.reason[lost])]
        )
        sentences.append(f"Out of reach in {int(lost.sum()):,} of {len(lost):,} {_word('unit', len(lost))}: {words}.")
    sentences += [] if people is None else _about_people(people)
    sentences.append(
        "Uncertainty was not stated: each figure comes from one computation."
        if not values.uncertain
        else f"Uncertainty is stated by {values.draws.shape[1]:,} draws."
    )
    return [*sentences, DEFAULT_DIRECTION, *blind(blind_spots), *assumed(values)]


def assumed(values: Values) -> list[str]:
    """What the receipt says was assumed, as sentences."""
    return [_sentence(text.rstrip(".")) for text in values.receipt.assumptions if text]


def blind(blind_spots: tuple[str, ...]) -> list[str]:
    """What the indicator does not look at."""
    return [f"Not looked at: {listed(blind_spots)}."] if blind_spots else []


@dataclass(frozen=True, slots=True)
class Spread:
    """How values spread over the people who live with them: share of people at or below, in words."""

    low: str
    middle: str
    high: str
    unreachable: Count
    people: Count


def spread(values: Values, people: Population, of: tuple[str, str] = ("total", "all")) -> Spread | None:
    """Which values do a tenth, half and nine tenths of a group have at most? None when too few of it have an answer."""
    count = people.counts.get(of)
    if count is None:
        return None
    mean = values.mean()
    use = (count > 0) & np.isfinite(mean)
    held = people.suppressed.get(of)
    partly = bool(held is not None and held.any())
    if not use.any() or count[use].sum() < ENOUGH:
        return None
    order = np.argsort(mean[use], kind="stable")
    ranked, reached = mean[use][order], np.cumsum(count[use][order].astype(np.float64))
    low, middle, high = (plain(float(ranked[np.searchsorted(reached, q * reached[-1])]), 2) for q in (0.1, 0.5, 0.9))
    lost = int(count[np.isinf(mean)].sum())
    return Spread(low, middle, high, count_of(lost, partly), count_of(int(count.sum()), partly))


def how_it_is(values: Values, people: Population | None) -> list[str]:
    """A single measurement in sentences: at most how much half of the people have, a tenth, and all but a tenth."""
    found = spread(values, people) if people is not None and people.counts else None
    if found is None:
        return _how_it_is_in_units(values)
    whom = "the people" if _none(found.unreachable) else "those who can get there"
    middle = with_unit(found.middle, values.unit)
    if found.low == found.high:
        sentences = [_sentence(f"at least eight in ten of {whom} have {middle}")]
    else:
        tails = f"a tenth have {found.low} or less and a tenth have {found.high} or more"
        sentences = [_sentence(f"half of {whom} have {middle} or less; {tails}")]
    if not _none(found.unreachable):
        sentences.append(_sentence(f"{_some(found.unreachable)} cannot get there"))
    return sentences


def _how_it_is_in_units(values: Values) -> list[str]:
    """The same without people: units are counted, and that is said."""
    mean = values.mean()
    known = mean[np.isfinite(mean)]
    lost, total = int(np.isinf(mean).sum()), len(mean)
    if not len(known) and not lost:
        return ["Nothing can be said: no unit has an answer."]
    if not len(known):
        return [f"None of {total:,} {_word('unit', total)} can get there."]
    middle = plain(float(np.quantile(known, 0.5, method="lower")), 2)
    sentences = [f"Half of the {len(known):,} units with a value have {with_unit(middle, values.unit)} or less."]
    if lost:
        sentences.append(f"From {lost:,} of {total:,} {_word('unit', total)} there is no way there.")
    return [*sentences, "People are not counted."]


def kind_of_support(kind: str, number: int) -> str:
    """The reporting units in words."""
    family, _, detail = kind.partition(":")
    text = {
        "h3": f"H3 hexagons of resolution {detail}",
        "square": f"squares of {detail} m",
        "areas": f"areas ({detail})" if detail else "areas",
    }
    return f"{number:,} {text.get(family, kind)}"


def _everybody(rows: dict[str, list[Row]]) -> Row | None:
    return next((row for row in rows.get("total", []) if row.group == "all"), None)


def _headline_of_units(comparison: Comparison, *, counted: bool) -> str:
    better, known = comparison.better(), comparison.known()
    worse, gain = int((known & (better < 0)).sum()), int((known & (better > 0)).sum())
    why = "nobody lives in the units looked at" if counted else "no people are loaded"
    if not known.any():
        return f"Nothing can be said: the change is not known in any unit, and {why}."
    total = len(known)
    return _sentence(
        f"of {total:,} {_word('unit', total)}, {worse:,} {_verb('get', worse)} worse and {gain:,} {_verb('get', gain)} "
        f"better; {why}, so people are not counted"
    )


def _without_answer(
    unknown: NDArray[np.bool_], reason: NDArray[np.int8], row: Row | dict[str, Count] | None
) -> list[str]:
    number = int(unknown.sum())
    if not number:
        return []
    reasons = []
    for code in _codes(reason[unknown]):
        count = int((reason[unknown] == code).sum())
        words = Reason(code).words if code != Reason.KNOWN else "no reason given"
        reasons.append(f"{count:,} {words}" if count != number else words)
    live = "" if row is None else f", where {_living(row['unknown'])}"
    return [f"No answer in {number:,} of {len(unknown):,} {_word('unit', len(unknown))}{live}: {listed(reasons)}."]


def _unreachable(comparison: Comparison, rows: dict[str, list[Row]]) -> list[str]:
    """Units that are out of reach before and after: no change there, but no good news either."""
    both = np.isinf(comparison.base.mean()) & np.isinf(comparison.after.mean())
    number = int(both.sum())
    if not number:
        return []
    everybody = _everybody(rows)
    live = ""
    if everybody is not None:
        people = int(comparison.people.total[both].sum())
        count = count_of(people, everybody.suppressed)
        if everybody["same"].state == "covered" or 0 < everybody["same"].number - people < SMALL_COUNT:
            count = Count(people, "covered") if people and count.visible else count
        live = f", where {_living(count)}"
    words = listed([Reason(code).words for code in _codes(comparison.after.reason[both])])
    where = f"{number:,} {_word('unit', number)}{live} ({words})"
    return [f"Out of reach both before and after in {where}; that is counted as no change."]


def _codes(reason: NDArray[np.int8]) -> list[int]:
    return sorted({int(code) for code in reason})


def _living(count: Count) -> str:
    if _none(count):
        return "nobody lives"
    if count.state == "covered":
        return "some people live (how many is not shown)"
    if count.state == "withheld":
        return "how many people live is withheld"
    return f"{count.text} people live"


def _hidden(rows: dict[str, list[Row]]) -> list[str]:
    states = {
        count.state for groups in rows.values() for row in groups for count in row.counts.values() if count is not None
    }
    sentences = []
    if "small" in states:
        sentences.append(f"Counts of 1 to {SMALL_COUNT - 1} are written “fewer than {SMALL_COUNT}”.")
    if "covered" in states:
        sentences.append("“Not shown” stands where a figure would give a small count away by subtraction.")
    if states & {"at least", "withheld"}:
        sentences.append(
            "The publisher withheld some counts: “at least” means that people are missing from the figure, "
            "“withheld” that it cannot be told."
        )
    return sentences


def _about_people(people: Population) -> list[str]:
    method = (
        [f"Where people live is estimated: {people.method.rstrip('.')}."] if people.method and people.counts else []
    )
    return [*method, *(_sentence(note.rstrip(".")) for note in people.notes if note)]


def _none(count: Count) -> bool:
    return count.state == "told" and count.number == 0


def _some(count: Count, *, short: bool = False) -> str:
    """A count with its noun, as the subject of a sentence."""
    people = "" if short else " people"
    return {"covered": f"some{people}", "withheld": f"a withheld number{'' if short else ' of people'}"}.get(
        count.state, f"{count.text}{people}"
    )


def _people(count: Count) -> str:
    return f"{count.text} people" if count.visible else "people (how many is not shown)"


def _all_of(count: Count) -> str:
    return f"any of the {count.text} people" if count.visible else "anybody"


def _word(word: str, number: int) -> str:
    return word if number == 1 else f"{word}s"


def _verb(word: str, number: int) -> str:
    return f"{word}s" if number == 1 else word


def _joined(*sentences: str) -> str:
    return " ".join(s for s in sentences if s)


def _sentence(text: str) -> str:
    """A text with a capital and a full stop; a parameter's name at its start keeps its letters."""
    first = text[0] if "_" in text.split(maxsplit=1)[0] else text[0].upper()
    return f"{first}{text[1:]}."
