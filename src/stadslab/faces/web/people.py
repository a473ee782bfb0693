"""The people of each reporting unit, as may be told.

Beside answers that are told unit by unit, exact counts of small groups could be found by subtraction: of one sum from
another, one plan from another, one set of units from another. So counts by unit are rounded, and small ones left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from stadslab.core.disclosure import SMALL_COUNT
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.cities import city_and_version
from stadslab.faces.web.desk import desk_of
from stadslab.faces.web.kept_replies import documented, looked_up
from stadslab.faces.web.units import support_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stadslab.core.city import City
    from stadslab.core.support import Support

router = APIRouter(prefix="/api", tags=["answers"])
ROUNDED_TO = SMALL_COUNT


class PeopleOut(BaseModel):
    """How many people live in each unit, in the order of the units: dimension to group to numbers.

    Numbers are rounded to `rounded_to`; null: fewer than that, or withheld by the publisher. names: what the units are
    called, where they are areas with names. method: how people were spread over the units.
    """

    city: str
    version: str
    support_digest: str
    rounded_to: int
    people: dict[str, dict[str, list[int | None]]]
    names: list[str | None] | None
    method: str
    notes: list[str]


@router.get(
    "/people/{city}/{support_digest}",
    dependencies=[allowed(Who.READER)],
    operation_id="get_people",
    responses=documented(PeopleOut),
)
def get_people(request: Request, city: str, support_digest: str) -> Response:
    """Who lives where?"""
    desk = desk_of(request)
    support = support_of(desk, support_digest)
    found, version = city_and_version(desk, city)
    people = desk.lab.builds.population(support, found)
    counts = {
        d: {g: told(people.counts[d, g], people.suppressed.get((d, g))) for g in people.groups(d)}
        for d in people.dimensions
    }
    whole = PeopleOut(
        city=found.name,
        version=version,
        support_digest=support.digest,
        rounded_to=ROUNDED_TO,
        people=counts,
        names=names_of(support, found),
        method=people.method,
        notes=list(people.notes),
    )
    return looked_up(request, whole)


def told(counts: NDArray[Any], suppressed: NDArray[Any] | None = None) -> list[int | None]:
    """Counts of people rounded; small and withheld ones left out."""
    import numpy as np

    rounded = (np.floor(counts / ROUNDED_TO + 0.5) * ROUNDED_TO).astype(np.int64).astype(object)
    hidden = (counts > 0) & (counts < SMALL_COUNT)
    if suppressed is not None:
        hidden |= np.asarray(suppressed, bool)
    rounded[hidden] = None
    plain: list[int | None] = rounded.tolist()
    return plain


def names_of(support: Support, city: City) -> list[str | None] | None:
    """What the units are called; None when they are cells, or areas without names."""
    kind, _, layer = support.kind.partition(":")
    name = layer or "areas"
    if kind != "areas" or name not in city:
        return None
    names = {row["id"]: row["name"] for row in city[name].scan("id", "name").to_pylist()}
    found = [names.get(unit) or None for unit in support.ids]
    return found if any(found) else None
