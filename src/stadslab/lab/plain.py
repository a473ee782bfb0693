"""Answers as plain values and as lines a person can read aloud; small counts never leak."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from stadslab.core.compare import SURE, Comparison
from stadslab.core.disclosure import shown
from stadslab.core.suppression import Row, rows_of
from stadslab.core.values import Reason, Values
from stadslab.lab.summary import Summary, plain


def number(value: float, unit: str = "") -> str:
    """A number with a sensible count of digits and its unit."""
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "out of reach"
    digits = 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 1 else 2
    text = f"{value:,.{digits}f}"
    one = text in ("1", "-1") and len(unit) > 3 and unit.endswith("s")  # 1 place, 1 min
    return f"{text} {unit[:-1] if one else unit}".rstrip()


def per_unit(values: Values) -> list[dict[str, Any]]:
    """One object a unit: id, value, low, high, reason."""
    mean = values.mean()
    low, high = (values.quantile(0.05), values.quantile(0.95)) if values.uncertain else (mean, mean)
    rows = []
    for n, unit in enumerate(values.support.ids):
        row: dict[str, Any] = {"id": unit, "value": plain(mean[n])}
        if values.uncertain:
            row |= {"low": plain(low[n]), "high": plain(high[n])}
        if values.reason[n]:
            row["reason"] = Reason(int(values.reason[n])).words
        rows.append(row)
    return rows


def per_unit_change(c: Comparison) -> list[dict[str, Any]]:
    """One object a unit whose answer changes: id, before, after."""
    before, after, change = c.base.mean(), c.after.mean(), c.change()
    moved = [n for n in range(len(change)) if change[n] != 0]
    return [{"id": c.base.support.ids[n], "before": plain(before[n]), "after": plain(after[n])} for n in moved]


def summary_lines(values: Values, summary: Summary, cached: bool) -> list[str]:
    """What was measured, in a few sentences."""
    lines = [values.title or values.question, f"  {asked_words(values)}"]
    told: Callable[[int | None], str] = _covered if summary.covered else _hidden
    if summary.people is not None:
        lines.append(f"  {shown(summary.people)} people in {summary.units:,} reporting units")
    else:
        lines.append(f"  {summary.units:,} reporting units (no people are loaded, so these are counted)")
        told = "{:,}".format
    lines += _spread(summary)
    if summary.mean is not None:
        some = values.direction == "cost" and summary.none != 0
        lines.append(f"  mean {number(summary.mean, values.unit)}{' for those who get there' if some else ''}")
    if summary.none != 0:
        words = "do not get there" if values.direction == "cost" else "reach none at all"
        lines.append(f"  {told(summary.none)} of these {words}")
    if summary.unknown != 0:
        lines.append(f"  not known for {told(summary.unknown)} of these")
    for reason, count in ((r, n) for r, n in summary.reasons.items() if n != 0):
        lines.append(f"  {told(count)}: {reason}")
    lines.append(
        "  uncertainty not stated (one draw)"
        if not values.uncertain
        else f"  uncertainty from {values.draws.shape[1]} draws: {'; '.join(values.receipt.assumptions)}"
    )
    if cached:
        lines.append("  answered from the cache")
    return lines


def _spread(summary: Summary) -> list[str]:
    """The middle and both tenths in one line; nothing where hardly anybody has an answer."""
    tenth, median, ninetieth = summary.tenth, summary.median, summary.ninetieth
    if tenth is None or median is None or ninetieth is None or not math.isfinite(tenth):
        return []
    low = "a tenth have none" if tenth == 0 else f"a tenth have {number(tenth)} or less"
    if not math.isfinite(median):
        return [f"  {low}; more than half do not get there"]
    high = f"a tenth {number(ninetieth)} or more" if math.isfinite(ninetieth) else "more than a tenth do not get there"
    return [f"  median {number(median, summary.unit)}; {low}, {high}"]


def comparison_lines(
    c: Comparison, sentences: tuple[str, ...], warnings: tuple[str, ...], dimensions: tuple[str, ...], cached: bool
) -> list[str]:
    """The plan, then who loses and who gains."""
    lines = ["Plan:", *(f"  {n}. {s}" for n, s in enumerate(sentences, 1))] if sentences else []
    lines += [f"  warning: {w}" for w in warnings]
    lines += [
        c.base.title or c.base.question,
        f"  {asked_words(c.base)}; {'more' if c.sign > 0 else 'less'} is counted as better",
    ]
    if not dimensions:
        lost, won = int((c.better() < 0).sum()), int((c.better() > 0).sum())
        words = "reporting unit loses" if lost == 1 else "reporting units lose"
        lines.append(f"  {lost:,} {words}, {won:,} gain{'s' if won == 1 else ''} (no people are loaded)")
    rows = rows_of(c)
    for dimension in dimensions:
        lines.append(f"  {'everybody' if dimension == 'total' else f'by {dimension}'}:")
        lines += [f"    {_group_line(row, c.base.unit)}" for row in rows[dimension]]
    if c.newcomers > 0:
        lines.append(f"  {shown(c.newcomers)} people move in; they have no before and are not counted above")
    draws = c.base.draws.shape[1]
    lines.append(
        "  uncertainty not stated (one draw)"
        if not c.base.uncertain
        else f"  sure: at least {math.ceil(SURE * draws - 1e-9)} of {draws} draws agree"
    )
    lines.append("  no behavioural response modelled: people keep their homes and habits")
    if cached:
        lines.append("  answered from the cache")
    return lines


def _group_line(row: Row, unit: str) -> str:
    """Losers before gainers; numbers that may not be told are told as such."""
    name = "all" if row.dimension == "total" else row.group
    lose, gain, unknown = row["lose"], row["gain"], row["unknown"]
    if lose.state == gain.state == "withheld":
        return f"{name} ({row['people'].text} people): the publisher withholds too much to count gains and losses"
    line = f"{name} ({row['people'].text} people): {lose.text} lose"
    line += f" ({row['cut_off'].text} are cut off)" if row["cut_off"].number else ""
    line += f", {gain.text} gain"
    line += f" ({row['reached'].text} newly reach)" if row["reached"].number else ""
    sure_lose, sure_gain = row.counts.get("sure_lose"), row.counts.get("sure_gain")
    if sure_lose is not None and sure_gain is not None and (lose.number or gain.number):
        line += f"; sure: {sure_lose.text} lose, {sure_gain.text} gain"
    only_all_or_nothing = lose.number == row["cut_off"].number and gain.number == row["reached"].number
    if row.mean_change is not None and not only_all_or_nothing:
        line += f"; mean change {number(row.mean_change, unit)} a person"
    return f"{line}; {unknown.text} not known" if unknown.number else line


def asked_words(values: Values) -> str:
    """The indicator with its parameters and reporting units: `walk_access(kind school, minutes 10) on h3:9`."""
    asked = ", ".join(f"{k} {f'{v:g}' if isinstance(v, float) else v}" for k, v in values.receipt.params.items())
    return f"{values.indicator}({asked}) on {values.support.kind}"


def _covered(count: int | None) -> str:
    return "a number that may not be told" if count is None else shown(count)


def _hidden(count: int | None) -> str:
    return shown(1) if count is None else shown(count)
