"""Maps and charts of values and comparisons: the same input gives the same bytes, and no global state is touched."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from stadslab.brief.basemap import Basemap, Flat
from stadslab.brief.classes import Classes, Scheme, classes_of
from stadslab.brief.disclosed import rows_of
from stadslab.brief.numbers import percent, unit_words
from stadslab.brief.picture import Legend, Picture, Swatch
from stadslab.core.compare import SURE, Comparison
from stadslab.core.support import Support
from stadslab.core.values import Reason, Values

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MarkKind = Literal["closed", "changed", "new_street", "new_place", "removed_place", "new_homes"]

DPI = 180
PAPER, INK, QUIET = "#ffffff", "#1d2328", "#5d666e"
LAND, WATER, GREEN, STREET = "#f4f2ed", "#cfdfe8", "#dde8d3", "#8d8a84"
# Light to dark, told apart by lightness alone, so that colour-blind readers and grey printers see the order.
LOW_TO_HIGH = ("#f6eccb", "#cfe0b5", "#93cbb2", "#4faaae", "#2a7c9c", "#25517f", "#1f2a5c")
WORSE = ("#ecd0a0", "#cf9743", "#8f5312")  # BrBG after Brewer: safe for red-green blindness
BETTER = ("#b5dcd5", "#56ab9f", "#0c6a60")
NO_CHANGE, CUT_OFF, REACHED, UNKNOWN, UNREACHABLE = "#eceae5", "#4a2405", "#00352f", "#d9d9d9", "#b9b3bd"
MARK_COLOUR = {
    "closed": "#c8102e",
    "changed": "#c8102e",
    "new_street": "#1f5fd0",
    "new_place": "#1f5fd0",
    "removed_place": "#c8102e",
    "new_homes": "#1f5fd0",
}
MOSTLY_SURE = 0.55  # how far a colour goes towards paper where fewer than nine draws in ten agree


@dataclass(frozen=True, slots=True)
class Mark:
    """A change drawn on top of a map. geometry: WKB, longitude and latitude. number: its place in the plan (0: none)."""

    geometry: bytes
    kind: MarkKind
    label: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class _Paint:
    """What each unit is filled with: class of every unit (-1: not drawn) and a swatch a class."""

    member: NDArray[np.int64]
    swatches: tuple[Swatch, ...]
    faint: NDArray[np.bool_]


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
    paint = _paint_values(values, shared)
    answered = int(np.isfinite(values.mean()).sum())
    alt = f"Map: {values.question} Values for {answered:,} of {len(values):,} units"
    if len(shared):
        alt += f", in classes from {shared.labels[0]} to {shared.labels[-1]} {unit_words(values.unit)}".rstrip()
    key = Legend(_in_unit("Value", values.unit), paint.swatches)
    return _draw(values.support, paint, key, basemap or Basemap(), marks, title, f"{alt}.", width_in, legend)


def change_map(
    comparison: Comparison,
    basemap: Basemap | None = None,
    *,
    marks: Sequence[Mark] = (),
    title: str = "",
    width_in: float = 7.0,
    legend: bool = True,
) -> Picture:
    """Where does it get worse, and where better? Paler units are those where fewer than nine draws in ten agree."""
    paint = _paint_change(comparison)
    better, known = comparison.better(), comparison.known()
    worse_n, better_n = int((known & (better < 0)).sum()), int((known & (better > 0)).sum())
    alt = f"Map of the change: worse in {worse_n:,} units, better in {better_n:,}, of {len(comparison.base):,}."
    key = Legend(_in_unit("Change", comparison.base.unit), paint.swatches)
    return _draw(comparison.base.support, paint, key, basemap or Basemap(), marks, title, alt, width_in, legend)


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
    figure.text(0.02, 0.95, title or f"Who loses and who gains, by {dimension}", fontsize=10, color=INK, weight="bold", va="top")
    words = "; ".join(f"{row.group}: {row['lose'].text} lose, {row['gain'].text} gain" for row in rows)
    return _png(figure, f"Chart by {dimension}. {words}.", None)


def change_classes(comparison: Comparison, number: int = len(WORSE)) -> Classes:
    """Class borders for the size of the change, the same for worse and better."""
    size = np.abs(comparison.change())
    return classes_of(size[np.isfinite(size) & (size > 0)], number)


def _in_unit(word: str, unit: str) -> str:
    words = unit_words(unit)
    return f"{word}, {words}" if words else word


def _ramp(number: int) -> list[str]:
    from matplotlib.colors import LinearSegmentedColormap, to_hex

    ramp = LinearSegmentedColormap.from_list("stadslab", LOW_TO_HIGH)
    return [to_hex(ramp(at)) for at in (np.linspace(0.0, 1.0, number) if number > 1 else np.array([0.55]))]


def _paint_values(values: Values, classes: Classes) -> _Paint:
    mean = values.mean()
    finite = np.isfinite(mean)
    member = np.full(len(values), -1, np.int64)
    member[finite] = classes.of(mean[finite])
    swatches = [Swatch(colour, label) for colour, label in zip(_ramp(len(classes)), classes.labels, strict=True)]
    for chosen, colour, hatch, word in ((np.isinf(mean), UNREACHABLE, "///", "unreachable"), (np.isnan(mean), UNKNOWN, "...", "unknown")):
        for reason in sorted({int(r) for r in values.reason[chosen]}):
            member[chosen & (values.reason == reason)] = len(swatches)
            label = word if reason == Reason.KNOWN else f"{word}: {Reason(reason).words}"
            swatches.append(Swatch(colour if reason % 2 else _towards_paper(colour, 0.4), label, hatch))
    return _Paint(member, tuple(swatches), np.zeros(len(values), np.bool_))


def _paint_change(comparison: Comparison) -> _Paint:
    change, better, known = comparison.change(), comparison.better(), comparison.known()
    classes = change_classes(comparison)
    number = len(classes)
    size = np.abs(change)
    infinite = np.isinf(change)
    levels = [WORSE[-1:], WORSE[::2], WORSE][max(number, 1) - 1]
    gains = [BETTER[-1:], BETTER[::2], BETTER][max(number, 1) - 1]
    finite_class = classes.of(np.where(np.isfinite(size), size, 0.0)) if number else np.zeros(len(size), np.int64)
    order: list[tuple[NDArray[np.bool_], Swatch]] = [(infinite & (better < 0), Swatch(CUT_OFF, _cut_words(comparison, lost=True), "xxx"))]
    for at in reversed(range(number)):
        order.append((~infinite & (better < 0) & (finite_class == at), Swatch(levels[at], f"worse by {classes.labels[at]}")))
    order.append((known & (better == 0), Swatch(NO_CHANGE, "no change")))
    for at in range(number):
        order.append((~infinite & (better > 0) & (finite_class == at), Swatch(gains[at], f"better by {classes.labels[at]}")))
    order.append((infinite & (better > 0), Swatch(REACHED, _cut_words(comparison, lost=False), "ooo")))
    order.append((~known, Swatch(UNKNOWN, "not known", "...")))
    member = np.full(len(change), -1, np.int64)
    swatches = []
    for chosen, swatch in order:
        if chosen.any():
            member[chosen] = len(swatches)
            swatches.append(swatch)
    faint = np.zeros(len(change), np.bool_)
    if comparison.base.uncertain:
        faint = known & (better != 0) & (comparison.agreement() < SURE)
        if faint.any():
            swatches.append(Swatch(_towards_paper(WORSE[1], MOSTLY_SURE), "paler: the draws disagree about the sign"))
    return _Paint(member, tuple(swatches), faint)


def _cut_words(comparison: Comparison, *, lost: bool) -> str:
    """An infinite change is a place lost or won, when less is better; otherwise just an endless one."""
    if comparison.base.direction == "cost":
        return "no longer reached" if lost else "newly reached"
    return "worse without limit" if lost else "better without limit"


def _towards_paper(colour: str, share: float) -> str:
    parts = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(p + (255 - p) * share):02x}" for p in parts)


def _draw(
    support: Support,
    paint: _Paint,
    key: Legend,
    basemap: Basemap,
    marks: Sequence[Mark],
    title: str,
    alt: str,
    width_in: float,
    legend: bool,
) -> Picture:
    import shapely
    from matplotlib.figure import Figure

    outlines = shapely.from_wkb(np.asarray(support.geometry.to_pylist(), object))
    shapes_of_marks = [(mark, shapely.from_wkb(mark.geometry)) for mark in marks]
    bounds = shapely.total_bounds(outlines) if len(outlines) else np.array([0.0, 0.0, 0.01, 0.01])
    flat = Flat(float(bounds[0] + bounds[2]) / 2, float(bounds[1] + bounds[3]) / 2)
    outlines = shapely.transform(outlines, flat)
    box = _frame(shapely.total_bounds(outlines) if len(outlines) else np.array([-500.0, -500.0, 500.0, 500.0]))
    side = 2.05 if legend else 0.0
    map_width = width_in - side
    map_height = map_width * (box[3] - box[1]) / (box[2] - box[0])
    head, foot = (0.34 if title else 0.0), (0.2 if basemap.credit or basemap.synthetic else 0.02)
    height = max(map_height, 0.24 * (len(key.swatches) + 3) if legend else 0.0) + head + foot
    figure = Figure(figsize=(width_in, height), dpi=DPI, facecolor=PAPER)
    axes = figure.add_axes((0.0, 1 - (head + map_height) / height, map_width / width_in, map_height / height))
    metres_a_pixel = (box[2] - box[0]) / (map_width * DPI)
    _ground(axes, basemap, flat, box, metres_a_pixel)
    _units(axes, outlines, paint)
    _over(axes, basemap, flat, box, metres_a_pixel)
    _marks(axes, [(mark, shapely.transform(shape, flat)) for mark, shape in shapes_of_marks], metres_a_pixel)
    _scale_bar(axes, box, metres_a_pixel)
    axes.set_xlim(box[0], box[2])
    axes.set_ylim(box[1], box[3])
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(edgecolor="#c9c6bf", linewidth=0.6)
    if basemap.synthetic:
        axes.text(0.5, 0.5, "SYNTHETIC", transform=axes.transAxes, rotation=28, ha="center", va="center", fontsize=9 * map_width, color=INK, alpha=0.10, weight="bold", zorder=30)
    credit = " · ".join(part for part in ("SYNTHETIC: a made-up city" if basemap.synthetic else "", basemap.credit) if part)
    room = int(map_width * 24)
    figure.text(0.003, (height - head - map_height - 0.05) / height, textwrap.shorten(credit, room, placeholder=" …"), fontsize=5.5, color=QUIET, va="top")
    if title:
        figure.text(0.003, 1 - 0.04 / height, title, fontsize=11, color=INK, weight="bold", va="top")
    if legend:
        _legend(figure, key, shapes_of_marks, (map_width + 0.14) / width_in, 1 - (head + 0.06) / height, height)
    return _png(figure, alt, None if legend else key)


def _frame(bounds: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """The box of a map: some air around the units, and neither a ribbon nor a tower."""
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    wide, tall = (max(float(s), 100.0) * 1.06 for s in (bounds[2] - bounds[0], bounds[3] - bounds[1]))
    tall = max(tall, 0.6 * wide)
    wide = max(wide, 0.85 * tall)
    return float(x - wide / 2), float(y - tall / 2), float(x + wide / 2), float(y + tall / 2)


def _ground(axes: Axes, basemap: Basemap, flat: Flat, box: tuple[float, float, float, float], metres_a_pixel: float) -> None:
    axes.set_facecolor(LAND)
    _fill(axes, basemap.flat("green", flat, box, metres_a_pixel), GREEN, zorder=1)


def _over(axes: Axes, basemap: Basemap, flat: Flat, box: tuple[float, float, float, float], metres_a_pixel: float) -> None:
    """Water over the units, since nobody lives on it; streets over both, thin."""
    _fill(axes, basemap.flat("water", flat, box, metres_a_pixel), WATER, zorder=5)
    across = box[2] - box[0]
    if across < 6_000:
        _lines(axes, basemap.flat("minor", flat, box, metres_a_pixel), STREET, 0.25, alpha=0.45, zorder=6)
    _lines(axes, basemap.flat("main", flat, box, metres_a_pixel), "#5b5955", 0.55 if across < 20_000 else 0.35, alpha=0.55, zorder=7)


def _units(axes: Axes, outlines: NDArray[Any], paint: _Paint) -> None:
    for at, swatch in enumerate(paint.swatches):
        for faint in (False, True):
            chosen = outlines[(paint.member == at) & (paint.faint == faint)]
            if not len(chosen):
                continue
            colour = _towards_paper(swatch.colour, MOSTLY_SURE) if faint else swatch.colour
            _fill(axes, list(chosen), colour, zorder=3, edge=True)
            if swatch.hatch:
                ink = "#ffffff" if swatch.colour in (CUT_OFF, REACHED) else "#8a8690"
                _hatch(axes, list(chosen), swatch.hatch, ink)


def _path(shapes: Sequence[Any]) -> Any:
    """One compound path of all rings of these polygons."""
    import shapely
    from matplotlib.path import Path

    rings = shapely.get_rings(np.asarray(shapes, object))
    points, owner = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(points), Path.LINETO, np.uint8)
    first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    codes[first] = Path.MOVETO
    codes[np.r_[first[1:] - 1, len(points) - 1]] = Path.CLOSEPOLY
    return Path(points, codes)


def _fill(axes: Axes, shapes: Sequence[Any], colour: str, *, zorder: float, edge: bool = False) -> None:
    from matplotlib.patches import PathPatch

    if len(shapes):
        axes.add_patch(PathPatch(_path(shapes), facecolor=colour, edgecolor=colour if edge else "none", linewidth=0.25 if edge else 0.0, zorder=zorder))


def _hatch(axes: Axes, shapes: Sequence[Any], hatch: str, ink: str) -> None:
    from matplotlib.patches import PathPatch

    axes.add_patch(PathPatch(_path(shapes), facecolor="none", edgecolor=ink, linewidth=0.0, hatch=hatch, zorder=4))


def _lines(axes: Axes, shapes: Sequence[Any], colour: str, width: float, *, alpha: float = 1.0, zorder: float, style: Any = "solid") -> None:
    import shapely
    from matplotlib.collections import LineCollection

    if len(shapes):
        points, owner = shapely.get_coordinates(shapely.get_parts(np.asarray(shapes, object)), return_index=True)
        parts = np.split(points, np.flatnonzero(np.diff(owner)) + 1)
        axes.add_collection(LineCollection(parts, colors=colour, linewidths=width, alpha=alpha, zorder=zorder, linestyles=style), autolim=False)


def _marks(axes: Axes, marks: Sequence[tuple[Mark, Any]], metres_a_pixel: float) -> None:
    """Lines and symbols of the plan, each with its number in the plan."""
    import shapely

    for mark, shape in marks:
        colour = MARK_COLOUR[mark.kind]
        if shape.geom_type in ("Point", "MultiPoint"):
            sign = {"removed_place": "X", "new_homes": "s"}.get(mark.kind, "P")
            x, y = shapely.get_coordinates(shape).mean(axis=0)
            axes.plot([x], [y], sign, markersize=8, markerfacecolor=colour, markeredgecolor="white", markeredgewidth=1.0, zorder=22)
        elif shape.geom_type in ("Polygon", "MultiPolygon"):
            _lines(axes, list(shapely.get_parts([shapely.boundary(shape)])), colour, 1.6, zorder=21)
        else:
            _lines(axes, [shape], "#ffffff", 4.2, alpha=0.9, zorder=20)
            _lines(axes, [shape], colour, 2.2, zorder=21, style=(0, (2.2, 1.1)) if mark.kind in ("closed", "changed") else "solid")
        if mark.number:
            x, y = _label_point(shape)
            shift = 12 * metres_a_pixel * DPI / 100
            axes.text(x + shift, y + shift, str(mark.number), fontsize=7.5, weight="bold", color="white", ha="center", va="center", zorder=25,
                      bbox={"boxstyle": "circle,pad=0.28", "facecolor": colour, "edgecolor": "white", "linewidth": 0.8})


def _label_point(shape: Any) -> tuple[float, float]:
    import shapely

    if shape.geom_type == "LineString":
        point = shapely.line_interpolate_point(shape, 0.5, normalized=True)
    else:
        point = shapely.point_on_surface(shape)
    return float(point.x), float(point.y)


def _scale_bar(axes: Axes, box: tuple[float, float, float, float], metres_a_pixel: float) -> None:
    from matplotlib.patheffects import withStroke

    wish = (box[2] - box[0]) / 4.5
    base = 10.0 ** np.floor(np.log10(wish))
    length = base * max(step for step in (1, 2, 5) if step * base <= wish)
    margin = 16 * metres_a_pixel
    x, y = box[0] + margin, box[1] + margin
    halo = [withStroke(linewidth=2.6, foreground="white")]
    axes.plot([x, x, x + length, x + length], [y + margin / 3, y, y, y + margin / 3], color=INK, linewidth=0.9, zorder=28, path_effects=halo, solid_joinstyle="miter")
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    axes.text(x + length / 2, y + margin / 2.2, text, ha="center", va="bottom", fontsize=6.5, color=INK, zorder=28, path_effects=halo)


def _legend(figure: Figure, key: Legend, marks: Sequence[tuple[Mark, Any]], left: float, top: float, height: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    for swatch in key.swatches:
        ink = "#ffffff" if swatch.colour in (CUT_OFF, REACHED) else "#8a8690"
        handles.append(Patch(facecolor=swatch.colour, edgecolor=ink if swatch.hatch else "none", linewidth=0, hatch=swatch.hatch * 2, label="\n".join(textwrap.wrap(swatch.label, 26))))
    for mark, shape in marks:
        label = "\n".join(textwrap.wrap(f"{mark.number} {mark.label}" if mark.number else mark.label, 26)[:3])
        line = shape.geom_type not in ("Point", "MultiPoint")
        sign = {"removed_place": "X", "new_homes": "s"}.get(mark.kind, "P")
        dashes: Any = (0, (2.2, 1.1)) if mark.kind in ("closed", "changed") else "solid"
        style: dict[str, Any] = {"linestyle": dashes, "linewidth": 2} if line else {"linestyle": "none", "marker": sign, "markersize": 7}
        handles.append(Line2D([], [], color=MARK_COLOUR[mark.kind], label=label, **style))
    legend = figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(left, top), title=key.title, frameon=False, fontsize=7.5, title_fontsize=8,
        borderaxespad=0, borderpad=0, handlelength=1.7, handleheight=1.25, labelspacing=0.42, alignment="left", labelcolor=INK,
    )
    legend.get_title().set(color=INK, weight="bold")


def _png(figure: Figure, alt: str, key: Legend | None) -> Picture:
    """The figure as PNG bytes with a palette: flat colours need no more, and a brief with many maps stays small."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    small = image.quantize(colors=192, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    out = io.BytesIO()
    small.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), image.width, image.height, alt, key)
