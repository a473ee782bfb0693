"""Maps and charts of values and comparisons: the same input gives the same bytes, and no global state is touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from stadslab.brief.basemap import Basemap
from stadslab.brief.classes import Classes, Scheme, classes_of
from stadslab.brief.colours import (
    BETTER,
    CUT_OFF,
    INK,
    NO_CHANGE,
    PAPER,
    REACHED,
    UNKNOWN,
    UNREACHABLE,
    UNSURE,
    WORSE,
    ramp,
    towards_paper,
)
from stadslab.brief.drawing import DPI, Mark, MarkKind, Paint, draw_map, png
from stadslab.brief.numbers import percent, unit_words
from stadslab.brief.picture import Legend, Picture, Swatch
from stadslab.core.compare import SURE, Comparison
from stadslab.core.said import Said, joined
from stadslab.core.suppression import rows_of
from stadslab.core.values import Reason, Values

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Mark", "MarkKind", "change_classes", "change_map", "group_chart", "value_map"]


def value_map(
    values: Values,
    basemap: Basemap | None = None,
    *,
    classes: Classes | None = None,
    scheme: Scheme = "quantile",
    title: str = "",
    marks: Sequence[Mark] = (),
    width_in: float = 7.0,
    legend: bool = True,
) -> Picture:
    """How are the values spread over the city? Classes may be given, so that several maps share them."""
    shared = classes or classes_of(values.mean(), scheme=scheme)
    paint = paint_values(values, shared)
    answered = int(np.isfinite(values.mean()).sum())
    alt: str = Said(
        "Map: {question} Values for {answered:,} of {units:,} units",
        question=Said(values.question), answered=answered, units=len(values),
    )  # fmt: skip
    if len(shared):
        unit = unit_words(values.unit)
        last = joined(" ", [shared.labels[-1], unit] if unit else [shared.labels[-1]])
        alt = Said("{map}, in classes from {first} to {last}", map=alt, first=shared.labels[0], last=last)
    key = Legend(in_unit(Said("Value"), values.unit), paint.swatches)
    alt = Said("{map}.", map=alt)
    return draw_map(values.support, paint, key, basemap or Basemap(), marks, title, alt, width_in, legend)


def change_map(
    comparison: Comparison,
    basemap: Basemap | None = None,
    *,
    marks: Sequence[Mark] = (),
    title: str = "",
    width_in: float = 7.0,
    legend: bool = True,
    closer: bool = False,
) -> Picture:
    """Where does it get worse, and where better? White lines where fewer than nine draws in ten agree.

    closer: draw only the part of the city where anything changes, when that part is small.
    """
    paint = paint_change(comparison)
    better, known = comparison.better(), comparison.known()
    worse_n, better_n = int((known & (better < 0)).sum()), int((known & (better > 0)).sum())
    alt = Said(
        "Map of the change: worse in {worse:,} units, better in {better:,}, of {units:,}.",
        worse=worse_n, better=better_n, units=len(comparison.base),
    )  # fmt: skip
    key = Legend(in_unit(Said("Change"), comparison.base.unit), paint.swatches)
    focus = known & (better != 0) if closer else None
    support = comparison.base.support
    return draw_map(support, paint, key, basemap or Basemap(), marks, title, alt, width_in, legend, focus)


def group_chart(comparison: Comparison, dimension: str, *, title: str = "", width_in: float = 7.0) -> Picture:
    """Which share of each group loses, and which gains? Hidden counts have no bar."""
    from matplotlib.figure import Figure

    rows = rows_of(comparison)[dimension]
    shares = [(row.share("lose"), row.share("gain")) for row in rows]
    limit = max([s for pair in shares for s in pair if s] or [0.01]) * 1.9
    figure = Figure(figsize=(width_in, 0.9 + 0.42 * len(rows)), dpi=DPI, facecolor=PAPER)
    axes = figure.add_axes((0.22, 0.12, 0.76, 0.74))
    for at, (row, (lose, gain)) in enumerate(zip(rows, shares, strict=True)):
        for share, name, colour, side in ((lose, "lose", WORSE[1], -1), (gain, "gain", BETTER[1], 1)):
            axes.barh(at, side * (share or 0.0), height=0.62, color=colour)
            text = row[name].text if share is None or not share else f"{row[name].text} ({percent(share)})"
            place = side * (share or 0.0) + side * limit * 0.015
            axes.text(place, at, text, va="center", ha="left" if side > 0 else "right", fontsize=8, color=INK)
    axes.axvline(0, color=INK, linewidth=0.8)
    axes.set_yticks(range(len(rows)), [row.group for row in rows], fontsize=8.5, color=INK)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(-limit, limit)
    axes.set_xticks([])
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    for x, word, colour in ((0.42, "lose", WORSE[2]), (0.78, "gain", BETTER[2])):
        figure.text(x, 0.04, f"{word} (share of the group)", ha="center", fontsize=8, color=colour, weight="bold")
    figure.text(
        0.02, 0.95, title or f"Who loses and who gains, by {dimension}", fontsize=10, color=INK, weight="bold", va="top"
    )
    words = "; ".join(f"{row.group}: {row['lose'].text} lose, {row['gain'].text} gain" for row in rows)
    return png(figure, f"Chart by {dimension}. {words}.", None)


def change_classes(comparison: Comparison, number: int = len(WORSE)) -> Classes:
    """Class borders for the size of the change, the same for worse and better."""
    size = np.abs(comparison.change())
    return classes_of(size[np.isfinite(size) & (size > 0)], number)


def in_unit(word: str, unit: str) -> str:
    """The word, and the unit after a comma where there is one."""
    words = unit_words(unit)
    return joined(", ", [word, words] if words else [word])


def paint_values(values: Values, classes: Classes) -> Paint:
    """What each unit is filled with: a colour for each class, and one for every reason there is no number."""
    mean = values.mean()
    finite = np.isfinite(mean)
    member = np.full(len(values), -1, np.int64)
    member[finite] = classes.of(mean[finite])
    swatches = [Swatch(colour, label) for colour, label in zip(ramp(len(classes)), classes.labels, strict=True)]
    for chosen, colour, hatch, word in (
        (np.isinf(mean), UNREACHABLE, "///", Said("unreachable")),
        (np.isnan(mean), UNKNOWN, "...", Said("unknown")),
    ):
        for reason in sorted({int(r) for r in values.reason[chosen]}):
            member[chosen & (values.reason == reason)] = len(swatches)
            label = word if reason == Reason.KNOWN else joined(": ", [word, Said(Reason(reason).words)])
            swatches.append(Swatch(colour if reason % 2 else towards_paper(colour, 0.4), label, hatch))
    return Paint(member, tuple(swatches), np.zeros(len(values), np.bool_))


def paint_change(comparison: Comparison) -> Paint:
    """What each unit is filled with: worse and better by how much, cut off, newly reached, no change, not known."""
    change, better, known = comparison.change(), comparison.better(), comparison.known()
    classes = change_classes(comparison)
    number = len(classes)
    size = np.abs(change)
    infinite = np.isinf(change)
    levels = [WORSE[-1:], WORSE[::2], WORSE][max(number, 1) - 1]
    gains = [BETTER[-1:], BETTER[::2], BETTER][max(number, 1) - 1]
    finite_class = classes.of(np.where(np.isfinite(size), size, 0.0)) if number else np.zeros(len(size), np.int64)
    order: list[tuple[NDArray[np.bool_], Swatch]] = [
        (infinite & (better < 0), Swatch(CUT_OFF, _cut_words(comparison, lost=True), "xxx"))
    ]
    order += [
        (
            ~infinite & (better < 0) & (finite_class == at),
            Swatch(levels[at], Said("worse by {size}", size=classes.labels[at])),
        )
        for at in reversed(range(number))
    ]
    order.append((known & (better == 0), Swatch(NO_CHANGE, Said("no change"))))
    order += [
        (
            ~infinite & (better > 0) & (finite_class == at),
            Swatch(gains[at], Said("better by {size}", size=classes.labels[at])),
        )
        for at in range(number)
    ]
    order.append((infinite & (better > 0), Swatch(REACHED, _cut_words(comparison, lost=False), "ooo")))
    order.append((~known, Swatch(UNKNOWN, Said("not known"), "...")))
    member = np.full(len(change), -1, np.int64)
    swatches: list[Swatch] = []
    for chosen, swatch in order:
        if chosen.any():
            member[chosen] = len(swatches)
            swatches.append(swatch)
    unsure = np.zeros(len(change), np.bool_)
    if comparison.base.uncertain:
        unsure = known & (better != 0) & (comparison.agreement() < SURE)
        if unsure.any():
            text = Said("white lines: not sure, fewer than 9 draws in 10 agree")
            swatches.append(Swatch(WORSE[1], text, UNSURE))
    return Paint(member, tuple(swatches), unsure)


def _cut_words(comparison: Comparison, *, lost: bool) -> str:
    """An infinite change is a place lost or won, when less is better; otherwise just an endless one."""
    if comparison.base.direction == "cost":
        return Said("no longer reached") if lost else Said("newly reached")
    return Said("worse without limit") if lost else Said("better without limit")
