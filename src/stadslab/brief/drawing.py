"""How a map is put on paper: ground, units, water, streets, marks, scale bar and legend."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from stadslab.brief.basemap import Basemap, Flat
from stadslab.brief.colours import (
    CUT_OFF,
    GREEN,
    INK,
    LAND,
    MAIN_STREET,
    MARK_COLOUR,
    PAPER,
    QUIET,
    REACHED,
    STREET,
    UNSURE,
    WATER,
)
from stadslab.brief.picture import Legend, Picture, Swatch
from stadslab.core.said import Said
from stadslab.core.support import Support

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

DPI, MAP_IN = 180, 7.2  # MAP_IN: the widest map, in inches
MarkKind = Literal[
    "closed", "changed", "new_street", "new_place", "removed_place", "new_homes", "new_line", "closed_stop"
]
Box = tuple[float, float, float, float]  # west, south, east, north in metres
DASHES: Any = (0, (2.2, 1.1))
SIGNS = {"removed_place": "X", "new_homes": "s", "closed_stop": "X"}  # marker of a point; a plus for anything else


@dataclass(frozen=True, slots=True)
class Mark:
    """A change drawn on top of a map.

    geometry: WKB, longitude and latitude. number: its place in the plan (0: none).
    """

    geometry: bytes
    kind: MarkKind
    label: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Paint:
    """What each unit is filled with: its class (-1: not drawn), a swatch a class, and whether it gets white lines."""

    member: NDArray[np.int64]
    swatches: tuple[Swatch, ...]
    unsure: NDArray[np.bool_]


def draw_map(
    support: Support,
    paint: Paint,
    key: Legend,
    basemap: Basemap,
    marks: Sequence[Mark],
    title: str,
    alt: str,
    width_in: float,
    legend: bool,
    focus: NDArray[np.bool_] | None = None,
) -> Picture:
    """A map: the units in their paint on the city's ground, the plan on top, and the legend beside it or apart.

    focus: bool[n], units to look at closely together with the marks, where they fill only a small part of the city.
    """
    import shapely
    from matplotlib.figure import Figure

    outlines = shapely.from_wkb(np.asarray(support.geometry.to_pylist(), object))
    shapes_of_marks = [(mark, shapely.from_wkb(mark.geometry)) for mark in marks]
    bounds = shapely.total_bounds(outlines) if len(outlines) else np.array([0.0, 0.0, 0.01, 0.01])
    flat = Flat(float(bounds[0] + bounds[2]) / 2, float(bounds[1] + bounds[3]) / 2)
    outlines = shapely.normalize(shapely.transform(outlines, flat))  # holes wind the other way, and stay open
    whole = _frame(shapely.total_bounds(outlines) if len(outlines) else np.array([-500.0, -500.0, 500.0, 500.0]))
    flat_marks = [(mark, shapely.transform(shape, flat)) for mark, shape in shapes_of_marks]
    box = whole if focus is None else _closer(whole, [*outlines[focus], *(shape for _, shape in flat_marks)])
    side = 2.05 if legend else 0.0
    map_width = width_in - side
    map_height = map_width * (box[3] - box[1]) / (box[2] - box[0])
    credit = basemap.credit if legend else ""  # a page that sets the legend apart sets the credit there too
    head, foot = (0.28 if title else 0.0), (0.2 if credit else 0.0)
    height = max(map_height, 0.24 * (len(key.swatches) + 3) if legend else 0.0) + head + foot
    figure = Figure(figsize=(width_in, height), dpi=DPI, facecolor=PAPER)
    axes = figure.add_axes((0.0, 1 - (head + map_height) / height, map_width / width_in, map_height / height))
    metres_a_pixel = (box[2] - box[0]) / (map_width * DPI)
    detail_m = (box[2] - box[0]) / (MAP_IN * DPI)  # the same for every width, so that maps of one brief share shapes
    _ground(axes, basemap, flat, box, detail_m)
    _units(axes, outlines, paint)
    _over(axes, basemap, flat, box, detail_m)
    _marks(axes, flat_marks, metres_a_pixel)
    _scale_bar(axes, box, metres_a_pixel)
    axes.set_xlim(box[0], box[2])
    axes.set_ylim(box[1], box[3])
    axes.set_xticks([])
    axes.set_yticks([])
    for spine in axes.spines.values():
        spine.set(edgecolor="#c9c6bf", linewidth=0.6)
    if box != whole:
        _locator(axes, outlines, whole, box)
    if basemap.synthetic:
        sign = {"boxstyle": "square,pad=0.45", "facecolor": "white", "edgecolor": "#c8102e", "linewidth": 1.0}
        axes.text(
            0.985,
            0.985,
            basemap.sign,
            transform=axes.transAxes,
            ha="right",
            va="top",
            fontsize=7.5,
            color="#c8102e",
            weight="bold",
            zorder=30,
            bbox=sign,
        )
    if credit:
        room = int(map_width * 24)
        figure.text(
            0.003,
            (height - head - map_height - 0.05) / height,
            textwrap.shorten(credit, room, placeholder=" …"),
            fontsize=5.5,
            color=QUIET,
            va="top",
        )
    if title:
        figure.text(0.003, 1 - 0.04 / height, title, fontsize=11, color=INK, weight="bold", va="top")
    if legend:
        _legend(figure, key, shapes_of_marks, (map_width + 0.14) / width_in, 1 - (head + 0.06) / height)
    note = Said("the part of the city where anything changes") if box != whole else ""
    return png(figure, alt, None if legend else key, note)


def _frame(bounds: NDArray[np.float64]) -> Box:
    """The box of a map: some air around the units, and neither a ribbon nor a tower."""
    x, y = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    wide, tall = (max(float(s), 100.0) * 1.06 for s in (bounds[2] - bounds[0], bounds[3] - bounds[1]))
    tall = max(tall, 0.6 * wide)
    wide = max(wide, 0.85 * tall)
    return float(x - wide / 2), float(y - tall / 2), float(x + wide / 2), float(y + tall / 2)


def _closer(whole: Box, shapes: Sequence[Any]) -> Box:
    """The box around these shapes with air, if it is much smaller than the whole; else the whole."""
    import shapely

    if not shapes:
        return whole
    west, south, east, north = shapely.total_bounds(np.asarray(shapes, object))
    least = 0.15 * max(whole[2] - whole[0], whole[3] - whole[1])
    wide, tall = max(1.7 * (east - west), least), max(1.7 * (north - south), least)
    if wide > 0.6 * (whole[2] - whole[0]) or tall > 0.6 * (whole[3] - whole[1]):
        return whole
    x, y = (west + east) / 2, (south + north) / 2
    return _frame(np.array([x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2]))


def _locator(axes: Axes, outlines: NDArray[Any], whole: Box, box: Box) -> None:
    """A small map in the corner: the whole city, and where the large map lies in it."""
    from matplotlib.patches import Rectangle

    tall = 0.24 * (whole[3] - whole[1]) / (whole[2] - whole[0]) * (box[2] - box[0]) / (box[3] - box[1])
    inset = axes.inset_axes((0.755, 0.012, 0.235, min(tall, 0.4)), zorder=29)
    inset.set_facecolor("#ffffff")
    _fill(inset, list(outlines), "#c9c5bd", zorder=1, edge=True)
    frame = Rectangle((box[0], box[1]), box[2] - box[0], box[3] - box[1], facecolor="none", edgecolor=INK, linewidth=1)
    inset.add_patch(frame).set_zorder(2)
    inset.set(xlim=(whole[0], whole[2]), ylim=(whole[1], whole[3]), xticks=[], yticks=[], aspect="equal")
    for spine in inset.spines.values():
        spine.set(edgecolor="#c9c6bf", linewidth=0.6)


def _ground(axes: Axes, basemap: Basemap, flat: Flat, box: Box, detail_m: float) -> None:
    axes.set_facecolor(LAND)
    _fill(axes, basemap.flat("green", flat, box, detail_m), GREEN, zorder=1)


def _over(axes: Axes, basemap: Basemap, flat: Flat, box: Box, detail_m: float) -> None:
    """Water over the units, since nobody lives on it; streets over both, thin."""
    _fill(axes, basemap.flat("water", flat, box, detail_m), WATER, zorder=5)
    across = box[2] - box[0]
    if across < 6_000:
        _lines(axes, basemap.flat("minor", flat, box, detail_m), STREET, 0.25, alpha=0.45, zorder=6)
    _lines(
        axes,
        basemap.flat("main", flat, box, detail_m),
        MAIN_STREET,
        0.55 if across < 20_000 else 0.35,
        alpha=0.55,
        zorder=7,
    )


def _units(axes: Axes, outlines: NDArray[Any], paint: Paint) -> None:
    for at, swatch in enumerate(paint.swatches):
        chosen = outlines[paint.member == at]
        _fill(axes, list(chosen), swatch.colour, zorder=3, edge=True)
        if swatch.hatch and len(chosen):
            _hatch(axes, list(chosen), swatch.hatch, _hatch_ink(swatch))
    if paint.unsure.any():
        _hatch(axes, list(outlines[paint.unsure]), UNSURE, "#ffffff")


def _hatch_ink(swatch: Swatch) -> str:
    return "#ffffff" if swatch.colour in (CUT_OFF, REACHED) or swatch.hatch == UNSURE else "#8a8690"


def _path(shapes: Sequence[Any]) -> Any:
    """One compound path of all rings of these polygons, those of several parts among them."""
    import shapely
    from matplotlib.path import Path

    rings = shapely.get_rings(shapely.get_parts(np.asarray(shapes, object)))
    points, owner = shapely.get_coordinates(rings, return_index=True)
    codes = np.full(len(points), Path.LINETO, np.uint8)
    first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    codes[first] = Path.MOVETO
    codes[np.r_[first[1:] - 1, len(points) - 1]] = Path.CLOSEPOLY
    return Path(points, codes)


def _fill(axes: Axes, shapes: Sequence[Any], colour: str, *, zorder: float, edge: bool = False) -> None:
    from matplotlib.patches import PathPatch

    if len(shapes):
        axes.add_patch(
            PathPatch(
                _path(shapes),
                facecolor=colour,
                edgecolor=colour if edge else "none",
                linewidth=0.25 if edge else 0.0,
                zorder=zorder,
            )
        )


def _hatch(axes: Axes, shapes: Sequence[Any], hatch: str, ink: str) -> None:
    from matplotlib.patches import PathPatch

    axes.add_patch(PathPatch(_path(shapes), facecolor="none", edgecolor=ink, linewidth=0.0, hatch=hatch, zorder=4))


def _lines(
    axes: Axes,
    shapes: Sequence[Any],
    colour: str,
    width: float,
    *,
    alpha: float = 1.0,
    zorder: float,
    style: Any = "solid",
) -> None:
    import shapely
    from matplotlib.collections import LineCollection

    if len(shapes):
        points, owner = shapely.get_coordinates(shapely.get_parts(np.asarray(shapes, object)), return_index=True)
        parts = np.split(points, np.flatnonzero(np.diff(owner)) + 1)
        axes.add_collection(
            LineCollection(parts, colors=colour, linewidths=width, alpha=alpha, zorder=zorder, linestyles=style),
            autolim=False,
        )


def _marks(axes: Axes, marks: Sequence[tuple[Mark, Any]], metres_a_pixel: float) -> None:
    """Lines and symbols of the plan, each with its number in the plan."""
    import shapely

    for mark, shape in marks:
        colour = MARK_COLOUR[mark.kind]
        if shape.geom_type in ("Point", "MultiPoint"):
            sign = SIGNS.get(mark.kind, "P")
            x, y = shapely.get_coordinates(shape).mean(axis=0)
            axes.plot(
                [x],
                [y],
                sign,
                markersize=8,
                markerfacecolor=colour,
                markeredgecolor="white",
                markeredgewidth=1.0,
                zorder=22,
            )
        elif shape.geom_type in ("Polygon", "MultiPolygon"):
            _lines(axes, list(shapely.get_parts([shapely.boundary(shape)])), colour, 1.6, zorder=21)
        else:
            _lines(axes, [shape], "#ffffff", 4.2, alpha=0.9, zorder=20)
            _lines(
                axes,
                [shape],
                colour,
                2.2,
                zorder=21,
                style=DASHES if mark.kind in ("closed", "changed") else "solid",
            )
    for number, (mark, shape) in numbered(marks).items():
        x, y = _label_point(shape)
        shift = 12 * metres_a_pixel * DPI / 100
        bubble = {
            "boxstyle": "circle,pad=0.28",
            "facecolor": MARK_COLOUR[mark.kind],
            "edgecolor": "white",
            "linewidth": 0.8,
        }
        style: dict[str, Any] = {"fontsize": 7.5, "weight": "bold", "color": "white", "ha": "center", "va": "center"}
        axes.text(x + shift, y + shift, str(number), zorder=25, bbox=bubble, **style)


def numbered(marks: Sequence[tuple[Mark, Any]]) -> dict[int, tuple[Mark, Any]]:
    """One shape for each number of the plan: a street closed in twenty pieces is numbered once."""
    found: dict[int, tuple[Mark, Any]] = {}
    for mark, shape in marks:
        if mark.number and (mark.number not in found or shape.length > found[mark.number][1].length):
            found[mark.number] = (mark, shape)
    return found


def _label_point(shape: Any) -> tuple[float, float]:
    import shapely

    if shape.geom_type == "LineString":
        point = shapely.line_interpolate_point(shape, 0.5, normalized=True)
    else:
        point = shapely.point_on_surface(shape)
    return float(point.x), float(point.y)


def _scale_bar(axes: Axes, box: Box, metres_a_pixel: float) -> None:
    from matplotlib.patheffects import withStroke

    wish = (box[2] - box[0]) / 4.5
    base = 10.0 ** np.floor(np.log10(wish))
    length = base * max(step for step in (1, 2, 5) if step * base <= wish)
    margin = 16 * metres_a_pixel
    x, y = box[0] + margin, box[1] + margin
    halo = [withStroke(linewidth=2.6, foreground="white")]
    axes.plot(
        [x, x, x + length, x + length],
        [y + margin / 3, y, y, y + margin / 3],
        color=INK,
        linewidth=0.9,
        zorder=28,
        path_effects=halo,
        solid_joinstyle="miter",
    )
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    axes.text(
        x + length / 2,
        y + margin / 2.2,
        text,
        ha="center",
        va="bottom",
        fontsize=6.5,
        color=INK,
        zorder=28,
        path_effects=halo,
    )


def _legend(figure: Figure, key: Legend, marks: Sequence[tuple[Mark, Any]], left: float, top: float) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    for swatch in key.swatches:
        edge = _hatch_ink(swatch) if swatch.hatch else "none"
        label = "\n".join(textwrap.wrap(swatch.label, 26))
        handles.append(Patch(facecolor=swatch.colour, edgecolor=edge, linewidth=0, hatch=swatch.hatch, label=label))
    named = {f"{mark.number} {mark.label}" if mark.number else mark.label: (mark, shape) for mark, shape in marks}
    for text, (mark, shape) in named.items():
        style: dict[str, Any] = {"linestyle": "none", "marker": SIGNS.get(mark.kind, "P"), "markersize": 7}
        if shape.geom_type not in ("Point", "MultiPoint"):
            style = {"linestyle": DASHES if mark.kind in ("closed", "changed") else "solid", "linewidth": 2}
        label = "\n".join(textwrap.wrap(text, 26)[:3])
        handles.append(Line2D([], [], color=MARK_COLOUR[mark.kind], label=label, **style))
    legend = figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(left, top),
        title=key.title,
        frameon=False,
        fontsize=7.5,
        title_fontsize=8,
        borderaxespad=0,
        borderpad=0,
        handlelength=1.7,
        handleheight=1.25,
        labelspacing=0.42,
        alignment="left",
        labelcolor=INK,
    )
    legend.get_title().set(color=INK, weight="bold")


def png(figure: Figure, alt: str, key: Legend | None, note: str = "") -> Picture:
    """The figure as PNG bytes without time or tool in its metadata."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas = FigureCanvasAgg(figure)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(canvas.buffer_rgba())[:, :, :3]  # type: ignore[no-untyped-call]
    index, palette = _in_palette(pixels)
    image = Image.fromarray(index)
    image.putpalette(palette.tobytes())
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), image.width, image.height, alt, key, note)


def _in_palette(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The pixels as positions in a palette of 256 colours: a third of the bytes, and no flat colour changes.

    The commonest colours are kept exactly; the mixtures along edges become the nearest of them.
    """
    from scipy.spatial import cKDTree

    packed = pixels.astype(np.int32) @ np.array([65536, 256, 1], np.int32)
    colours, position, count = np.unique(packed, return_inverse=True, return_counts=True)
    kept = np.sort(colours[np.lexsort((colours, -count))[:256]])
    split = np.array([16, 8, 0], np.int32)
    nearest = cKDTree((kept[:, None] >> split) & 255).query((colours[:, None] >> split) & 255)[1]
    index = nearest.astype(np.uint8)[position].reshape(packed.shape)
    return index, ((kept[:, None] >> split) & 255).astype(np.uint8)
