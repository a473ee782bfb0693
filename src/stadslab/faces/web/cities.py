"""Which cities are here, and what is in them?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from stadslab.core.errors import NotFoundError, Problem, StadslabError
from stadslab.faces.web.access import Who, allowed
from stadslab.faces.web.desk import Desk, desk_of
from stadslab.faces.web.kept_replies import documented, looked_up
from stadslab.faces.web.problems import ProblemOut, problems_told
from stadslab.faces.web.translation import Language, translated
from stadslab.lab.once import Once

if TYPE_CHECKING:
    from stadslab.core.city import City

router = APIRouter(prefix="/api", tags=["cities"])
FULL_DAY = 0.95  # of the trips of the fullest day
MOST_CITIES = 8  # versions of cities held open, with the rows that were read of them
HEXAGONS = {8: "hexagons of about 900 m", 9: "hexagons of about 350 m", 10: "hexagons of about 130 m"}
SQUARES = {500: "squares of 500 m", 250: "squares of 250 m", 100: "squares of 100 m"}


class CityLayer(BaseModel):
    """One table of the city: what it holds, how many rows, and who is to be credited for it."""

    name: str
    sort: str
    about: str
    rows: int
    title: str
    source: str
    licence: str
    attribution: str
    homepage: str
    vintage: str
    synthetic: bool
    verdict: str
    notes: list[str]


class CityHead(BaseModel):
    """A city in the lab."""

    name: str
    version: str
    synthetic: bool
    layers: list[str]


class Cities(BaseModel):
    """All cities in the lab. problems: of cities whose files cannot be read."""

    cities: list[CityHead]
    problems: list[ProblemOut]


class SupportOffer(BaseModel):
    """Reporting units that suit the city: how they are asked for, and what they are called."""

    spec: str
    label: str
    kind: Literal["hexagons", "squares", "areas"]


class KindCount(BaseModel):
    """A kind of place in the city, its group, what it is called and how many there are."""

    kind: str
    group: str
    label: str
    count: int


class Service(BaseModel):
    """Days with public transport: the first and last, all of them, and an ordinary one to begin with."""

    first: str
    last: str
    dates: list[str]
    usual: str


class CityOut(CityHead):
    """Everything a map needs to know of a city before it asks.

    bounds: west, south, east, north in degrees. groups: how people are counted, dimension to its groups. service: none
    where the city has no timetable.
    """

    crs: str
    bounds: tuple[float, float, float, float]
    centre: tuple[float, float]
    tables: list[CityLayer]
    groups: dict[str, list[str]]
    counted_apart: list[str]
    supports: list[SupportOffer]
    kinds: list[KindCount]
    service: Service | None
    attributions: list[str]
    plans: list[str]


@router.get("/cities", dependencies=[allowed(Who.READER)], operation_id="list_cities", responses=documented(Cities))
def list_cities(request: Request) -> Response:
    """Which cities are here?"""
    desk = desk_of(request)
    heads: list[CityHead] = []
    problems: list[Problem] = []
    for name in desk.lab.cities():
        try:
            city, version = city_and_version(desk, name)
        except StadslabError as error:  # one that is damaged keeps nobody from the others
            problems += error.problems
        else:
            heads.append(_head(city, version))
    return looked_up(request, Cities(cities=heads, problems=problems_told(problems)))


@router.get(
    "/cities/{city}", dependencies=[allowed(Who.READER)], operation_id="get_city", responses=documented(CityOut)
)
def get_city(request: Request, city: str, language: Language = "en") -> Response:
    """What is in this city: layers, groups of people, reporting units to choose from, days with service, plans?"""
    desk = desk_of(request)
    found, version = city_and_version(desk, city)
    once: Once[dict[str, Any]] = desk.keep("facts of cities", lambda: Once(MOST_CITIES))
    facts = once.get(version, lambda: _facts(found))
    offers = [
        SupportOffer(spec=o.spec, kind=o.kind, label=translated(o.label, language).text) for o in facts["supports"]
    ]
    kinds = [
        KindCount(kind=k, group=g, label=translated(k.replace("_", " "), language).text, count=n)
        for k, g, n in facts["kinds"]
    ]
    whole = {**facts, "supports": offers, "kinds": kinds, "plans": desk.lab.scenarios(found.name)}
    return looked_up(request, CityOut(**_head(found, version).model_dump(), **whole))


def city_of(desk: Desk, name: str) -> City:
    """The city of this name (or `name@version`), the same object for all who ask, so that rows are read once."""
    return city_and_version(desk, name)[0]


def city_and_version(desk: Desk, name: str) -> tuple[City, str]:
    """The city of this name and the digest of its version. Raises `NotFoundError`, `InputError` for a bad name."""
    from stadslab.store import manifests

    plain, _, start = name.partition("@")
    versions = manifests.history(desk.lab.folder, plain)
    fits = [v for v in versions if v.startswith(start)] if "@" in name else versions[-1:]
    if len(set(fits)) != 1 or ("@" in name and not start):
        desk.lab.city(name)  # says what is wrong with it
        raise NotFoundError(Problem(f"city {plain}", f"there is no single version {start!r}"))
    held: Once[City] = desk.keep("cities", lambda: Once(MOST_CITIES))
    return held.get(f"{plain}@{fits[-1]}", lambda: desk.lab.city(f"{plain}@{fits[-1]}")), fits[-1]


def _head(city: City, version: str) -> CityHead:
    synthetic = any(layer.stamp.synthetic for layer in city.layers.values())
    return CityHead(name=city.name, version=version, synthetic=synthetic, layers=sorted(city.layers))


def _facts(city: City) -> dict[str, Any]:
    from stadslab.core.support import NOT_RESIDENTS

    layers = [city.layers[name] for name in sorted(city.layers)]
    west, south, east, north = _bounds(city)
    groups = _groups(city)
    return {
        "crs": city.crs,
        "bounds": (west, south, east, north),
        "centre": (round((west + east) / 2, 6), round((south + north) / 2, 6)),
        "tables": [_table(layer) for layer in layers],
        "groups": {d: g for d, g in groups.items() if d not in NOT_RESIDENTS},
        "counted_apart": sorted(set(groups) & NOT_RESIDENTS),
        "supports": _supports(city),
        "kinds": _kinds(city),
        "service": _service(city),
        "attributions": list(dict.fromkeys(x.stamp.attribution for x in layers if x.stamp.attribution)),
    }


def _table(layer: Any) -> CityLayer:
    stamp = layer.stamp
    return CityLayer(
        name=layer.name,
        sort=layer.schema.name,
        about=layer.schema.about,
        rows=layer.rows,
        title=stamp.title,
        source=stamp.source,
        licence=stamp.licence,
        attribution=stamp.attribution,
        homepage=stamp.homepage,
        vintage=stamp.vintage,
        synthetic=stamp.synthetic,
        verdict=stamp.verdict.sentence(),
        notes=list(stamp.verdict.notes),
    )


def _bounds(city: City) -> tuple[float, float, float, float]:
    """The box round the city, degrees: round its streets, or whatever it has where it has none."""
    import numpy as np
    import shapely

    named = ["streets"] if "streets" in city else ["areas", "people", "places", "buildings", "stops"]
    boxes = []
    for name in named:
        if name in city and city[name].rows and "geometry" in city[name].schema.arrow.names:
            wkb = city[name].scan("geometry")["geometry"].drop_null()
            boxes.append(shapely.total_bounds(shapely.from_wkb(np.asarray(wkb.to_pylist(), object))))
    if not boxes:
        return (-180.0, -85.0, 180.0, 85.0)
    low, high = np.array(boxes)[:, :2].min(axis=0).round(6), np.array(boxes)[:, 2:].max(axis=0).round(6)
    return (float(low[0]), float(low[1]), float(high[0]), float(high[1]))


def _groups(city: City) -> dict[str, list[str]]:
    """How people are counted: dimension to its groups, `total` first, numbers in order."""
    from stadslab.core.support import Population

    if "people" not in city:
        return {}
    columns = [n for n in ("dimension", "group", "measure") if n in city["people"].schema.arrow.names]
    pairs = city["people"].scan(*columns).to_pylist()
    counted = {(r["dimension"], r["group"]) for r in pairs if r.get("measure") in (None, "count")}
    blank: dict[tuple[str, str], Any] = dict.fromkeys(counted)
    told = Population("", blank, {}, {}, "")
    dimensions = [*told.dimensions, *sorted({d for d, _ in counted} - set(told.dimensions))]
    return {d: told.groups(d) for d in dimensions}


def _supports(city: City) -> list[SupportOffer]:
    areas = sorted(n for n, layer in city.layers.items() if layer.schema.name == "areas")
    found = [SupportOffer(spec=f"h3:{r}", label=label, kind="hexagons") for r, label in HEXAGONS.items()]
    found += [SupportOffer(spec=f"square:{m}", label=label, kind="squares") for m, label in SQUARES.items()]
    for name in areas:
        spec, label = ("areas", "official areas") if name == "areas" else (f"areas:{name}", name.replace("_", " "))
        found.append(SupportOffer(spec=spec, label=label, kind="areas"))
    return found


def _kinds(city: City) -> list[tuple[str, str, int]]:
    from collections import Counter

    from stadslab.core.kinds import GROUP_OF

    if "places" not in city:
        return []
    counted = Counter(city["places"].scan("kind")["kind"].to_pylist())
    return sorted((k, GROUP_OF.get(k, "other"), n) for k, n in counted.items() if k)


def _service(city: City) -> Service | None:
    """Days with service; the usual one is a Tuesday to Thursday with about as many trips as the fullest of them."""
    import datetime

    if "service_days" not in city:
        return None
    trips = trips_by_day(city)
    dates = sorted(trips)
    if not dates:
        return None
    weekdays = [d for d in dates if datetime.date.fromisoformat(d).weekday() in (1, 2, 3)] or dates
    full = [d for d in weekdays if trips[d] >= FULL_DAY * max(trips[day] for day in weekdays)]
    usual = full[len(full) // 2]
    return Service(first=dates[0], last=dates[-1], dates=dates, usual=usual)


def trips_by_day(city: City) -> dict[str, int]:
    """How many trips run on each day with service; feeds that cover other months leave some days half empty."""
    trips = Counter(city["trips"].scan("service")["service"].to_pylist()) if "trips" in city else Counter[str]()
    found: Counter[str] = Counter()
    for row in city["service_days"].scan("service", "date").to_pylist():
        found[str(row["date"])] += trips[row["service"]]
    return dict(found)
