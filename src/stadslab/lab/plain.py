"""Answers as plain values and as lines a person can read aloud; small counts never leak."""

from __future__ import annotations

import math
from typing import Any

from stadslab.core.compare import Comparison, GroupChange
from stadslab.core.disclosure import shown
from stadslab.core.values import Reason, Values
from stadslab.lab.summary import Summary


def number(value: float, unit: str = "") -> str:
    """A number with a sensible count of digits and its unit."""
    if math.isnan(value):
        return "unknown"
    if math.isinf(value):
        return "out of reach"
    digits = 0 if abs(value) >= 100 or value == round(value) else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()


def per_unit(values: Values) -> list[dict[str, Any]]:
    """One object a unit: id, value, low, high, reason."""
    mean = values.mean()
    low, high = (values.quantile(0.05), values.quantile(0.95)) if values.uncertain else (mean, mean)
    rows = []
    for n, unit in enumerate(values.support.ids):
        row: dict[str, Any] = {"id": unit, "value": _plain(mean[n])}
        if values.uncertain:
            row |= {"low": _plain(low[n]), "high": _plain(high[n])}
        if values.reason[n]:
            row["reason"] = Reason(int(values.reason[n])).words
        rows.append(row)
    return rows


def per_unit_change(c: Comparison) -> list[dict[str, Any]]:
    """One object a unit whose answer changes: id, before, after."""
    before, after, change = c.base.mean(), c.after.mean(), c.change()
    moved = [n for n in range(len(change)) if change[n] != 0]
    return [{"id": c.base.support.ids[n], "before": _plain(before[n]), "after": _plain(after[n])} for n in moved]


def summary_lines(values: Values, summary: Summary, cached: bool) -> list[str]:
    """What was measured, in a few sentences."""
    lines = [values.question, f"  {_asked(values)}"]
    who = "people" if summary.people is not None else "reporting units (no people are loaded)"
    if summary.people is not None:
        lines.append(f"  {shown(summary.people)} people in {summary.units:,} reporting units")
    else:
        lines.append(f"  {summary.units:,} {who}")
    if summary.median is not None and summary.tenth is not None and summary.ninetieth is not None:
        lines.append(
            f"  median {number(summary.median, values.unit)}; a tenth have {number(summary.tenth)} or less, a tenth {number(summary.ninetieth)} or more"
        )
    if summary.mean is not None:
        lines.append(f"  mean {number(summary.mean, values.unit)}")
    if summary.none != 0:
        lines.append(f"  {_hidden(summary.none)} of these reach none at all")
    for reason, count in summary.reasons.items():
        lines.append(f"  {_hidden(count)}: {reason}")
    lines.append(
        "  uncertainty not stated (one draw)"
        if not values.uncertain
        else f"  uncertainty from {values.draws.shape[1]} draws: {'; '.join(values.receipt.assumptions)}"
    )
    if cached:
        lines.append("  answered from the cache")
    return lines


def comparison_lines(
    c: Comparison, sentences: tuple[str, ...], warnings: tuple[str, ...], dimensions: tuple[str, ...], cached: bool
) -> list[str]:
    """The plan, then who loses and who gains."""
    lines = ["Plan:", *(f"  {n}. {s}" for n, s in enumerate(sentences, 1)), *(f"  warning: {w}" for w in warnings)]
    lines += [c.base.question, f"  {_asked(c.base)}; {'more' if c.sign > 0 else 'less'} is counted as better"]
    if not dimensions:
        lost, won = int((c.better() < 0).sum()), int((c.better() > 0).sum())
        lines.append(f"  {lost:,} reporting units lose, {won:,} gain (no people are loaded)")
    for dimension in dimensions:
        lines.append(f"  {'everybody' if dimension == 'total' else f'by {dimension}'}:")
        lines += [f"    {_group_line(g, c.base.unit)}" for g in c.by(dimension)]
    if c.newcomers > 0:
        lines.append(f"  {shown(c.newcomers)} people move in; they have no before and are not counted above")
    lines.append(
        "  uncertainty not stated (one draw)"
        if not c.base.uncertain
        else f"  sure: at least nine of ten of {c.base.draws.shape[1]} draws agree"
    )
    lines.append("  no behavioural response modelled: people keep their homes and habits")
    if cached:
        lines.append("  answered from the cache")
    return lines


def _group_line(g: GroupChange, unit: str) -> str:
    name = "all" if g.dimension == "total" else g.group
    lose = f"{shown(g.lose, g.suppressed)} lose" + (
        f" ({shown(g.cut_off, g.suppressed)} are cut off)" if g.cut_off else ""
    )
    gain = f"{shown(g.gain, g.suppressed)} gain" + (
        f" ({shown(g.reached, g.suppressed)} newly reach)" if g.reached else ""
    )
    sure = ""
    if g.sure_lose is not None and g.sure_gain is not None and (g.lose or g.gain):
        sure = f"; sure: {shown(g.sure_lose, g.suppressed)} lose, {shown(g.sure_gain, g.suppressed)} gain"
    hidden = 0 < g.lose + g.gain < 5
    mean = (
        f"; mean change {number(g.mean_change, unit)} a person"
        if not hidden and math.isfinite(g.mean_change) and (g.gain or g.lose)
        else ""
    )
    unknown = f"; {shown(g.unknown, g.suppressed)} not known" if g.unknown else ""
    return f"{name} ({shown(g.people, g.suppressed)} people): {lose}, {gain}{sure}{mean}{unknown}"


def _asked(values: Values) -> str:
    asked = ", ".join(f"{k} {v}" for k, v in values.receipt.params.items())
    return f"{values.indicator}({asked}) on {values.support.kind}"


def _hidden(count: int | None) -> str:
    return shown(1) if count is None else shown(count)


def _plain(value: float) -> float | str | None:
    if math.isnan(value):
        return None
    return "unreachable" if math.isinf(value) else round(float(value), 6)
