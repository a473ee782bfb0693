"""Pictures in a notebook, or in a file where there is none."""

from __future__ import annotations

from pathlib import Path

from stadslab.brief.basemap import Basemap
from stadslab.brief.figures import change_map, value_map
from stadslab.brief.picture import Picture
from stadslab.core.city import City
from stadslab.core.compare import Comparison
from stadslab.core.errors import InputError, Problem
from stadslab.core.values import Values


def show(what: Values | Comparison, city: City | None = None, path: str | Path | None = None) -> Picture:
    """What does it look like on the map?

    Values are drawn in classes, a comparison as better and worse. `city` adds water, green and streets; `path` also
    writes a PNG file. In a notebook the picture shows itself; elsewhere it has `.png` (bytes) and `.save(path)`.
    Raises `InputError` for anything else.
    """
    basemap = Basemap.of(city)
    if isinstance(what, Comparison):
        picture = change_map(what, basemap, title=what.base.title or what.base.question)
    elif isinstance(what, Values):
        picture = value_map(what, basemap, title=what.title or what.question)
    else:
        raise InputError(Problem("show", f"a {type(what).__name__} cannot be drawn", "give values or a comparison"))
    if path is not None:
        picture.save(path)
    return picture
