"""Vector tiles: the city's own map, and outlines of units. A tile's address says what it shows, so it never changes.

Layers are made ready once for each version of a city and each set of units; cutting a tile from them takes about a
millisecond, which is less than reading one back from disk would, so tiles themselves are not kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from stadslab.build.citytiles import city_tiles
from stadslab.build.unittiles import unit_tiles
from stadslab.build.vectortiles import check_place
from stadslab.core.errors import NotFoundError, Problem
from stadslab.faces.web import kept_replies
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.desk import desk_of
from stadslab.faces.web.rulers import ruler
from stadslab.lab.once import Once
from stadslab.store import manifests

if TYPE_CHECKING:
    from stadslab.faces.web.desk import Desk

router = APIRouter(prefix="/api/tiles", tags=["tiles"])
KIND = "application/vnd.mapbox-vector-tile"
FOREVER = {"Cache-Control": kept_replies.FOREVER}
KEEP = 12  # cities and sets of units kept ready
TILE_REPLIES: dict[int | str, dict[str, Any]] = {
    200: {"content": {KIND: {}}, "description": "the tile"},
    204: {"description": "nothing lies there"},
}


@router.get(
    "/city/{city}/{version}/{z}/{x}/{y}.mvt",
    dependencies=[allowed(Who.READER)],
    response_class=Response,
    responses=TILE_REPLIES,
)
def city_tile(request: Request, city: str, version: str, z: int, x: int, y: int) -> Response:
    """The city's own map: water, green, buildings, streets, places, stops, areas and names."""
    check_place(z, x, y)
    desk = desk_of(request)
    return _told(_ready(desk).get(f"city/{city}/{version}", lambda: _city(desk, city, version)).tile(z, x, y))


@router.get(
    "/units/{support_digest}/{z}/{x}/{y}.mvt",
    dependencies=[allowed(Who.READER)],
    response_class=Response,
    responses=TILE_REPLIES,
)
def unit_tile(request: Request, support_digest: str, z: int, x: int, y: int) -> Response:
    """Outlines of reporting units: layer `units`, each feature numbered by its place among them."""
    check_place(z, x, y)
    desk = desk_of(request)
    made = _ready(desk).get(f"units/{support_digest}", lambda: unit_tiles(ruler(desk, support_digest)))
    return _told(made.tile(z, x, y))


def _city(desk: Desk, city: str, version: str) -> Any:
    if version not in manifests.history(desk.lab.folder, city):
        raise NotFoundError(Problem(f"city {city}", f"there is no version {version!r}", "ask for the city again"))
    return city_tiles(desk.lab.city(f"{city}@{version}"))


def _told(tile: bytes) -> Response:
    return Response(tile, 200 if tile else 204, FOREVER, KIND if tile else None)


def _ready(desk: Desk) -> Once[Any]:
    """Layers that are ready to be cut, each made once however many ask at the same time."""
    found: Once[Any] = desk.keep("tiles", lambda: Once(KEEP))
    return found
