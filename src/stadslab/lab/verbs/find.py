"""Find streets, places, stops, lines and areas by name, with the ids that edits and questions ask for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from stadslab.core.progress import Progress
from stadslab.core.units import About, Unit
from stadslab.lab.verbs.verb import Verb

if TYPE_CHECKING:
    from stadslab.lab.lab import Lab

What = Literal["all", "streets", "places", "stops", "routes", "areas"]


@dataclass(frozen=True, slots=True)
class FindRequest:
    """What to look for, and where."""

    city: Annotated[str, About("name of the city")]
    words: Annotated[str, About("part of a name or of an id")]
    what: Annotated[What, About("look among these only")] = "all"
    most: Annotated[int, Unit("1", 1, 10_000), About("how many to show of each sort")] = 20


@dataclass(frozen=True, slots=True)
class Found:
    """One thing: its sort, id, name, what it is in words, and where (longitude, latitude; None for a line)."""

    sort: str
    id: str
    name: str
    about: str
    at: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class FindReply:
    """What was found, and how many more there are of each sort."""

    words: str
    found: tuple[Found, ...]
    more: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"words": self.words, "found": [asdict(f) for f in self.found], "more": self.more}

    def lines(self) -> list[str]:
        """One line a thing, under a heading for each sort."""
        if not self.found:
            return [f"nothing in this city has {self.words!r} in its name or id"]
        lines: list[str] = []
        for sort in dict.fromkeys(f.sort for f in self.found):
            lines.append(f"{sort}:")
            for thing in (f for f in self.found if f.sort == sort):
                where = f", at {thing.at[0]:.5f},{thing.at[1]:.5f}" if thing.at else ""
                lines.append(f"  {thing.id}  {thing.name or 'no name'}: {thing.about}{where}")
            if self.more.get(sort):
                lines.append(f"  and {self.more[sort]:,} more; --most shows them")
        return lines


def find(lab: Lab, request: FindRequest, progress: Progress) -> FindReply:
    """Look the words up in names and ids, capitals or not; raises `NotFoundError` for a city that is not there."""
    city = lab.city(request.city)
    sorts = [s for s in ("streets", "places", "stops", "routes", "areas") if request.what in ("all", s) and s in city]
    found: list[Found] = []
    more: dict[str, int] = {}
    for sort in sorts:
        hits = _streets(city[sort], request.words) if sort == "streets" else _others(city[sort], sort, request.words)
        found += hits[: request.most]
        if len(hits) > request.most:
            more[sort] = len(hits) - request.most
    return FindReply(request.words, tuple(found), more)


def _rows(layer: Any, words: str) -> list[dict[str, Any]]:
    import pyarrow.compute as pc

    table = layer.scan()
    named = pc.match_substring(table["name"].fill_null(""), words, ignore_case=True)
    rows: list[dict[str, Any]] = table.filter(
        pc.or_(named, pc.match_substring(table["id"], words, ignore_case=True))
    ).to_pylist()
    return rows


def _streets(layer: Any, words: str) -> list[Found]:
    """Whole ways: the pieces of one are closed, slowed or opened together."""
    ways: dict[str, list[dict[str, Any]]] = {}
    for row in _rows(layer, words):
        ways.setdefault(row["id"].partition("#")[0], []).append(row)
    found = []
    for way, rows in ways.items():
        length = sum(row["length_m"] for row in rows)
        pieces = f" in {len(rows)} pieces" if len(rows) > 1 else ""
        about = f"{rows[0]['highway'].replace('_', ' ')}, {length:,.0f} m{pieces}"
        found.append(Found("streets", way, rows[0]["name"] or "", about, _middle(rows[len(rows) // 2]["geometry"])))
    return sorted(found, key=lambda f: (f.name, f.id))


def _others(layer: Any, sort: str, words: str) -> list[Found]:
    found = []
    for row in _rows(layer, words):
        about = str(row.get("kind") or row.get("mode") or sort[:-1]).replace("_", " ")
        at = _middle(row["geometry"]) if row.get("geometry") else None
        found.append(Found(sort, row["id"], row["name"] or "", about, at))
    return sorted(found, key=lambda f: (f.name, f.id))


def _middle(wkb: bytes) -> tuple[float, float]:
    """A point on the shape, halfway along a line."""
    import shapely

    shape = shapely.from_wkb(wkb)
    line = shape.geom_type == "LineString"
    point = shape.interpolate(0.5, normalized=True) if line else shapely.point_on_surface(shape)
    return round(float(point.x), 6), round(float(point.y), 6)


VERB = Verb(
    "find",
    "Which street, place, stop or line has this name, and what is its id?",
    FindRequest,
    find,
    ("stadslab find vaduz Landstrasse", "stadslab find demo bron --what streets"),
    positional=("city", "words"),
    quick=True,
)
