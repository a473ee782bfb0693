"""A comparison in plain words: losers before gainers, small counts hidden, certainty and ignorance said aloud."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stadslab.brief.numbers import pair, percent, plain, with_unit
from stadslab.core.compare import SURE, Comparison
from stadslab.core.disclosure import SMALL_COUNT
from stadslab.core.said import Said, Sentence, joined, listed
from stadslab.core.support import Population
from stadslab.core.suppression import Count, Row, count_of, rows_of
from stadslab.core.values import Reason, Values

if TYPE_CHECKING:
    from numpy.typing import NDArray

NOT_PEOPLE = ("jobs", "dwellings", "homes")  # dimensions that count what their name says
DEFAULT_DIRECTION = Said("Which way is better is the indicator's default, not a goal that anybody has adopted.")
ONE_DRAW = Said("Uncertainty was not stated: each figure comes from one computation.")
ENOUGH = 20  # people who lose (gain), below which a share of a group among them says nothing
RATIO, POINTS = 1.25, 0.03  # a group is named when its share differs by a quarter and by three percentage points


def noun(dimension: str, number: int = 2) -> str:
    """What is counted in this dimension: people, or what its name says."""
    if dimension in NOT_PEOPLE:
        return Said(dimension[:-1] if number == 1 else dimension)
    return Said("person") if number == 1 else Said("people")


def answer(comparison: Comparison) -> list[str]:
    """The answer in three sentences: how many, how much, and who and how sure."""
    rows = rows_of(comparison)
    size = _together(size_of_change(comparison, rows), reach(comparison, rows))
    sure = _together(*representation(rows), certainty(comparison, rows))
    return [s for s in (headline(comparison, rows), size, sure) if s]


def headline(comparison: Comparison, rows: dict[str, list[Row]] | None = None) -> str:
    """How many people lose and gain, in one honest sentence."""
    row = _everybody(rows_of(comparison) if rows is None else rows)
    if row is None or not (row["people"].number or row.suppressed):
        return _headline_of_units(comparison, counted=row is not None)
    lose, gain, same, unknown = row["lose"], row["gain"], row["same"], row["unknown"]
    if not row.suppressed and unknown.number == row["people"].number:
        whom = _the_people(row["people"])
        return Said("Nothing can be said: the change is not known for any of {people}.", people=whom)
    if not (lose.number or gain.number or row.suppressed):
        if unknown.number:
            return Said(
                "Nobody is known to lose or gain; {same} see no change, and for {unknown} it is not known.",
                same=_some(same), unknown=_some(unknown),
            )  # fmt: skip
        return Said("Nobody loses and nobody gains: nothing changes for {whom}.", whom=_all_of(row["people"]))
    first = Said("nobody loses") if _none(lose) else Said("{count} lose", count=_some(lose))
    noun_told = not _none(lose)
    second = Said("nobody gains") if _none(gain) else Said("{count} gain", count=_some(gain, short=noun_told))
    rest = [Said("{count} see no change", count=_some(same, short=True))] if not _none(same) else []
    rest += [Said("for {count} it is not known", count=_some(unknown, short=True))] if not _none(unknown) else []
    return Sentence(joined("; ", [listed([first, second]), *([listed(rest)] if rest else [])]))


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
        parts.append(_from_to(side, rest=bool((touched & ~chosen).any()), first=first, second=second))
    return Sentence(Said("on average it goes {changes}", changes=_and(parts))) if parts else ""


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
    far = Reason.BEYOND_LIMIT in reasons
    parts: list[str] = []
    if not _none(cut):
        text = "{count} can no longer get there within the limit" if far else "{count} can no longer get there"
        parts.append(Said(text, count=_some(cut)))
    if not _none(newly):
        limited = "{count} can get there within the limit who could not before"
        text = limited if far else "{count} can get there who could not before"
        parts.append(Said(text, count=_some(newly, short=bool(parts))))
    return Sentence(_and(parts))


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
            text = Said(
                "By {dimension}, “{group}” are {among} of those who gain but {overall} of everyone."
                if side == "gain"
                else "By {dimension}, “{group}” are {among} of those who lose but {overall} of everyone.",
                dimension=Said(dimension), group=Said(g.group), among=percent(among), overall=percent(overall),
            )  # fmt: skip
            found.append((among < overall, -strength, dimension, text))
    chosen: dict[str, str] = {}
    for _, _, dimension, text in sorted(found):  # over-represented first, one group a dimension: the others mirror it
        chosen.setdefault(dimension, text)
    return list(chosen.values())[:limit]


def certainty(comparison: Comparison, rows: dict[str, list[Row]] | None = None) -> str:
    """How sure is it? In words."""
    if not comparison.base.uncertain:
        return ONE_DRAW
    row = _everybody(rows_of(comparison) if rows is None else rows)
    draws = comparison.base.draws.shape[1]
    parts: list[str] = []
    for name, sure_name in (("lose", "sure_lose"), ("gain", "sure_gain")):
        if row is None or _none(row[name]):
            continue
        sure, whole = row.counts[sure_name], row[name]
        if sure is None or not sure.visible or not whole.visible:
            parts.append(Said("how many lose is not shown" if name == "lose" else "how many gain is not shown"))
        elif sure.number == whole.number:
            parts.append(Said("all who lose do so" if name == "lose" else "all who gain do so"))
        elif not sure.number:
            parts.append(Said("none of those who lose does so" if name == "lose" else "none of those who gain does so"))
        else:
            text = "{sure} of the {whole} who lose do so" if name == "lose" else "{sure} of the {whole} who gain do so"
            parts.append(Said(text, sure=sure.text, whole=whole.text))
    if not parts:
        return _stated(draws)
    return Sentence(
        Said(
            "in at least {sure:.0f} of 10 draws, {who} ({draws:,} draws were made)",
            sure=SURE * 10, who=listed(parts), draws=draws,
        )
    )  # fmt: skip


def direction(values: Values) -> str:
    """Which way is counted as better."""
    return Said("more is counted as better" if values.direction == "benefit" else "less is counted as better")


def not_known(comparison: Comparison, blind_spots: tuple[str, ...] = (), *, responses: bool = False) -> list[str]:
    """Everything the figures do not say, one sentence each."""
    base, after = comparison.base, comparison.after
    rows = rows_of(comparison)
    reason = np.where(np.isnan(base.mean()), base.reason, after.reason)
    sentences = [*_without_answer(~comparison.known(), reason, _everybody(rows)), *_unreachable(comparison, rows)]
    sentences += _hidden(rows)
    if not rows:
        sentences.append(Said("No people are loaded: units are counted, whether anybody lives there or not."))
    sentences += _about_people(comparison.people)
    if comparison.newcomers:
        moving = "{count} people move in with the plan; they had no before and are not counted among losers or gainers"
        sentences.append(Sentence(Said(moving, count=count_of(comparison.newcomers).text)))
    if not base.uncertain:
        sentences.append(certainty(comparison, rows))
    if not responses:
        sentences.append(
            Said("No behavioural response modelled: people are assumed to live, choose and travel as before.")
        )
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
        words = listed([_so_many(int((values.reason[lost] == r).sum()), r) for r in _codes(values.reason[lost])])
        units = _of_units(int(lost.sum()), len(lost))
        sentences.append(Said("Out of reach in {units}: {reasons}.", units=units, reasons=words))
    sentences += [] if people is None else _about_people(people)
    sentences.append(_stated(values.draws.shape[1]) if values.uncertain else ONE_DRAW)
    return [*sentences, DEFAULT_DIRECTION, *blind(blind_spots), *assumed(values)]


def assumed(values: Values) -> list[str]:
    """What the receipt says was assumed, as sentences."""
    return [Sentence(_varying(text.rstrip("."))) for text in values.receipt.assumptions if text]


def blind(blind_spots: tuple[str, ...]) -> list[str]:
    """What the indicator does not look at."""
    return [Said("Not looked at: {what}.", what=listed([Said(spot) for spot in blind_spots]))] if blind_spots else []


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
    everybody = _none(found.unreachable)
    middle = with_unit(found.middle, values.unit)
    if found.low == found.high:
        alike = "at least eight in ten of {whom} have {middle}"
        sentences: list[str] = [Sentence(Said(alike, whom=_whom(everybody=everybody), middle=middle))]
    else:
        text = Said(
            "half of {whom} have {middle} or less; a tenth have {low} or less and a tenth have {high} or more",
            whom=_whom(everybody=everybody), middle=middle, low=found.low, high=found.high,
        )  # fmt: skip
        sentences = [Sentence(text)]
    if not everybody:
        sentences.append(Sentence(Said("{count} cannot get there", count=_some(found.unreachable))))
    return sentences


def _whom(*, everybody: bool) -> Said:
    return Said("the people") if everybody else Said("those who can get there")


def _how_it_is_in_units(values: Values) -> list[str]:
    """The same without people: units are counted, and that is said."""
    mean = values.mean()
    known = mean[np.isfinite(mean)]
    lost, total = int(np.isinf(mean).sum()), len(mean)
    if not len(known) and not lost:
        return [Said("Nothing can be said: no unit has an answer.")]
    if not len(known):
        return [Said("None of {units} can get there.", units=_units(total))]
    middle = with_unit(plain(float(np.quantile(known, 0.5, method="lower")), 2), values.unit)
    half = "Half of the {known:,} units with a value have {middle} or less."
    sentences: list[str] = [Said(half, known=len(known), middle=middle)]
    if lost:
        sentences.append(Said("From {units} there is no way there.", units=_of_units(lost, total)))
    return [*sentences, Said("People are not counted.")]


def kind_of_support(kind: str, number: int) -> str:
    """The reporting units in words."""
    family, _, detail = kind.partition(":")
    if family == "h3":
        return Said("{number:,} H3 hexagons of resolution {detail}", number=number, detail=detail)
    if family == "square":
        return Said("{number:,} squares of {detail} m", number=number, detail=detail)
    if family == "areas":
        text = "{number:,} areas ({detail})" if detail else "{number:,} areas"
        return Said(text, number=number, detail=detail)
    return Said("{number:,} {kind}", number=number, kind=kind)


def _everybody(rows: dict[str, list[Row]]) -> Row | None:
    return next((row for row in rows.get("total", []) if row.group == "all"), None)


def _headline_of_units(comparison: Comparison, *, counted: bool) -> str:
    better, known = comparison.better(), comparison.known()
    worse, gain = int((known & (better < 0)).sum()), int((known & (better > 0)).sum())
    why = Said("nobody lives in the units looked at" if counted else "no people are loaded")
    if not known.any():
        return Said("Nothing can be said: the change is not known in any unit, and {why}.", why=why)
    getting = "of {units}, {worse} and {better}; {why}, so people are not counted"
    verb = {True: "{number:,} gets better", False: "{number:,} get better"}[gain == 1]
    worse_text = Said("{number:,} gets worse" if worse == 1 else "{number:,} get worse", number=worse)
    better_text = Said(verb, number=gain)
    return Sentence(Said(getting, units=_units(len(known)), worse=worse_text, better=better_text, why=why))


def _without_answer(
    unknown: NDArray[np.bool_], reason: NDArray[np.int8], row: Row | dict[str, Count] | None
) -> list[str]:
    number = int(unknown.sum())
    if not number:
        return []
    reasons: list[str] = []
    for code in _codes(reason[unknown]):
        count = int((reason[unknown] == code).sum())
        reasons.append(_so_many(count, code) if count != number else _reason(code))
    where = _where(_of_units(number, len(unknown)), None if row is None else row["unknown"])
    return [Said("No answer in {where}: {reasons}.", where=where, reasons=listed(reasons))]


def _unreachable(comparison: Comparison, rows: dict[str, list[Row]]) -> list[str]:
    """Units that are out of reach before and after: no change there, but no good news either."""
    both = np.isinf(comparison.base.mean()) & np.isinf(comparison.after.mean())
    number = int(both.sum())
    if not number:
        return []
    everybody = _everybody(rows)
    count = None
    if everybody is not None:
        people = int(comparison.people.total[both].sum())
        count = count_of(people, everybody.suppressed)
        if everybody["same"].state == "covered" or 0 < everybody["same"].number - people < SMALL_COUNT:
            count = Count(people, "covered") if people and count.visible else count
    words = listed([Said(Reason(code).words) for code in _codes(comparison.after.reason[both])])
    where = Said("{where} ({reasons})", where=_where(_units(number), count), reasons=words)
    return [Said("Out of reach both before and after in {where}; that is counted as no change.", where=where)]


def _codes(reason: NDArray[np.int8]) -> list[int]:
    return sorted({int(code) for code in reason})


def _reason(code: int) -> Said:
    return Said(Reason(code).words if code != Reason.KNOWN else "no reason given")


def _so_many(count: int, code: int) -> Said:
    return Said("{count:,} {reason}", count=count, reason=_reason(code))


def _where(units: str, count: Count | None) -> str:
    """Units, and who lives there."""
    return units if count is None else Said("{units}, where {living}", units=units, living=_living(count))


def _living(count: Count) -> Said:
    if _none(count):
        return Said("nobody lives")
    if count.state == "covered":
        return Said("some people live (how many is not shown)")
    if count.state == "withheld":
        return Said("how many people live is withheld")
    return Said("{count} people live", count=count.text)


def _hidden(rows: dict[str, list[Row]]) -> list[str]:
    states = {
        count.state for groups in rows.values() for row in groups for count in row.counts.values() if count is not None
    }
    sentences: list[str] = []
    if "small" in states:
        told = "Counts of 1 to {most} are written “fewer than {small}”."
        sentences.append(Said(told, most=SMALL_COUNT - 1, small=SMALL_COUNT))
    if "covered" in states:
        sentences.append(Said("“Not shown” stands where a figure would give a small count away by subtraction."))
    if states & {"at least", "withheld"}:
        sentences.append(
            Said(
                "The publisher withheld some counts: “at least” means that people are missing from the figure, "
                "“withheld” that it cannot be told."
            )
        )
    return sentences


def _about_people(people: Population) -> list[str]:
    method = (
        [Said("Where people live is estimated: {method}.", method=_without_stop(people.method))]
        if people.method and people.counts
        else []
    )
    return [*method, *(Sentence(_without_stop(note)) for note in people.notes if note)]


def _none(count: Count) -> bool:
    return count.state == "told" and count.number == 0


def _some(count: Count, *, short: bool = False) -> Said:
    """A count with its noun, as the subject of a sentence."""
    if count.state == "covered":
        return Said("some") if short else Said("some people")
    if count.state == "withheld":
        return Said("a withheld number") if short else Said("a withheld number of people")
    return Said("{count}" if short else "{count} people", count=count.text)


def _the_people(count: Count) -> Said:
    if count.visible:
        return Said("the {count} people", count=count.text)
    return Said("the people (how many is not shown)")


def _all_of(count: Count) -> Said:
    return Said("any of the {count} people", count=count.text) if count.visible else Said("anybody")


def _from_to(side: int, *, rest: bool, first: str, second: str) -> Said:
    """How the mean moves for one side. rest: some of them have no number on one of its ends."""
    text = {
        (-1, False): "from {before} to {after} for those who lose",
        (-1, True): "from {before} to {after} for those who lose and still get there",
        (1, False): "from {before} to {after} for those who gain",
        (1, True): "from {before} to {after} for those who gain and got there before",
    }[side, rest]
    return Said(text, before=first, after=second)


def _stated(draws: int) -> Said:
    return Said("Uncertainty is stated by {draws:,} draws.", draws=draws)


def _varying(assumption: str) -> str:
    """What a receipt says about a parameter that was drawn, as a text that can be told in other languages."""
    name, between, rest = assumption.partition(" varies by ")
    share, colon, source = rest.partition(": ")
    if not (between and colon and share.endswith("%") and share[:-1].isdigit()):
        return Said(assumption)
    spread = percent(int(share[:-1]) / 100)
    return Said("{name} varies by {share}: {source}", name=name, share=spread, source=Said(source))


def _units(number: int) -> Said:
    return Said("{number:,} unit" if number == 1 else "{number:,} units", number=number)


def _of_units(number: int, total: int) -> Said:
    return Said("{number:,} of {units}", number=number, units=_units(total))


def _and(parts: list[str]) -> str:
    return Said("{first}, and {last}", first=parts[0], last=parts[1]) if len(parts) == 2 else joined(", ", parts)


def _together(*sentences: str) -> str:
    return joined(" ", [s for s in sentences if s])


def _without_stop(text: str) -> str:
    """A text without the full stop it may end in."""
    if not text.endswith("."):
        return text
    if isinstance(text, Said):
        return Said(text.template.rstrip("."), **text.values)
    return text.rstrip(".")
