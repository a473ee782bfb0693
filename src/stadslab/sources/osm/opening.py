"""Is this a map file, and what does its head say? Looked at before a single object is read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from stadslab.core.errors import InputError, Problem

SUFFIXES = (".osm.pbf", ".pbf", ".osm", ".osm.gz", ".osm.bz2")
AGAIN = "fetch or export the file again; a whole download ends without an error"
SYNTHETIC_MARK = "stadslab synthetic"

# How files of each sort begin.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"SQLite format 3", "a GeoPackage or other SQLite file"),
    (b"PAR1", "Parquet"),
    (b"<?xml", "XML"),
    (b"<osm", "XML"),
    (b"\xef\xbb\xbf<", "XML"),
    (b"<!DOCTYPE html", "a web page"),
    (b"<html", "a web page"),
    (b"{", "JSON"),
)
_WANTED = {".pbf": "PBF", ".osm": "XML", ".gz": "gzip", ".bz2": "bzip2"}


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a map file says: the program that wrote it, its date, its box (west, south, east, north)."""

    generator: str
    date: str
    box: tuple[float, float, float, float] | None

    @property
    def synthetic(self) -> bool:
        """Whether Stadslab made this city up."""
        return SYNTHETIC_MARK in self.generator


def check(path: Path) -> None:
    """Raise `InputError` unless the file is there, not empty and begins as its name says."""
    name = path.name
    if not path.is_file():
        raise InputError(Problem(name, "there is no such file", "check the path"))
    wanted = _WANTED.get(path.suffix.lower())
    if wanted is None or (path.suffix in (".gz", ".bz2") and not name.lower().endswith((".osm.gz", ".osm.bz2"))):
        raise InputError(Problem(name, f"the ending {path.suffix!r} is not known", f"known: {', '.join(SUFFIXES)}"))
    with path.open("rb") as file:
        start = file.read(64)
    if not start:
        raise InputError(Problem(name, "the file is empty", AGAIN))
    found = sort_of(start)
    if found != wanted:
        raise InputError(Problem(name, f"the name says {wanted} and the content is {found}", _remedy(found)))


def sort_of(start: bytes) -> str:
    """What do these first bytes of a file begin?"""
    if start[4:6] == b"\x0a\x09" and start[6:15] == b"OSMHeader":
        return "PBF"
    text = start.lstrip()
    for beginning, sort in _BEGINNINGS:
        if start.startswith(beginning) or text.lower().startswith(beginning.lower()):
            return sort
    return "something else"


def _remedy(found: str) -> str:
    remedies = {
        "PBF": "name it .osm.pbf",
        "XML": "if it is OpenStreetMap XML, name it .osm",
        "gzip": "if it is packed OpenStreetMap XML, name it .osm.gz",
        "bzip2": "if it is packed OpenStreetMap XML, name it .osm.bz2",
        "a zip archive": "unpack it and load the map file inside",
        "a web page": "the server answered with a page, not with the map; fetch it again",
    }
    return remedies.get(found, "an OpenStreetMap extract is needed (.osm.pbf, .osm, .osm.gz or .osm.bz2)")


def head_of(path: Path) -> Head:
    """What does the head of the file say? Raises `InputError` when it cannot be read."""
    import osmium

    try:
        with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
            header = reader.header()
            history = header.has_multiple_object_versions
            generator = header.get("generator")
            stamp = header.get("osmosis_replication_timestamp") or header.get("timestamp")
            box = header.box()
            corners = (
                (box.bottom_left.lon, box.bottom_left.lat, box.top_right.lon, box.top_right.lat)
                if box.valid()
                else None
            )
    except (RuntimeError, OSError) as error:
        raise unreadable(path, error) from None
    if history:
        raise InputError(
            Problem(
                path.name, "this is a history file with every version of each object", "load an extract of one moment"
            )
        )
    return Head(generator, (stamp or _overpass_date(path))[:10], corners)


def _overpass_date(path: Path) -> str:
    """Overpass says in its XML of which moment its map is; empty elsewhere."""
    if path.suffix.lower() != ".osm":
        return ""
    with path.open("rb") as file:
        found = re.search(rb'<meta osm_base="([0-9T:Z-]+)"', file.read(2048))
    return found.group(1).decode() if found else ""


def unreadable(path: Path, error: Exception) -> InputError:
    """The complaint for a file that broke off or holds something else than its head says."""
    return InputError(Problem(path.name, f"the file cannot be read to its end: {error}", AGAIN))


def looks_like_osm(path: Path) -> bool:
    """Does this file begin like an OpenStreetMap extract of the sort its name says?"""
    try:
        check(path)
    except (InputError, OSError):
        return False
    return True
