"""Finding what an id means, and what it may have meant when there is no such id."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stadslab.core.city import City
from stadslab.core.errors import Problem
from stadslab.core.said import Said
from stadslab.edits import _ground as ground
from stadslab.edits._near import rows_near
from stadslab.edits._words import commas, listed, metres, word

NEARBY_M = 500.0
_NOUNS = ("bridleway", "cycleway", "footway", "motorway", "path", "steps", "track")
_CONSIDERED = 2000  # ids compared one by one; text comparison is slow


def pieces(city: City, street: str) -> pa.Table:
    """The rows a street id means: that piece, all pieces of that way, or what a split has made of them."""
    return city["streets"].find([i for i in city["streets"].ids_from(street) if _means(street, i)])


def _means(street: str, piece: str) -> bool:
    rest = piece[len(street) :]
    if not rest:
        return True
    # halves are called <id>/1, <id>/2, ...; a bare name space such as `osm:way` is no id, and has no halves
    halves = r"(/\d+)+" if any(c.isdigit() for c in street) else r"(?!)"
    whole = r"#[^#/]+(/\d+)*" if "#" not in street else r"(?!)"
    return re.fullmatch(f"{halves}|{whole}", rest) is not None


def street_problems(city: City, street: str) -> list[Problem]:
    """A problem with the nearest candidates when no street has this id."""
    if pieces(city, street).num_rows:
        return []
    table = city["streets"].scan("id", "name")
    return [
        Problem("street", Said("there is no street {street!r}", street=street), suggestion(table, street, "streets"))
    ]


def place_problems(city: City, place: str) -> list[Problem]:
    """A problem with the nearest candidates when no place has this id."""
    if city["places"].find([place]).num_rows:
        return []
    hint = suggestion(city["places"].scan("id", "name"), place, "places")
    return [Problem("place", Said("there is no place {place!r}", place=place), hint)]


def suggestion(table: pa.Table, wanted: str, what: str) -> str:
    """What to try instead: the nearest of the ids and names in a table of `id` and `name`."""
    if not table.num_rows:
        return Said("the city has no {what}", what=Said(what))
    near = nearest_ids(table, wanted)
    names = dict(
        zip(
            *(c.to_pylist() for c in table.filter(pc.is_in(table["id"], pa.array(near, pa.string()))).columns),
            strict=True,
        )
    )
    told = [f"{i} ({names[i]})" if names[i] else i for i in near]
    if told:
        return Said("did you mean {choice}?", choice=listed(told, "or"))
    return Said(
        "give the id of one of the {number:,} {what}, such as {id}",
        number=table.num_rows, what=Said(what), id=table["id"][0].as_py(),
    )  # fmt: skip


def nearest_ids(table: pa.Table, wanted: str, most: int = 3) -> list[str]:
    """Ids a person may have meant: other pieces of the same way, then the same name, then like names, then like ids."""
    ids, names = table["id"], table["name"]
    found: list[str] = []
    if "#" in wanted:
        way = wanted.split("#", maxsplit=1)[0] + "#"
        found += difflib.get_close_matches(
            wanted, ids.filter(pc.starts_with(ids, way)).to_pylist()[:_CONSIDERED], most, 0.0
        )
    plain = wanted.removeprefix("name:").casefold()
    spelt = {name: name.casefold() for name in pc.unique(names).to_pylist() if name}
    texts = [plain] if plain in spelt.values() else []
    if not texts and ":" not in plain and re.search(r"[^\W\d_]{3}", plain):
        texts = difflib.get_close_matches(plain, sorted(set(spelt.values()))[: 10 * _CONSIDERED], most)
    called = [ids.filter(pc.equal(names, name)).to_pylist() for text in texts for name in spelt if spelt[name] == text]
    found += [some[k] for k in range(most) for some in called if k < len(some)]  # the first of each name comes first
    if len(found) < most:
        start = len(wanted)
        while start and not pc.any(pc.starts_with(ids, wanted[:start])).as_py():
            start -= 1
        alike = ids.filter(pc.starts_with(ids, wanted[:start])).to_pylist()[:_CONSIDERED]
        found += difflib.get_close_matches(wanted, alike, most, 0.7)
    return list(dict.fromkeys(found))[:most]


def described(city: City, rows: pa.Table) -> str:
    """A street in words: `Storgatan (residential, 120 m, between Kungsgatan and Drottninggatan)`."""
    names = sorted({name for name in rows["name"].to_pylist() if name})
    classes = list(dict.fromkeys(rows["highway"].to_pylist()))
    facts: list[str] = [metres(pc.sum(rows["length_m"]).as_py())]
    if names:
        head = listed(names)
        facts.insert(0, listed([word(c) for c in classes]))
    else:
        noun = word(classes[0])
        head = Said("the unnamed {sort}" if noun in _NOUNS else "the unnamed {sort} street", sort=noun)
    if rows.num_rows > 1:
        facts[-1] = Said("{length} in {number} pieces", length=facts[-1], number=rows.num_rows)
    ends = _crossed_at_ends(city, rows, names)
    if ends:
        two = len(ends) == 2
        facts.append(
            Said("between {one} and {other}", one=ends[0], other=ends[1]) if two else Said("at {one}", one=ends[0])
        )
    return Said("{street} ({facts})", street=head, facts=commas(facts))


def _crossed_at_ends(city: City, rows: pa.Table, own: Sequence[str]) -> list[str]:
    nodes = [*rows["from_node"].to_pylist(), *rows["to_node"].to_pylist()]
    ends = [node for node in dict.fromkeys(nodes) if nodes.count(node) == 1]
    if len(ends) != 2:
        return []
    streets = city["streets"].scan("from_node", "to_node", "name")
    told = []
    for end in ends:
        here = streets.filter(pc.or_(pc.equal(streets["from_node"], end), pc.equal(streets["to_node"], end)))
        crossed = sorted({name for name in here["name"].to_pylist() if name and name not in own})
        if crossed:
            told.append(crossed[0])
    return list(dict.fromkeys(told))


def near_street(city: City, point: Sequence[float]) -> str:
    """The nearest street with a name, as `by Storgatan`; empty when there is none within half a kilometre."""
    import shapely

    if "streets" not in city:
        return ""
    plane = ground.Plane(point[0], point[1])
    box = plane.around(np.array([point], np.float64), NEARBY_M)
    near = rows_near(city["streets"], box, ("geometry", "name"))
    near = near.filter(pc.is_valid(near["name"]))
    if not near.num_rows:
        return ""
    away = shapely.distance(shapely.transform(ground.geometries(near), plane.flat), shapely.Point(0, 0))
    if away.min() > NEARBY_M:
        return ""
    return Said("by {street}", street=near["name"][int(away.argmin())].as_py())
