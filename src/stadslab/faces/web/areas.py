"""An answer summarised for official areas, per person, as may be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from stadslab.core.errors import InputError, Problem
from stadslab.core.unit_counts import rounded
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.answers import numbers, values_of
from stadslab.faces.web.cities import city_of
from stadslab.faces.web.desk import desk_of
from stadslab.faces.web.kept_replies import documented, looked_up
from stadslab.faces.web.people import names_of
from stadslab.faces.web.questions import check_size
from stadslab.faces.web.rulers import remember

if TYPE_CHECKING:
    from numpy.typing import NDArray

router = APIRouter(prefix="/api", tags=["answers"])


class AreasOut(BaseModel):
    """Figures of an answer for each area, in the order of the units of `support_digest`.

    mean: of those who get there at all, so rounded that few people more or less make no difference. tenth, median,
    ninetieth: over everybody with an answer; null where nobody has one, or where it is out of reach. unreachable:
    positions of areas where nobody gets anywhere. people, none (who reach nothing), unknown: rounded, null where they
    may not be told; units where no people are loaded.
    """

    support: str
    support_digest: str
    unit: str
    counted: Literal["people", "units"]
    ids: list[str]
    names: list[str | None] | None
    mean: list[float | None]
    tenth: list[float | None]
    median: list[float | None]
    ninetieth: list[float | None]
    unreachable: list[int]
    people: list[int | None]
    none: list[int | None]
    unknown: list[int | None]


@router.get(
    "/values/{key}/areas", dependencies=[allowed(Who.READER)], operation_id="get_areas", responses=documented(AreasOut)
)
def get_areas(
    request: Request, key: str, city: str, support: Annotated[str, Query(description="areas, as `areas:deso`")]
) -> Response:
    """What do the people of each area have?"""
    import numpy as np

    from stadslab.build.supports import check_support
    from stadslab.lab.areas import by_area

    desk = desk_of(request)
    if not support.startswith("areas"):
        raise InputError(Problem("support", f"{support!r} is no set of areas", "one of the areas the city offers"))
    values, base = values_of(desk, key), city_of(desk, city)
    check_support(support, base)
    builds = desk.lab.builds
    areas = builds.support(support, base)
    remember(desk, areas)
    check_size(len(areas), support)
    figures = by_area(values, builds.population(values.support, base), areas)

    def counts(some: NDArray[np.int64]) -> list[int | None]:
        return rounded(some) if figures.counted else [int(count) for count in some]

    nowhere = np.isnan(figures.mean) & np.isinf(figures.median)
    return looked_up(
        request,
        AreasOut(
            support=support,
            support_digest=areas.digest,
            unit=values.unit,
            counted="people" if figures.counted else "units",
            ids=list(areas.ids),
            names=names_of(areas, base),
            mean=numbers(figures.mean),
            tenth=numbers(figures.tenth),
            median=numbers(figures.median),
            ninetieth=numbers(figures.ninetieth),
            unreachable=np.flatnonzero(nowhere).tolist(),
            people=counts(figures.people),
            none=counts(figures.none),
            unknown=counts(figures.unknown),
        ),
    )
