"""The people of each reporting unit, as may be told.

Beside answers that are told unit by unit, exact counts of small groups could be found by subtraction: of one sum from
another, one plan from another, one set of units from another. So counts by unit are rounded, and small ones left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from stadslab.core.unit_counts import STEP, told_per_unit
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.cities import city_and_version
from stadslab.faces.web.desk import desk_of
from stadslab.faces.web.kept_replies import documented, looked_up
from stadslab.faces.web.units import support_of

if TYPE_CHECKING:
    from stadslab.core.city import City
    from stadslab.core.support import Support

router = APIRouter(prefix="/api", tags=["answers"])


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
    counts: dict[str, dict[str, list[int | None]]] = {}
    for (dimension, group), told in told_per_unit(people).items():
        counts.setdefault(dimension, {})[group] = told.published()
    whole = PeopleOut(
        city=found.name,
        version=version,
        support_digest=support.digest,
        rounded_to=STEP,
        people=counts,
        names=names_of(support, found),
        method=people.method,
        notes=list(people.notes),
    )
    return looked_up(request, whole)


def names_of(support: Support, city: City) -> list[str | None] | None:
    """What the units are called; None when they are cells, or areas without names."""
    kind, _, layer = support.kind.partition(":")
    name = layer or "areas"
    if kind != "areas" or name not in city:
        return None
    names = {row["id"]: row["name"] for row in city[name].scan("id", "name").to_pylist()}
    found = [names.get(unit) or None for unit in support.ids]
    return found if any(found) else None
