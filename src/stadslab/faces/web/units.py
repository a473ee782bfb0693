"""Reporting units by their digest: ids, points and bounds, the same for every answer laid over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from stadslab.core.errors import NotFoundError, StadslabError
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.cities import city_of
from stadslab.faces.web.desk import Desk, desk_of
from stadslab.faces.web.kept_replies import documented, immutable
from stadslab.faces.web.rulers import remember, ruler

if TYPE_CHECKING:
    from stadslab.core.receipt import Receipt
    from stadslab.core.support import Support

router = APIRouter(prefix="/api", tags=["answers"])


class UnitsOut(BaseModel):
    """Reporting units in order: a unit is told everywhere else by its number in these lists.

    points: longitude and latitude where a trip from the unit starts. bounds: west, south, east, north in degrees.
    """

    digest: str
    kind: str
    count: int
    ids: list[str]
    points: list[tuple[float, float]]
    bounds: tuple[float, float, float, float] | None


@router.get(
    "/units/{support_digest}",
    dependencies=[allowed(Who.READER)],
    operation_id="get_units",
    responses=documented(UnitsOut),
)
def get_units(request: Request, support_digest: str) -> Response:
    """Which reporting units are these?"""
    support = support_of(desk_of(request), support_digest)
    points = support.points.round(6)
    found = UnitsOut(
        digest=support.digest,
        kind=support.kind,
        count=len(support),
        ids=list(support.ids),
        points=[(x, y) for x, y in points.tolist()],
        bounds=bounds_of(support),
    )
    return immutable(request, support_digest, found)


def bounds_of(support: Support) -> tuple[float, float, float, float] | None:
    """The box round all units, degrees; None when there are none."""
    import numpy as np
    import shapely

    if not len(support):
        return None
    box = shapely.total_bounds(shapely.from_wkb(np.asarray(support.geometry.to_pylist(), object)))
    west, south, east, north = box.round(6).tolist()
    return (west, south, east, north)


def support_of(desk: Desk, digest: str) -> Support:
    """The reporting units of this digest: at hand, or out of an answer that was laid over them, or made again.

    Raises `NotFoundError` when no answer here knows them.
    """
    try:
        return ruler(desk, digest)
    except NotFoundError:
        found = _from_receipts(desk, digest)
        if found is None:
            raise
        remember(desk, found)
        return found


def _from_receipts(desk: Desk, digest: str) -> Support | None:
    """Units whose answers were all deleted: what they were made of is still told by a receipt."""
    from stadslab.store.values import load_receipt

    folder = desk.lab.folder
    tried: set[tuple[str, str]] = set()
    for path in sorted(folder.receipts.glob("*.json")):
        try:
            receipt = load_receipt(folder, path.stem)
        except (StadslabError, TypeError, ValueError):  # a damaged receipt says nothing
            continue
        if receipt.support_digest == digest and (receipt.city, receipt.support) not in tried:
            tried.add((receipt.city, receipt.support))
            support = _made_again(desk, receipt)
            if support is not None:
                return support
    return None


def _made_again(desk: Desk, receipt: Receipt) -> Support | None:
    """The units as the city makes them today; None when they have become others."""
    try:
        support = desk.lab.builds.support(receipt.support, city_of(desk, receipt.city))
    except StadslabError:
        return None
    return support if support.digest == receipt.support_digest else None
