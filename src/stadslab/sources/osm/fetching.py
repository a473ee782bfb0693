"""Maps from the network: an area by name or box from Overpass, a region from an extract server."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from stadslab.core.errors import InputError, NotFoundError, Problem, raise_errors
from stadslab.core.progress import Progress
from stadslab.core.source import Box, Raw
from stadslab.sources._download import FetchError, Manners, Sleep, Wish, download, fetch_text
from stadslab.sources.osm import box_problems, opening
from stadslab.sources.osm.places import PLACE_KEYS

LARGEST_BOX_DEGREES2 = 0.25  # about 30 km by 50 km; more than that is what extract servers are for
TIMEOUT_S = 180
AREA_OF_RELATION = 3_600_000_000  # Overpass numbers areas so

# Everything a layer is made from; ways come with their nodes and relations with their ways.
_WAYS = ('way["highway"]', 'way["railway"="platform"]', 'way["public_transport"="platform"]')
_NODES = ('node["entrance"]', 'node["barrier"]')
_ANY = tuple(
    f'nwr["{key}"]'
    for key in sorted((PLACE_KEYS - {"highway", "railway", "public_transport"}) | {"landuse", "natural"})
)
_TRANSPORT = (
    'nwr["railway"~"^(station|halt|tram_stop)$"]',
    'nwr["public_transport"="station"]',
    'node["highway"="bus_stop"]',
)
_BUILDINGS = (
    'way["building"]',
    'relation["building"]',
    'way["waterway"~"^(riverbank|dock)$"]',
    'relation["highway"]["type"="multipolygon"]',
)
WANTED = (*_WAYS, *_NODES, *_ANY, *_TRANSPORT, *_BUILDINGS)


def fetched(
    cache: Path,
    *,
    progress: Progress,
    sleep: Sleep,
    place: str,
    box: tuple[float, ...],
    region: str,
    overpass: str,
    extracts: str,
    sha256: str,
    again: bool,
    manners: Manners | None = None,
) -> Raw:
    """Fetch what exactly one of place, box and region names. See `stadslab.sources.osm.fetch`."""
    given = [name for name, value in (("place", place), ("box", box), ("region", region)) if value]
    if len(given) != 1:
        seen = " and ".join(given) if given else "none of them"
        problem = Problem("osm fetch", f"one of place, box and region is needed, given: {seen}", "name one area")
        raise InputError(problem)
    getting: dict[str, Any] = {"sleep": sleep, "progress": progress, "again": again, "manners": manners}
    if region:
        return _region(cache, region, extracts, sha256, getting)
    if box:
        wish = _box_wish(box, overpass)
    else:
        number = _area_number(cache, place, overpass, getting)
        wish = _wish(overpass, _slug(place), _query(f"area(id:{number})->.place;", "(area.place)"))
    return Raw((download(wish, cache, sha256=sha256, check=_whole_answer, **getting),))


# --- extract server ------------------------------------------------------------------------------------------


def _region(cache: Path, region: str, extracts: str, sha256: str, getting: dict[str, Any]) -> Raw:
    name = region.strip().strip("/").lower()
    if not re.fullmatch(r"[a-z0-9-]+(/[a-z0-9-]+)*", name):
        hint = "write it as the extract server does, such as europe/liechtenstein"
        raise InputError(Problem("osm fetch, region", f"{region!r} is no region's name", hint))
    url = f"{extracts.rstrip('/')}/{name}-latest.osm.pbf"
    # a `latest` file changes under its name; the digest of the request keeps servers apart
    wish = Wish(url, f"{name.replace('/', '_')}-{Wish(url, '').digest}.osm.pbf")
    md5 = ""
    if not sha256:  # a pin says more than the checksum beside the file
        text = (
            fetch_text(f"{url}.md5", sleep=getting["sleep"], manners=getting["manners"])
            if _needed(wish, cache, getting)
            else None
        )
        found = re.match(r"\s*([0-9a-fA-F]{32})\b", text or "")
        md5 = found.group(1) if found else ""
    try:
        return Raw((download(wish, cache, sha256=sha256, md5=md5, check=_is_extract, **getting),))
    except NotFoundError as error:
        hint = f"see {extracts} for the names of its regions, such as europe/liechtenstein"
        raise NotFoundError(Problem("osm fetch, region", f"{error.problems[0].where}: no such extract", hint)) from None


def _needed(wish: Wish, cache: Path, getting: dict[str, Any]) -> bool:
    return bool(getting["again"]) or not (cache / wish.name).is_file()


def _is_extract(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(64)
    if opening.sort_of(start) != "PBF":
        what = f"the server sent {opening.sort_of(start)}, not an extract"
        raise FetchError(Problem("osm fetch, region", what, "look at the address in a browser"))


# --- Overpass ------------------------------------------------------------------------------------------------


def _wish(overpass: str, stem: str, query: str, suffix: str = ".osm") -> Wish:
    return Wish(overpass, f"{stem}-{Wish(overpass, '', query).digest}{suffix}", query)


def _query(before: str, where: str) -> str:
    wanted = "".join(f"{selector}{where};" for selector in WANTED)
    return f"[out:xml][timeout:{TIMEOUT_S}];{before}({wanted});(._;>;);out body;"


def _box_wish(corners: tuple[float, ...], overpass: str) -> Wish:
    if len(corners) != 4:
        hint = "give west, south, east, north"
        raise InputError(Problem("osm fetch, box", f"{len(corners)} numbers were given: {tuple(corners)}", hint))
    box = Box(*corners)
    problems = box_problems(box, "osm fetch, box")
    size = (box.east - box.west) * (box.north - box.south)
    if not problems and size > LARGEST_BOX_DEGREES2:
        what = f"it measures {size:.2f} square degrees, more than {LARGEST_BOX_DEGREES2:g}"
        problems.append(Problem("osm fetch, box", what, "fetch a region from the extract server instead"))
    raise_errors(problems)
    where = f"({box.south:.7f},{box.west:.7f},{box.north:.7f},{box.east:.7f})"
    return _wish(overpass, "_".join(["box", *(f"{corner:g}" for corner in corners)]), _query("", where))


def _area_number(cache: Path, place: str, overpass: str, getting: dict[str, Any]) -> int:
    """Which area has this name? `Name`, or `Name, Municipality` where several do. One request of its own."""
    query = f"[out:json][timeout:{TIMEOUT_S}];{_name_query(place)}out ids tags;"
    wish = _wish(overpass, f"name-{_slug(place)}", query, ".json")
    got = download(wish, cache, check=_whole_json, **getting)
    found = {
        element["id"]: element.get("tags", {})
        for element in json.loads(got.path.read_text(encoding="utf-8"))["elements"]
    }
    if not found:
        hint = "write it as on the map, in the local language; or give a box"
        raise NotFoundError(Problem("osm fetch, place", f"no border on the map is called {place!r}", hint))
    if len(found) > 1:
        listed = "; ".join(_described(number, found[number]) for number in sorted(found)[:5])
        hint = "name what it lies in as well (`Centrum, Eindhoven`), or give a box"
        raise InputError(Problem("osm fetch, place", f"{len(found)} areas are called {place!r}: {listed}", hint))
    return AREA_OF_RELATION + int(next(iter(found)))


def _name_query(place: str) -> str:
    names = [name.strip() for name in place.split(",") if name.strip()]
    border = '["boundary"~"^(administrative|place|statistical)$"]'
    query, inside = "", ""
    for level, name in enumerate(reversed(names)):
        query += f'relation["name"={json.dumps(name, ensure_ascii=False)}]{border}{inside};'
        if level < len(names) - 1:
            query += f"map_to_area->.a{level};"
            inside = f"(area.a{level})"
    return query


def _described(number: int, tags: dict[str, str]) -> str:
    level = f", level {tags['admin_level']}" if "admin_level" in tags else ""
    part_of = f", {tags['is_in']}" if "is_in" in tags else ""
    return f"relation {number}{level}{part_of}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "place"


def _whole_answer(path: Path) -> None:
    """Refuse what Overpass sends with status 200 when it ran out of time or memory: a remark instead of a map."""
    size = path.stat().st_size
    with path.open("rb") as file:
        text = file.read(4096)
        if size > 8192:
            file.seek(size - 4096)
        text += file.read()
    _refuse_remark(re.search(rb"<remark>(.*?)</remark>", text, re.DOTALL))
    if b"<osm" not in text or b"</osm>" not in text[-4096:]:
        raise FetchError(Problem("osm fetch", "the server sent something else than a whole map", "try again later"))


def _whole_json(path: Path) -> None:
    try:
        answer = json.loads(path.read_text(encoding="utf-8"))
        elements = answer["elements"]
    except (ValueError, KeyError, TypeError):
        raise FetchError(Problem("osm fetch", "the server did not answer in JSON", "try again later")) from None
    if "remark" in answer and not elements:
        _refuse_remark(re.match(rb"(.*)", str(answer["remark"]).encode()))


def _refuse_remark(found: re.Match[bytes] | None) -> None:
    if found and b"error" in found.group(1).lower():
        said = " ".join(found.group(1).decode("utf-8", "replace").split())
        hint = "ask for a smaller area, or fetch a region from the extract server"
        raise FetchError(Problem("osm fetch", f"the server broke off: {said}", hint))
