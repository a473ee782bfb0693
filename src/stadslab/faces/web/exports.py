"""Answers and comparisons as files: the numbers per unit, and the map as a picture."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from stadslab.core.errors import InputError, NotFoundError, Problem, StadslabError
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.answers import values_of
from stadslab.faces.web.cities import city_of
from stadslab.faces.web.desk import desk_of
from stadslab.faces.web.downloads import documented, download

if TYPE_CHECKING:
    from stadslab.brief.basemap import Basemap
    from stadslab.brief.figures import Mark
    from stadslab.brief.picture import Picture
    from stadslab.core.city import City
    from stadslab.core.compare import Comparison
    from stadslab.core.receipt import Receipt
    from stadslab.core.values import Values
    from stadslab.faces.web.desk import Desk

router = APIRouter(prefix="/api", tags=["hand over"])
Ending = Literal["csv", "geojson", "parquet", "gpkg", "png"]
FILES = documented("csv", "geojson", "parquet", "gpkg", "png")
MOST_EDGES = 11
Edges = Annotated[
    list[float],
    Query(description="inner borders of the classes of a picture, as on the screen; none: six even classes"),
]
_drawing = threading.Lock()  # a picture takes a second of one core and much memory: one at a time


@router.get(
    "/values/{key}/export.{ending}",
    dependencies=[allowed(Who.READER)],
    operation_id="export_values",
    response_class=Response,
    responses=FILES,
)
def export_values(request: Request, key: str, ending: Ending, edges: Edges = []) -> Response:  # noqa: B006 (FastAPI copies)
    """An answer as a file, one row a unit; or its map."""
    from stadslab.brief.figures import value_map

    desk = desk_of(request)
    values = values_of(desk, key)
    wanted = _borders(edges)

    def drawn(basemap: Basemap, marks: list[Mark]) -> Picture:
        from stadslab.brief.classes import classes_at

        classes = classes_at(wanted, values.mean()) if wanted else None
        return value_map(values, basemap, classes=classes, title=values.title or values.question, marks=marks)

    return _file(desk, values, ending, drawn)


@router.get(
    "/comparisons/{before}/{after}/export.{ending}",
    dependencies=[allowed(Who.READER)],
    operation_id="export_comparison",
    response_class=Response,
    responses=FILES,
)
def export_comparison(request: Request, before: str, after: str, ending: Ending) -> Response:
    """Before, after and the change as a file, one row a unit; or the map of the change."""
    from stadslab.brief.figures import change_map

    desk = desk_of(request)
    change = numbers_of(desk, before, after)

    def drawn(basemap: Basemap, marks: list[Mark]) -> Picture:
        return change_map(change, basemap, title=change.base.title or change.base.question, marks=marks)

    return _file(desk, change, ending, drawn)


def numbers_of(desk: Desk, before: str, after: str) -> Comparison:
    """Before and after without the people: what files of units need. Raises `InputError` for two questions."""
    from stadslab.core.compare import Comparison
    from stadslab.core.support import Population

    base, then = values_of(desk, before), values_of(desk, after)
    return Comparison(base, then, Population(base.support.digest, {}, {}, {}, ""))


def _file(
    desk: Desk,
    answer: Values | Comparison,
    ending: Ending,
    drawn: Callable[[Basemap, list[Mark]], Picture],
) -> Response:
    from stadslab.core.compare import Comparison
    from stadslab.faces import files
    from stadslab.faces.file_names import stem_of

    receipt = answer.after.receipt if isinstance(answer, Comparison) else answer.receipt
    city = _city(desk, receipt)
    stem = stem_of(answer, made_up=files.is_made_up(answer))
    with TemporaryDirectory(prefix="stadslab-export-") as folder:
        path = Path(folder) / f"{stem}.{ending}"
        if ending == "png":
            with _drawing:
                picture = drawn(_basemap(city, answer), _marks(city, receipt))
                files.save_picture(picture, answer, path)
        else:
            files.save(answer, path)
        content = path.read_bytes()
    return download(content, stem, ending)


def _borders(edges: list[float]) -> tuple[float, ...]:
    if len(edges) > MOST_EDGES or any(a >= b for a, b in pairwise(edges)):
        what = f"{len(edges)} borders that do not rise" if len(edges) <= MOST_EDGES else f"{len(edges)} borders"
        raise InputError(Problem("edges", what, f"at most {MOST_EDGES} numbers, each larger than the one before"))
    return tuple(edges)


def _city(desk: Desk, receipt: Receipt) -> City | None:
    """The city as it is now; None when it is gone: the numbers are there all the same."""
    try:
        return city_of(desk, receipt.city)
    except NotFoundError:
        return None


def _basemap(city: City | None, answer: Values | Comparison) -> Basemap:
    from stadslab.brief.basemap import Basemap
    from stadslab.faces import files

    if city is not None:
        return Basemap.of(city)
    return Basemap(credit=files.credits_of(answer), synthetic=files.is_made_up(answer))


def _marks(city: City | None, receipt: Receipt) -> list[Mark]:
    """What the plan changes; nothing where it no longer fits the city."""
    from stadslab.brief.marks import marks_of
    from stadslab.core.scenario import scenario_from_json
    from stadslab.lab import catalog

    if city is None or receipt.scenario is None:
        return []
    try:
        plan = scenario_from_json(receipt.scenario, catalog.edits())
        return [] if any(p.severity == "error" for p in plan.check(city)) else marks_of(plan, city)
    except StadslabError:
        return []
